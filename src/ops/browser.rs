//! Opens a page of the profile's own server in the user's browser.

use std::process::{Command, Stdio};

/// What opens an address where `BROWSER` does not say.
const OPENERS: &[(&str, &[&str])] = if cfg!(target_os = "macos") {
    &[("open", &[])]
} else if cfg!(windows) {
    &[("rundll32", &["url.dll,FileProtocolHandler"])]
} else {
    &[("xdg-open", &[]), ("gio", &["open"])]
};

/// Opens `page`; whether a program that does so was started. It runs without a shell, and without the
/// token in its environment.
pub fn open_page(page: &str) -> bool {
    let own = std::env::var("BROWSER").unwrap_or_default();
    let own = own.split(':').filter(|program| !program.is_empty() && !program.contains(char::is_whitespace));
    let programs = own.map(|program| (program, &[][..])).chain(OPENERS.iter().copied());
    for (program, arguments) in programs {
        let started = Command::new(program)
            .args(arguments)
            .arg(page)
            .env_remove("ELITEA_TOKEN")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        if started.is_ok() {
            return true;
        }
    }
    false
}
