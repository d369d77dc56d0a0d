//! An `&` that starts no reference, and characters that no XML may hold.

use super::super::Change;
use super::super::draft::{Draft, EDIT};
use super::lex::{Lexed, is_name};

const ENTITIES: [&str; 5] = ["lt", "gt", "amp", "quot", "apos"];

/// The draft with all of them mended.
pub(super) fn mend(draft: &Draft, lexed: &Lexed) -> Vec<Draft> {
    let text = &draft.text;
    let (mut plain, mut other) = (Vec::new(), Vec::new());
    let mut doubt = false;
    for range in &lexed.controls {
        let out = |with: &str| Change {
            range: range.clone(),
            with: with.to_owned(),
            what: format!(
                "take out the character U+{:04X}",
                text[range.clone()].chars().next().map_or(0, u32::from)
            ),
        };
        doubt = true;
        plain.push(out(""));
        other.push(out(" "));
    }
    let mut meant = false;
    for at in &lexed.ampersands {
        let rest = &text[at + 1..];
        let is_part = |byte: &u8| byte.is_ascii() && (is_name(*byte) || *byte == b'#');
        let name = &rest[..rest.bytes().take(8).take_while(is_part).count()];
        let ended = rest[name.len()..].starts_with(';');
        let escape = Change {
            range: at + 1..at + 1,
            with: "amp;".to_owned(),
            what: "write `&` as `&amp;`".to_owned(),
        };
        let entity = ENTITIES.iter().find(|entity| {
            if ended { strsim::damerau_levenshtein(entity, name) == 1 } else { name.starts_with(*entity) }
        });
        if let Some(entity) = entity {
            let (old, with) = if ended { (name.len(), *entity) } else { (0, ";") };
            let start = if ended { at + 1 } else { at + 1 + entity.len() };
            let what = format!("write `&{}` as `&{entity};`", if ended { name } else { entity });
            other.push(Change { range: start..start + old, with: with.to_owned(), what });
            meant = true;
        } else {
            other.push(escape.clone());
        }
        // A reference to something unknown may be meant as one.
        doubt |= entity.is_none() && (ended || name.starts_with('#'));
        plain.push(escape);
    }
    // However many there are, they are of one making.
    let mut drafts = vec![draft.then(plain, EDIT)];
    if meant || !lexed.controls.is_empty() {
        drafts.push(draft.then(other, EDIT));
    }
    for draft in &mut drafts {
        draft.doubt |= doubt;
    }
    drafts
}
