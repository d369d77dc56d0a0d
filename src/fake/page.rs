//! The HTML that the fake server shows: error pages, the waiting page, and the page where a person makes
//! a token. All self-contained, nothing is loaded from elsewhere.

use super::exchange::escape_html;

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:16px/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-items:center;\
background:#0e131d;color:#e1ebf3}\
main{width:min(40rem,92vw);background:#151c2a;border:1px solid #2a3447;border-radius:16px;padding:2rem}\
h1{font-size:1.3rem;margin:0 0 1rem}p{color:#a9b7c1;margin:.5rem 0}\
label{display:block;margin:.75rem 0 .25rem;color:#a9b7c1}\
input,select,button{font:inherit;padding:.5rem .75rem;border-radius:8px;border:1px solid #3a465c;\
background:#0e131d;color:inherit}\
button{background:#29b8d6;border:0;color:#06121a;font-weight:600;cursor:pointer;margin-top:1rem}\
table{border-collapse:collapse;width:100%;margin-top:1.5rem}\
td,th{text-align:left;padding:.4rem .5rem;border-top:1px solid #2a3447}\
output{display:block;word-break:break-all;font-family:ui-monospace,monospace;font-size:.85rem;\
background:#0e131d;border:1px solid #29b8d6;border-radius:8px;padding:.75rem;user-select:all}";

fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n",
        escape_html(title)
    )
}

/// The body of a redirect as Werkzeug writes it.
pub(super) fn redirecting(location: &str) -> String {
    let location = escape_html(location);
    format!(
        "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n\
         <p>You should be redirected automatically to the target URL: <a href=\"{location}\">{location}</a>. \
         If not, click the link.\n"
    )
}

/// A page for an error outside the API.
pub(super) fn error(status: u16) -> String {
    let name = match status {
        403 => "Access Denied",
        404 => "Page Not Found",
        405 => "Method Not Allowed",
        _ => "Server Error",
    };
    document(&format!("Elitea - {name}"), &format!("<h1>{status}</h1>\n<p>{name}</p>"))
}

/// The page of a reverse proxy whose server does not answer.
pub(super) fn proxy_error(status: u16) -> String {
    let name = match status {
        502 => "502 Bad Gateway",
        503 => "503 Service Temporarily Unavailable",
        504 => "504 Gateway Time-out",
        _ => "Error",
    };
    format!(
        "<html>\r\n<head><title>{name}</title></head>\r\n<body>\r\n<center><h1>{name}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
}

/// What is shown while the server starts or is in maintenance.
pub(super) fn splash(title: &str, text: &str, seconds: u32) -> String {
    document(title, &format!("<h1>{text}</h1>\n<p>Next try in {seconds} seconds.</p>"))
}

/// The login form, which leads nowhere.
pub(super) fn login(title: &str) -> String {
    document(title, "<h1>Sign in</h1>\n<p>This is the fake server: nobody can sign in here.</p>")
}

/// The web interface, with the configuration that the real one carries.
pub(super) fn web_interface(config: &str) -> String {
    document(
        "ELITEA",
        &format!(
            "<script>window.elitea_ui_config = JSON.parse('{config}');</script>\n<h1>ELITEA</h1>\n\
             <p>The web interface of the fake server.</p>"
        ),
    )
}

/// One row of the page of tokens.
pub(super) struct Row {
    pub name: String,
    pub token: String,
    pub expires: String,
}

/// The page where a person makes a token. `made` is the token just made, shown this once.
pub(super) fn tokens(user: &str, rows: &[Row], made: Option<&str>) -> String {
    let shown = made.map_or_else(String::new, |token| {
        format!(
            "<p>Your new token. It is shown only now: copy it.</p>\n<output id=\"token\">{}</output>\n",
            escape_html(token)
        )
    });
    let cells = rows.iter().map(|row| [&row.name, &row.token, &row.expires].map(|cell| escape_html(cell)));
    let rows = cells.map(|cells| format!("<tr><td>{}</td></tr>\n", cells.join("</td><td>")));
    let rows = rows.collect::<Vec<_>>().concat();
    document(
        "Personal tokens",
        &format!(
            "<h1>Personal access tokens of {}</h1>\n<p>This is the fake server of elitea-helper.</p>\n{shown}\
             <form method=\"post\" action=\"/_fake/tokens\">\n\
             <label for=\"name\">Name</label>\n<input id=\"name\" name=\"name\" value=\"my-editor\" required>\n\
             <label for=\"days\">Expires in</label>\n<select id=\"days\" name=\"days\">\
             <option value=\"30\">30 days</option><option value=\"90\">90 days</option>\
             <option value=\"\">never</option></select>\n\
             <br><button>Create token</button>\n</form>\n\
             <table><tr><th>Name</th><th>Token</th><th>Expires</th></tr>\n{rows}</table>",
            escape_html(user)
        ),
    )
}
