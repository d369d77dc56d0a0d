//! What a user does on one machine, phase by phase, and where the tokens stand after each.
//!
//! `{server}`, `{home}`; `{main}` the user's token; `{bob}` another user's; `{forged}` one that the server
//! does not know; `{foreign}` one of another deployment; `{base64}` the base64 of the user's token.

/// One run of the program.
pub(super) struct Step {
    pub(super) line: &'static str,
    pub(super) input: &'static str,
    /// A variable of the environment.
    pub(super) env: Option<(&'static str, &'static str)>,
    /// Whether it was asked for the token by name, so that standard output may show it.
    pub(super) shows: bool,
}

impl Step {
    const fn input(self, input: &'static str) -> Self {
        Self { input, ..self }
    }

    const fn env(self, name: &'static str, value: &'static str) -> Self {
        Self { env: Some((name, value)), ..self }
    }

    const fn shows(self) -> Self {
        Self { shows: true, ..self }
    }
}

const fn run(line: &'static str) -> Step {
    Step { line, input: "", env: None, shows: false }
}

const fn login(input: &'static str) -> Step {
    run("login --server {server} --token-stdin --store file").input(input)
}

/// Some runs, and the files that hold a token after them besides those in which the user put one.
pub(super) struct Phase {
    pub(super) name: &'static str,
    /// Whether what it shows turns on the server; otherwise one kind of server is enough.
    pub(super) asks: bool,
    pub(super) steps: &'static [Step],
    /// A file and the token in it. `current` is the newest token, which a v1 server does not make: `main`.
    pub(super) holds: &'static [(&'static str, &'static str)],
}

pub(super) const STORE: &str = "elitea-config/tokens.toml";
pub(super) const CODE: &str = ".config/Code/User/settings.json";
const PROFILE: &str = ".config/Code/User/profiles/3f2a1c/settings.json";
const CURSOR: &str = ".config/Cursor/User/settings.json";
const INSIDERS: &str = ".config/Code - Insiders/User/settings.json";
const WINDSURF: &str = ".config/Windsurf/User/settings.json";

/// A settings file in which the user put a token that stays, and the tokens in it. What the helper
/// writes there beside them it may back up together with them.
pub(super) struct Own {
    pub(super) file: &'static str,
    pub(super) text: &'static str,
    pub(super) tokens: &'static [&'static str],
    /// Whether its token becomes ours, so that from `applied` on the phases say where it stands.
    pub(super) becomes_ours: bool,
}

