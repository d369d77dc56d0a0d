//! A plain file as a store: `tokens.toml`, mode 0600, only ever used when asked for by name.

use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Table, value};

use super::{Server, Token};
use crate::error::{Error, Kind, Place, Result};
use crate::files;

const FORMAT: i64 = 1;
const HEADER: &str = "# Tokens of elitea-helper, in plain text. Whoever can read this file can use them.\nformat = 1\n\n[tokens]\n";

#[derive(Debug)]
pub(super) struct FileStore {
    path: PathBuf,
}

impl FileStore {
    pub(super) fn new(config_dir: &Path) -> Self {
        Self { path: config_dir.join("tokens.toml") }
    }

    pub(super) fn get(&self, server: &Server) -> Result<Option<Token>> {
        let document = self.read()?;
        let kept =
            document.get("tokens").and_then(|tokens| tokens.get(server.as_str())).and_then(Item::as_str);
        let Some(kept) = kept else { return Ok(None) };
        Token::parse(kept.as_bytes()).map(Some).map_err(|mut error| {
            error.message = format!("{} holds no token for {server}: {}", self.path.display(), error.message);
            error
        })
    }

    pub(super) fn set(&self, server: &Server, token: &Token) -> Result<()> {
        let mut document = self.for_writing()?;
        let tokens = document.entry("tokens").or_insert(Item::Table(Table::new()));
        let Some(tokens) = tokens.as_table_like_mut() else {
            return Err(self.malformed("tokens is not a table", None));
        };
        tokens.insert(server.as_str(), value(token.expose()));
        self.write(&document)
    }

    pub(super) fn delete(&self, server: &Server) -> Result<bool> {
        let mut document = self.for_writing()?;
        let removed = document
            .get_mut("tokens")
            .and_then(Item::as_table_like_mut)
            .and_then(|tokens| tokens.remove(server.as_str()))
            .is_some();
        if removed {
            self.write(&document)?;
        }
        Ok(removed)
    }

    /// Writing what is there once more shows that it can be read and written. A file that was not
    /// there goes again.
    pub(super) fn probe(&self) -> Result<()> {
        let existed = self.path.exists();
        let document = self.for_writing()?;
        self.write(&document)?;
        if existed { Ok(()) } else { files::remove_private(&self.path) }
    }

    fn read(&self) -> Result<DocumentMut> {
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => HEADER.to_owned(),
            Err(error) => {
                return Err(Error::new(
                    Kind::StoreUnavailable,
                    format!("cannot read {}: {error}", self.path.display()),
                ));
            }
        };
        // The parser's own message shows the line, which may hold a token.
        text.parse().map_err(|error: toml_edit::TomlError| {
            let place = error.span().map(|span| Place::of(&text, span.start));
            self.malformed("it is not valid TOML", place)
        })
    }

    fn for_writing(&self) -> Result<DocumentMut> {
        let document = self.read()?;
        if document.get("format").and_then(Item::as_integer).is_some_and(|format| format > FORMAT) {
            return Err(Error::new(
                Kind::FormatNewer,
                format!("{} was written by a newer version and is left as it is", self.path.display()),
            )
            .hint("update elitea-helper"));
        }
        Ok(document)
    }

    fn write(&self, document: &DocumentMut) -> Result<()> {
        files::write_private(&self.path, document.to_string().as_bytes()).map_err(|error| {
            Error::new(Kind::StoreUnavailable, error.message)
                .hint("make the configuration folder writable, or use --store keychain or ELITEA_TOKEN")
        })
    }

    fn malformed(&self, why: &str, place: Option<Place>) -> Error {
        let error = Error::new(Kind::StoreUnavailable, format!("{}: {why}", self.path.display()))
            .hint("mend the file, or delete it and log in again");
        match place {
            Some(place) => error.at(Place { file: Some(self.path.clone()), ..place }),
            None => error,
        }
    }
}
