//! The command line's grammar. The doc comments are the help text.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Keeps every IDE on this machine correctly connected to ELITEA.
#[derive(Debug, Parser)]
#[command(
    name = "elitea-helper",
    disable_version_flag = true,
    arg_required_else_help = true,
    max_term_width = 100
)]
#[command(
    after_help = "Exit codes: 0 in order or done, 1 findings, changes pending or a target refused or in conflict, \
2 wrong usage or own configuration, 3 authentication, 4 server or network, 5 internal error."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    /// Print the version; with --json also protocol, commit and token stores
    #[arg(short = 'V', long, global = false)]
    pub(crate) version: bool,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// Our profile to use instead of the active one
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// The ELITEA server, such as next.elitea.ai
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) server: Option<String>,
    /// The folder of config.toml
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) config_dir: Option<PathBuf>,
    /// Do not use the network; projects and models come from what the server said last
    #[arg(long, global = true)]
    pub(crate) offline: bool,
    /// Answer yes to every question
    #[arg(short, long, global = true)]
    pub(crate) yes: bool,
    /// Print one JSON document instead of text
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Log to standard error; twice for more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Print errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Colour the output; auto: on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

/// When output is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign in: open the page where a token is made, take the token, check it, store it
    Login {
        /// Read the token from standard input instead of asking for it
        #[arg(long)]
        token_stdin: bool,
        /// Sign in with a token that `token found` lists, to the server beside it or to --server
        #[arg(long, value_name = "ID", conflicts_with = "token_stdin")]
        found: Option<String>,
        /// Where to keep the token: keychain, or file (plain text, mode 0600)
        #[arg(long, value_name = "STORE")]
        store: Option<String>,
        /// Do not open a browser
        #[arg(long)]
        no_browser: bool,
    },
    /// Sign out: forget the token here, and take the token keys we own out of the IDEs
    Logout {
        /// Also delete the token on the server
        #[arg(long)]
        revoke: bool,
    },
    /// Show account, token, selection, and every target in order or not
    Status,
    /// List the projects the account can use
    Projects,
    /// List the models of a project
    Models {
        /// The project's id; default: the selected one
        #[arg(long, value_name = "ID")]
        project: Option<u64>,
    },
    /// Change the selection
    #[command(arg_required_else_help = true)]
    Use {
        /// A project's id or name, or the unique beginning of its name
        #[arg(long, value_name = "ID|NAME")]
        project: Option<String>,
        /// A model's name, or owner/name; "default" follows the project's default
        #[arg(long, value_name = "NAME")]
        model: Option<String>,
    },
    /// The life of tokens
    #[command(subcommand)]
    Token(TokenCommand),
    /// Print the settings file that ELITEA's web page offers, touching nothing
    Render {
        /// vscode or jetbrains; vscode-alita or jetbrains-alita for the older generation
        #[arg(long, value_name = "IDE")]
        ide: String,
        /// The file itself, or a JSON document around it
        #[arg(long, value_name = "FORMAT", default_value = "file")]
        format: RenderFormat,
        /// Put the token in, where the page's own placeholder would stand
        #[arg(long)]
        with_token: bool,
    },
    /// List every IDE found, its config files, and what was left out
    Ides,
    /// Show what would change in each target; exit 1 if something would
    Plan(TargetFlags),
    /// Carry the plan out
    Apply {
        #[command(flatten)]
        targets: TargetFlags,
        /// Carry out exactly this plan, or fail as stale
        #[arg(long, value_name = "ID")]
        plan: Option<String>,
    },
    /// Settle keys that you changed or deleted: keep yours, or take ours
    #[command(group = clap::ArgGroup::new("choice").required(true))]
    Resolve {
        /// Keys as reports print them; config files may stand among them
        #[arg(value_name = "KEY|FILE", required = true)]
        words: Vec<String>,
        /// Your value stays; it is neither touched nor reported again
        #[arg(long, group = "choice")]
        keep: bool,
        /// Ours is written
        #[arg(long, group = "choice")]
        take: bool,
        #[command(flatten)]
        targets: TargetNames,
    },
    /// Take the last change back, or the one with this id
    Undo {
        /// An entry of the history
        id: Option<String>,
    },
    /// List what was changed, newest first
    History,
    /// Find what is wrong, and say what mends it; exit 1 on warnings or errors
    Doctor {
        /// Look at these files alone, and the config files in these folders, such as before a commit
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Ask only these rules
        #[arg(long, value_name = "RULE", value_delimiter = ',')]
        only: Vec<String>,
        /// Do not ask these rules
        #[arg(long, value_name = "RULE", value_delimiter = ',')]
        skip: Vec<String>,
        /// List every rule
        #[arg(long, conflicts_with_all = ["paths", "only", "skip"])]
        list: bool,
        /// Explain one rule
        #[arg(long, value_name = "RULE", conflicts_with_all = ["paths", "only", "skip", "list"])]
        explain: Option<String>,
        /// Write a support report without secrets to this file
        #[arg(long, value_name = "FILE", conflicts_with_all = ["paths", "only", "skip", "list", "explain"])]
        bundle: Option<PathBuf>,
    },
    /// Mend what the doctor finds in files: show the diff, ask, write; undo takes it back
    Repair {
        #[command(flatten)]
        targets: TargetFlags,
        /// Only tell; exit 1 if something is to be mended
        #[arg(long)]
        check: bool,
    },
    /// Take our keys out again, each back to what stood there before
    Remove(TargetFlags),
    /// Our own settings: read them, change them, and see where a value comes from
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Serve an editor: the language server, on standard input and output
    Lsp(LspArgs),
    /// Show the whole journey against a fake server, in a throw-away home
    Demo {
        /// Only run the fake server until standard input ends
        #[arg(long)]
        serve: bool,
        /// Which server to be
        #[arg(long, requires = "serve", value_name = "DIALECT", default_value = "python")]
        dialect: Dialect,
        /// The port; 0 takes a free one
        #[arg(long, requires = "serve", value_name = "N", default_value_t = 0)]
        port: u16,
    },
}