const fn own(file: &'static str, tokens: &'static [&'static str], text: &'static str) -> Own {
    Own { file, text, tokens, becomes_ours: false }
}

/// The files of the home before the first run.
pub(super) const LAID: &[Own] = &[
    own(".vscode/extensions/projectalita.alitacode-0.5.0/package.json", &[], "{}"),
    own(CODE, &[], "{\n    // mine\n    \"editor.fontSize\": 14\n}\n"),
    own(PROFILE, &[], "{\n  \"workbench.colorTheme\": \"Solarized Light\"\n}"),
    own(
        ".config/Code/User/globalStorage/storage.json",
        &[],
        r#"{"userDataProfiles":[{"location":"3f2a1c","name":"Work"}]}"#,
    ),
    Own {
        file: CURSOR,
        text: "{\n  \"eliteacode.authToken\": \"{main}\",\n  \"window.zoomLevel\": 1\n}\n",
        tokens: &["main"],
        becomes_ours: true,
    },
    Own {
        file: WINDSURF,
        text: "{\n  \"eliteacode.LLMAuthToken\": \"{main}\", // by hand\n  \"eliteacode.authToken\": \"{main}\"\n}\n",
        tokens: &["main"],
        becomes_ours: true,
    },
    own(
        INSIDERS,
        &["foreign", "main"],
        "{\n  \"eliteacode.authToken\": \"{foreign}\",\n  \"a\": [\n    \"{main}\",\n    \"Authorization: Bearer {main}\"\n  ],\n  \
         \"http.proxyAuthorization\": \"Basic {base64}\",\n  // export ELITEA_TOKEN={main}\n  \"b\": \"{foreign}.junk {main}x\"\n}\n",
    ),
    own(
        ".config/VSCodium/User/settings.json",
        &["main"],
        "{\n  \"eliteacode.authToken\": \"{main}\"\n  \"{main}\" {main}: 1,\n",
    ),
    own(
        "work/shop/.vscode/settings.json",
        &["main"],
        "{\n  \"eliteacode.authToken\": \"{main}\",\n  \"files.autoSave\": \"off\"\n}\n",
    ),
    own(
        "work/shop/.idea/elitea.xml",
        &["foreign", "main"],
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<project version=\"4\">\n  <component name=\"EliteASettings\">\n    \
         <!-- token {main} -->\n    <option name=\"authToken\" value=\"{foreign}\" />\n  </component>\n</project>",
    ),
    own(
        "work/broken/.idea/elitea.xml",
        &["main"],
        "<project version=\"4\">\n  <component name=\"EliteASettings\">\n    <{main}>{main}\n",
    ),
    own("odd-1/config.toml", &["main"], "active = \"{main}\"\n"),
    own(
        "odd-2/config.toml",
        &["main"],
        "\"{main}\" = 1\n[profile.\"{main}\"]\n[policy]\nwrite_tokn = \"{main}\"\n",
    ),
    own("odd-3/config.toml", &["main"], "[profile.default]\nstore = \"{main}\"\n"),
    own("odd-4/config.toml", &["main"], "token = {main}\n"),
    own("odd-5/config.toml", &["main"], "[profile.default]\nserver = \"{main}\"\nstore = \"file\"\n"),
    own("odd-6/tokens.toml", &["main"], "format = 1\n[tokens]\n{main}\n"),
    own("odd-6/config.toml", &[], "[profile.default]\nserver = \"{server}\"\nstore = \"file\"\n"),
    own("odd-7/tokens.toml", &["main"], "format = 1\n[tokens]\n\"{server}\" = \"{main}junk\"\n"),
    own("odd-7/config.toml", &[], "[profile.default]\nserver = \"{server}\"\nstore = \"file\"\n"),
    own(
        "odd-8/config.toml",
        &["main"],
        "[network]\nproxy = \"http://me:{main}@127.0.0.1:9\"\nca_file = \"/{main}\"\n[profile.default]\nserver = \"https://127.0.0.1:9\"\nstore = \"file\"\n",
    ),
    own("odd-8/tokens.toml", &["main"], "format = 1\n[tokens]\n\"https://127.0.0.1:9\" = \"{main}\"\n"),
    own("odd-9/templates/vscode/template.toml", &["main"], "format = {main}\n"),
    own("odd-9/config.toml", &[], "[profile.default]\nserver = \"{server}\"\nstore = \"file\"\n"),
];

/// What is asked of a server, so that it is run against every fault.
pub(super) const REMOTE: &[&str] = &[
    "login --server {server} --token-stdin --store file",
    "status",
    "doctor",
    "projects",
    "models",
    "use --project 10",
    "use --model team-llama",
    "token list",
    "token create --name made",
    "token rotate --delete-old",
    "token revoke laptop",
    "render --ide vscode",
    "plan --ide all",
    "apply --ide all",
];

pub(super) const PHASES: &[Phase] = &[
    Phase {
        name: "rubbish at login",
        asks: false,
        steps: &[
            run("token found"),
            run("token found").env("ELITEA_TOKEN", "Bearer {main}"),
            run("token found --config-dir {home}/odd-5").env("ELITEA_DEPLOYMENT_URL", "https://x/?t={main}"),
            run("login --found 0123456789ab --server {server} --store file"),
            run("login --found {main} --server https://x/{main}"),
            login("...abcdefg"),
            login("Your_Personal_Token"),
            login("{main}junk"),
            login("{main}.more"),
            login("{main} {main}"),
            login("x{main}"),
            login("{\"token\": \"{main}\", \"id\": 1}"),
            login("{\n  \"token\": \"{main}\"\n}\n"),
            login("https://elitea.example/?token={main}"),
            login("{base64}"),
            login("{forged}"),
            run("login --server {server} --token-stdin --store nowhere").input("{main}"),
            run("login --server {server} --no-browser").input("{main}"),
            run("status --config-dir {home}/odd-1"),
            run("status --config-dir {home}/odd-2"),
            run("status --config-dir {home}/odd-3"),
            run("status --config-dir {home}/odd-4"),
            run("status --config-dir {home}/odd-5"),
            run("status --config-dir {home}/odd-6"),
            run("status --config-dir {home}/odd-7"),
            run("status --config-dir {home}/odd-8"),
            run("render --config-dir {home}/odd-9 --ide vscode"),
            run("doctor --config-dir {home}/odd-2"),
            run("doctor --config-dir {home}/odd-5"),
            run("doctor --config-dir {home}/odd-7"),
            run("doctor --config-dir {home}/odd-8"),
            run("config path --config-dir {home}/odd-4"),
            run("config get --config-dir {home}/odd-1"),
            run("config get --config-dir {home}/odd-2"),
            run("config get server --config-dir {home}/odd-5"),
            run("config explain network --config-dir {home}/odd-8"),
            run("config explain elitea"),
        ],
        holds: &[],
    },
    Phase { name: "another user signed in", asks: true, steps: &[login("{bob}")], holds: &[(STORE, "bob")] },
    Phase {
        name: "signed in",
        asks: true,
        steps: &[
            login("  \"Bearer {main}\"\r\n"),
            run("projects"),
            run("use --project 4"),
            run("use --model default"),
            run("use --model gpt-4"),
            run("use --model team-llama"),
            run("models"),
            run("models --project 10"),
            run("token list"),
            run("token found"),
            run("ides"),
            run("status"),
            run("history"),
            run("plan"),
            run("plan --ide all"),
            run("plan --scope user"),
            run("plan --scope workspace --workspace {home}/work/shop"),
            run("plan --workspace {home}/work/broken"),
            run("plan --recent"),
            run("plan --offline"),
            run("doctor"),
            run("doctor --offline"),
            run("doctor --list"),
            run("doctor --explain token-in-file"),
            run("doctor --only token-in-file,token-synced,token-in-workspace"),
            run("doctor --skip token-in-file"),
            run("doctor {home}/work/shop {home}/work/broken {home}/.config/VSCodium/User/settings.json"),
            run("doctor {home}/odd-5 {home}/odd-6/tokens.toml {home}/odd-8/config.toml"),
            run("doctor --bundle {home}/report.md"),
            run("repair --check"),
            run(
                "repair --check --ide all --scope user --scope workspace --workspace {home}/work/shop --recent",
            ),
            run(
                "repair --check {home}/work/broken/.idea/elitea.xml {home}/.config/VSCodium/User/settings.json",
            ),
            run("render --ide vscode"),
            run("render --ide jetbrains --format json"),
            run("render --ide jetbrains --with-token"),
            run("render --ide vscode --with-token").shows(),
            run("render --ide vscode --format json --with-token").shows(),
            run("demo"),
            run("demo --serve --dialect go --port 0").shows(),
        ],
        holds: &[(STORE, "main")],
    },
    Phase {
        name: "applied",
        asks: true,
        steps: &[
            run("apply --ide all"),
            run("apply --workspace {home}/work/shop"),
            run("apply --workspace {home}/work/broken"),
            run("apply --scope user"),
            run("apply --recent"),
            run("apply --plan 123456789abc"),
            run("apply {home}/.config/VSCodium/User/settings.json"),
            run("plan"),
            run("status"),
            run("history"),
            run("config explain elitea"),
            run("config explain eliteacode.authToken --json"),
            run("config get"),
            run("config set network.timeout 31"),
            run("config unset network.timeout"),
        ],
        holds: &[(STORE, "main"), (CODE, "main"), (PROFILE, "main"), (CURSOR, "main"), (WINDSURF, "main")],
    },
    Phase {
        name: "made anew",
        asks: true,
        steps: &[run("token create --name made --expires 12h"), run("plan"), run("status")],
        holds: &[(STORE, "current"), (CODE, "main"), (PROFILE, "main"), (CURSOR, "main"), (WINDSURF, "main")],
    },
    Phase { name: "applied anew", asks: true, steps: &[run("apply")], holds: EVERYWHERE },
    Phase {
        name: "printed",
        asks: true,
        steps: &[run("token create --name printed --print").shows(), run("apply")],
        holds: EVERYWHERE,
    },
    Phase {
        name: "rotated",
        asks: true,
        steps: &[run("token rotate --expires 4w"), run("status")],
        holds: EVERYWHERE,
    },
    Phase {
        name: "rotated, the old one deleted",
        asks: true,
        steps: &[run("token rotate --delete-old"), run("history")],
        holds: EVERYWHERE,
    },
    Phase {
        name: "undone",
        asks: true,
        steps: &[run("undo"), run("plan"), run("resolve eliteacode.authToken --take")],
        holds: EVERYWHERE,
    },
    Phase {
        name: "resolved",
        asks: true,
        steps: &[
            run("resolve eliteacode.debug --keep --ide cursor"),
            run("resolve eliteacode.debug --take --scope user"),
            run("resolve eliteacode.debug --keep --workspace {home}/work/shop"),
            run("resolve eliteacode.debug --take --recent"),
        ],
        holds: EVERYWHERE,
    },
    Phase {
        name: "revoked",
        asks: true,
        steps: &[run("apply"), run("token revoke made"), run("token revoke made --yes"), run("token list")],
        holds: EVERYWHERE,
    },
    Phase {
        name: "in the environment",
        asks: true,
        steps: &[
            run("status").env("ELITEA_TOKEN", "{main}"),
            run("plan").env("ELITEA_TOKEN", "{main}"),
            run("render --ide vscode").env("ELITEA_TOKEN", "Bearer {main}"),
            run("token list").env("ELITEA_TOKEN", "{main}junk"),
            run("token rotate").env("ELITEA_TOKEN", "{bob}"),
            run("status").env("ELITEA_DEPLOYMENT_URL", "{main}"),
            run("status").env("ELITEA_DEPLOYMENT_URL", "https://x/?t={main}"),
            run("status").env("ELITEA_PROJECT_ID", "{main}"),
            run("config explain server").env("ELITEA_DEPLOYMENT_URL", "https://x/?t={main}"),
            run("doctor").env("ELITEA_TOKEN", "{bob}"),
            run("doctor").env("ELITEA_TOKEN", "{main}junk"),
            run("doctor").env("ELITEA_DEPLOYMENT_URL", "{main}"),
            run("doctor").env("ELITEA_DEPLOYMENT_URL", "https://x/?t={main}"),
            run("doctor --offline").env("HTTPS_PROXY", "http://me:{main}@127.0.0.1:9"),
            run("demo").env("ELITEA_TOKEN", "{main}"),
            login("{main}").env("ELITEA_DEPLOYMENT_URL", "https://127.0.0.1:9/{main}"),
        ],
        holds: EVERYWHERE,
    },
    Phase {
        name: "pasted as an argument",
        asks: false,
        steps: &[
            run("{main}"),
            run("status {main}"),
            run("status --{main}"),
            run("status --color={main}"),
            run("status --server {main}"),
            run("status --server https://x/{main}"),
            run("status --server https://{main}@x/"),
            run("status --profile {main}"),
            run("status --config-dir {home}/{main}"),
            run("models --project {main}"),
            run("lsp --stdio {main}"),
            run("lsp --stdio")
                .input("Content-Length: {main}\r\n\r\n{main}Content-Length: 99\r\n\r\n[\"{main}\"]"),
            run("use --project {main}"),
            run("use --model {main}"),
            run("use --model 1/{main}"),
            run("token create --name {main}"),
            run("token create --name a --expires {main}"),
            run("token revoke {main}"),
            run("token revoke {main} --yes"),
            run("render --ide {main}"),
            run("plan --ide {main}"),
            run("plan --workspace {main}"),
            run("apply {main}"),
            run("apply --plan {main}"),
            run("undo {main}"),
            run("doctor {main}"),
            run("doctor --only {main}"),
            run("doctor --skip {main}"),
            run("doctor --explain {main}"),
            run("repair {main}"),
            run("remove {main}"),
            run("config get {main}"),
            run("config set {main} 1"),
            run("config set model 1/{main}"),
            run("config set network.proxy http://me:{main}@127.0.0.1:9"),
            run("config set active {main}"),
            run("config unset {main}"),
            run("config explain {main}"),
            run("resolve {main} --keep --workspace {home}/work/shop --recent --scope workspace"),
            run("resolve eliteacode.authToken --take --ide {main}"),
            run("login --server {server} --store {main} --token-stdin").input("{main}"),
        ],
        holds: EVERYWHERE,
    },
    Phase {
        name: "removed",
        asks: true,
        steps: &[
            run("remove --ide cursor --scope user"),
            run("remove --workspace {home}/work/shop --recent"),
        ],
        holds: &[
            (STORE, "current"),
            (CODE, "current"),
            (PROFILE, "current"),
            (WINDSURF, "current"),
            (INSIDERS, "current"),
        ],
    },
    Phase { name: "signed out", asks: true, steps: &[run("logout"), run("status"), run("plan")], holds: &[] },
    Phase {
        name: "all gone",
        asks: true,
        steps: &[run("remove"), login("{bob}"), run("logout --revoke"), run("history")],
        holds: &[],
    },
];

const EVERYWHERE: &[(&str, &str)] = &[
    (STORE, "current"),
    (CODE, "current"),
    (PROFILE, "current"),
    (CURSOR, "current"),
    (WINDSURF, "current"),
    (INSIDERS, "current"),
];
