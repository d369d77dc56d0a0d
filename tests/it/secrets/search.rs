//! Looks for tokens in what a program said and in what it left on disk: whole ones, the halves of their
//! signatures, their base64, in UTF-16, in any case of letters; and for anything that begins as one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// What every token begins with, known to us or not.
const START: &str = "eyJhbGciOi";

/// One file and the tokens in it, each by its last letters.
pub(super) type Found = BTreeMap<String, BTreeSet<String>>;

/// What is looked for.
pub(super) struct Search(Vec<(String, Vec<String>)>);

/// How much was looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Looked {
    pub(super) files: usize,
    pub(super) bytes: usize,
}

impl Search {
    /// A search for these tokens.
    pub(super) fn new(tokens: impl IntoIterator<Item = String>) -> Self {
        Self(tokens.into_iter().map(|token| (name(&token), forms(&token))).collect())
    }

    /// The tokens of which any form stands in `bytes`.
    pub(super) fn look(&self, bytes: &[u8]) -> BTreeSet<String> {
        let text = String::from_utf8_lossy(bytes).replace('\0', "").to_ascii_lowercase();
        let held = |forms: &[String]| forms.iter().any(|form| text.contains(form.as_str()));
        let mut found: BTreeSet<String> =
            self.0.iter().filter(|(_, forms)| held(forms)).map(|(name, _)| name.clone()).collect();
        if found.is_empty() && text.contains(&START.to_ascii_lowercase()) {
            found.insert("a token unknown here".to_owned());
        }
        found
    }

    /// The files under `root` that hold a token, by their path from there, `/` between its parts.
    pub(super) fn files(&self, root: &Path, looked: &mut Looked) -> Found {
        let mut found = Found::new();
        let mut folders = vec![root.to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).unwrap().flatten() {
                let path = entry.path();
                // What another process takes away meanwhile is gone, and holds nothing.
                let Ok(kind) = entry.file_type() else { continue };
                let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
                if kind.is_dir() {
                    folders.push(path);
                    continue;
                }
                let Ok(bytes) = std::fs::read(&path) else { continue };
                looked.files += 1;
                looked.bytes += bytes.len();
                let mut tokens = self.look(&bytes);
                tokens.extend(self.look(name.as_bytes()));
                if !tokens.is_empty() {
                    found.insert(name, tokens);
                }
            }
        }
        found
    }
}

/// A token's name in messages: its last letters, as the server's list shows them.
pub(super) fn name(token: &str) -> String {
    format!("...{}", &token[token.len() - 7..])
}

/// Every form in which a token would give itself away, in lower case.
fn forms(token: &str) -> Vec<String> {
    let signature = token.rsplit('.').next().unwrap();
    let mut forms = vec![signature[..30].to_owned(), signature[signature.len() - 20..].to_owned()];
    // Base64 of a text that holds the token shows one of three alignments of it.
    for skipped in 0..3 {
        let part = &signature.as_bytes()[skipped..skipped + 60];
        forms.extend([STANDARD.encode(part), URL_SAFE.encode(part)]);
    }
    forms.into_iter().map(|form| form.to_ascii_lowercase()).collect()
}

#[test]
fn the_search_finds_what_is_put_there() {
    let token = format!("{START}JIUzUxMiJ9.eyJ1dWlkIjoieCJ9.{}", "aB3-_xYz9Q".repeat(9));
    let search = Search::new([token.clone()]);
    let named = BTreeSet::from([name(&token)]);
    let signature = token.rsplit('.').next().unwrap();
    let utf16: Vec<u8> = token.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let logged = [
        format!("DEBUG elitea_helper: asking with {token}").into_bytes(),
        format!("cut: {}", &signature[signature.len() - 20..]).into_bytes(),
        format!("https://{}/", token.to_lowercase()).into_bytes(),
        STANDARD.encode(format!("{token}:")).into_bytes(),
        STANDARD.encode(format!("x:{token}")).into_bytes(),
        STANDARD.encode(format!("Bearer {token}")).into_bytes(),
        utf16,
    ];
    for line in logged {
        assert_eq!(search.look(&line), named, "{}", String::from_utf8_lossy(&line));
    }
    assert_eq!(search.look(b"another eyJhbGciOiJIUzUxMiJ9.").len(), 1);
    assert!(search.look(b"nothing to see: ***").is_empty());

    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("state/history")).unwrap();
    std::fs::write(folder.path().join("state/history/1.json"), format!("{{\"before\": \"{token}\"}}"))
        .unwrap();
    std::fs::write(folder.path().join("state/lock"), "").unwrap();
    let mut looked = Looked::default();
    let found = search.files(folder.path(), &mut looked);
    assert_eq!(found, Found::from([("state/history/1.json".to_owned(), named)]));
    assert_eq!(looked.files, 2);
}
