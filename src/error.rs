//! What can go wrong, in one table: the command line's exit codes, the man page and the
//! JSON-RPC error codes are all read from [`TABLE`].

use std::fmt;
use std::path::{Path, PathBuf};

/// The result of everything here that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// Declares [`Kind`] and its table together, so that no row can be forgotten.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident => $code:literal, $exit:literal, $rpc:literal, $retry:literal;)+) => {
        /// A class of failure. A caller may branch on it; its words are for people.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind { $($(#[doc = $doc])+ $kind,)+ }

        /// Every kind with its codes, in the order of the man page.
        pub const TABLE: &[Row] = &[$(Row {
            kind: Kind::$kind, code: $code, exit: $exit, rpc: $rpc, retryable: $retry, meaning: concat!($($doc),+),
        },)+];
    };
}

/// One row of the table of failures.
#[derive(Debug)]
pub struct Row {
    /// The kind this row describes.
    pub kind: Kind,
    /// Stable name in `--json` and in JSON-RPC `data.code`.
    pub code: &'static str,
    /// The process's exit code: 1 findings, 2 usage, 3 authentication, 4 network, 5 internal.
    pub exit: u8,
    /// JSON-RPC error code; -32602 and -32603 are JSON-RPC 2.0's own, -327xx are ours.
    pub rpc: i32,
    /// Whether the same call may succeed later without anybody changing anything.
    pub retryable: bool,
    /// The kind in one sentence.
    pub meaning: &'static str,
}

kinds! {
    /// Something is not in order: findings, pending changes, a target refused or in conflict.
    Findings => "E_FINDINGS", 1, -32710, false;
    /// A file is not valid in its own format; it was not written.
    FileMalformed => "E_FILE_MALFORMED", 1, -32711, false;
    /// A file may not be written: its kind, owner, place or permissions forbid it.
    FileRefused => "E_FILE_REFUSED", 1, -32712, false;
    /// A file changed while it was being written, more often than we try again.
    FileBusy => "E_FILE_BUSY", 1, -32713, true;
    /// A plan no longer matches the files or the selection it was made from.
    PlanStale => "E_PLAN_STALE", 1, -32714, false;
    /// Another helper holds the lock.
    Locked => "E_LOCKED", 1, -32715, true;
    /// The command line or a request is not understood, or names something unknown.
    Usage => "E_USAGE", 2, -32602, false;
    /// Something must be chosen, and nobody can be asked.
    ChoiceNeeded => "E_CHOICE_NEEDED", 2, -32720, false;
    /// Our own configuration is wrong.
    Config => "E_CONFIG", 2, -32721, false;
    /// A file of ours was written by a newer version; it is left as it is.
    FormatNewer => "E_FORMAT_NEWER", 2, -32722, false;
    /// The project is not among those that the account can use.
    ProjectUnknown => "E_PROJECT_UNKNOWN", 2, -32723, false;
    /// The model is not among those of the project.
    ModelUnknown => "E_MODEL_UNKNOWN", 2, -32724, false;
    /// Editor and helper speak protocols of different numbers.
    ProtocolMismatch => "E_PROTOCOL_MISMATCH", 2, -32725, false;
    /// No token is stored for this server.
    TokenMissing => "E_TOKEN_MISSING", 3, -32730, false;
    /// What was given is not an ELITEA token.
    TokenMalformed => "E_TOKEN_MALFORMED", 3, -32731, false;
    /// The token has expired.
    TokenExpired => "E_TOKEN_EXPIRED", 3, -32732, false;
    /// The server refuses the token.
    TokenRejected => "E_TOKEN_REJECTED", 3, -32733, false;
    /// The account may not do this.
    Forbidden => "E_FORBIDDEN", 3, -32734, false;
    /// The store of tokens cannot be used.
    StoreUnavailable => "E_STORE_UNAVAILABLE", 3, -32735, true;
    /// The server cannot be reached.
    Unreachable => "E_SERVER_UNREACHABLE", 4, -32740, true;
    /// The server's certificate is not accepted.
    Tls => "E_SERVER_TLS", 4, -32741, false;
    /// The server did not answer in time.
    Timeout => "E_SERVER_TIMEOUT", 4, -32742, true;
    /// The address answers, but not as an ELITEA server does.
    NotElitea => "E_SERVER_NOT_ELITEA", 4, -32743, false;
    /// The server starts, is in maintenance, or asks to wait.
    ServerBusy => "E_SERVER_BUSY", 4, -32744, true;
    /// The server failed, or answered something that cannot be read.
    ServerFault => "E_SERVER_FAULT", 4, -32745, true;
    /// The network is needed, and `--offline` was given.
    Offline => "E_OFFLINE", 4, -32746, false;
    /// The system refused a file operation on our own files.
    Io => "E_IO", 5, -32750, false;
    /// A fault of the helper itself.
    Internal => "E_INTERNAL", 5, -32603, false;
}

impl Kind {
    /// This kind's row of the table.
    pub fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }
}

/// Where something is wrong. Lines and columns count from 1, columns in Unicode scalar values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, where it is known; pure code leaves it out and its caller adds it.
    pub file: Option<PathBuf>,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
}

impl Place {
    /// The place of byte `offset` in `text`, without a file.
    pub fn of(text: &str, offset: usize) -> Self {
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let newlines = before.bytes().filter(|byte| *byte == b'\n').count();
        let lone_returns = before.replace("\r\n", "").bytes().filter(|byte| *byte == b'\r').count();
        Self { file: None, line: newlines + lone_returns + 1, column: before[start..].chars().count() + 1 }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "{}:{}:{}", file.display(), self.line, self.column),
            None => write!(f, "line {}, column {}", self.line, self.column),
        }
    }
}

/// What happened, where, and what to do next.
#[derive(Clone, Debug)]
pub struct Error {
    /// The class of failure.
    pub kind: Kind,
    /// What happened, in one sentence without a full stop.
    pub message: String,
    /// Where, if it is in a file.
    pub place: Option<Place>,
    /// What to do next.
    pub hint: Option<String>,
    /// What one may choose from, where a choice is missing.
    pub choices: Vec<String>,
    /// The flag that makes the choice.
    pub flag: Option<&'static str>,
}

impl Error {
    /// A failure of this kind.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), place: None, hint: None, choices: Vec::new(), flag: None }
    }

    /// A choice is missing that `flag` makes.
    pub fn choice(flag: &'static str, message: impl Into<String>, choices: Vec<String>) -> Self {
        Self { choices, flag: Some(flag), ..Self::new(Kind::ChoiceNeeded, message) }
    }

    /// A file operation that the system refused, with the file and what was being done to it.
    pub fn io(doing: &str, path: &Path, error: &std::io::Error) -> Self {
        Self::new(Kind::Io, format!("cannot {doing} {}: {error}", path.display()))
    }

    /// Says what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says where it is wrong.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Names the file of a place that pure code found.
    #[must_use]
    pub fn in_file(mut self, file: &Path) -> Self {
        if let Some(place) = &mut self.place {
            place.file.get_or_insert_with(|| file.to_path_buf());
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