/// What `lsp` takes.
#[derive(Debug, Args)]
pub(crate) struct LspArgs {
    /// Standard input and output, which is all that it speaks over
    #[arg(long)]
    stdio: bool,
    /// What VS Code's client adds; `initialize` says it too
    #[arg(long = "clientProcessId", hide = true, value_name = "PID")]
    client_process: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print where config.toml stands
    Path,
    /// Print a setting's value; exit 1 if it has none
    Get {
        /// Its name, such as network.proxy; none lists all
        #[arg(value_name = "KEY")]
        key: Option<String>,
    },
    /// Set a setting in config.toml; comments and order there stay
    Set {
        /// Its name, such as network.proxy
        #[arg(value_name = "KEY")]
        key: String,
        /// What it becomes
        #[arg(value_name = "VALUE", allow_negative_numbers = true)]
        value: String,
    },
    /// Take a setting out of config.toml, so that what is weaker counts
    Unset {
        /// Its name, such as network.proxy
        #[arg(value_name = "KEY")]
        key: String,
    },
    /// Show where a value comes from, what it hides, and who wrote it
    Explain {
        /// A setting of ours (project), a key of an IDE (eliteacode.projectId,
        /// EliteASettings/projectId), the beginning of several, or "elitea" for all of them
        #[arg(value_name = "KEY")]
        key: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// List the account's tokens
    List,
    /// List the tokens that lie about in settings, .env and MCP files, without showing them
    Found,
    /// Make a token and store it as the one in use
    Create {
        /// Its name: letters, digits, _ and -
        #[arg(long)]
        name: String,
        /// How long it lives: 30d, 12h, 4w or never
        #[arg(long, value_name = "TIME", default_value = "30d")]
        expires: String,
        /// Show the secret, this once
        #[arg(long)]
        print: bool,
    },
    /// Put a new token in place of the one in use, in every target
    Rotate {
        /// How long the new one lives: 30d, 12h, 4w or never
        #[arg(long, value_name = "TIME", default_value = "30d")]
        expires: String,
        /// Delete the old token once the new one is everywhere
        #[arg(long)]
        delete_old: bool,
    },
    /// Delete a token on the server
    Revoke {
        /// Its uuid, or a name that occurs once
        #[arg(value_name = "UUID|NAME")]
        token: String,
    },
}

/// How `render` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RenderFormat {
    /// The bytes of the file
    File,
    /// A JSON document with the file's name and text
    Json,
}

/// Which server the fake one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Dialect {
    /// Today's server
    Python,
    /// Its rewrite
    Go,
    /// The rewrite with sign-in by an identity provider only
    GoPlain,
    /// An old server that speaks only /api/v1
    V1,
}

/// Which targets are meant; none named: the registered ones, and every IDE with a reader installed.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Targets")]
pub(crate) struct TargetFlags {
    #[command(flatten)]
    pub(crate) names: TargetNames,
    /// A config file
    #[arg(value_name = "FILE")]
    pub(crate) paths: Vec<PathBuf>,
}

/// Targets by what they are.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Targets")]
pub(crate) struct TargetNames {
    /// An IDE, or all; may be repeated
    #[arg(long, value_name = "ID")]
    pub(crate) ide: Vec<String>,
    /// Only files of this scope
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Vec<Scope>,
    /// The workspace files of this folder, or a .code-workspace
    #[arg(long, value_name = "DIR|FILE")]
    pub(crate) workspace: Option<PathBuf>,
    /// The projects that JetBrains IDEs list as recent
    #[arg(long)]
    pub(crate) recent: bool,
}

/// Where a config file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scope {
    /// The user's own settings
    User,
    /// A remote server's own settings
    Machine,
    /// A folder's settings
    Workspace,
}
