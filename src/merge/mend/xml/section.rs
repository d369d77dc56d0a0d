//! Comments, CDATA sections and instructions that do not end, or that say what they must not.

use super::super::Change;
use super::super::draft::{Draft, EDIT};
use super::lex::{Kind, SECTIONS};

/// Something of another cost less likely than what the text itself suggests.
const ODD: u32 = 8;

/// The draft with the section at `at` mended in each way that can be.
pub(super) fn mend(draft: &Draft, at: usize) -> Vec<Draft> {
    let rest = &draft.text[at..];
    let Some((open, close, kind)) = SECTIONS.iter().find(|(open, ..)| rest.starts_with(open)) else {
        return Vec::new();
    };
    let start = at + open.len();
    let body = &draft.text[start..];
    let end = body.find(close);
    let whole = &body[..end.unwrap_or(body.len())];
    let put = |place: usize, with: &str, cost: u32| {
        let range = start + place..start + place;
        let what = format!("put in the missing `{}`", with.trim());
        draft.then(vec![Change { range, with: with.to_owned(), what }], cost)
    };
    let mut found = Vec::new();
    match kind {
        Kind::Comment => {
            let whole_is_one = end.is_some() && !whole.contains('<');
            if whole_is_one {
                return vec![spaced(draft, start, whole)];
            }
            // `--` ends a comment and is nothing in it.
            let near = whole.find("--").map(|place| (place + 2, ">"));
            let nearer = whole.find("->").map(|place| (place, "-"));
            let near = [near, nearer].into_iter().flatten().min();
            if let Some((place, with)) = near {
                found.push(put(place, with, EDIT));
            }
            let odd = if near.is_some() { ODD } else { 0 };
            let line = whole.find(['\n', '\r']).unwrap_or(whole.len());
            found.push(put(whole[..line].trim_end().len(), " -->", EDIT + odd));
            let lines = whole.match_indices(['\n', '\r']).map(|(place, _)| place);
            let next = lines.filter(|place| whole[*place..].trim_start().starts_with('<')).take(2);
            let ends: Vec<_> = next.map(|place| whole[..place].trim_end().len()).collect();
            for place in ends.into_iter().filter(|place| *place > line) {
                found.push(put(place, " -->", EDIT + odd));
            }
        }
        Kind::Cdata => {
            let near = whole.find("]]<").map(|place| (place + 2, ">"));
            let near = near.or_else(|| whole.find("]><").map(|place| (place, "]")));
            let ends = whole.match_indices("</").map(|(place, _)| (place, "]]>")).take(3);
            match near {
                Some((place, with)) => found.push(put(place, with, EDIT)),
                None => found.extend(ends.map(|(place, with)| put(place, with, EDIT))),
            }
        }
        _ => {
            let line = whole.find(['\n', '\r']).unwrap_or(whole.len());
            let words = whole[..line].trim_end();
            let (place, with) = match words.strip_suffix('>') {
                Some(words) => (words.len(), "?"),
                None if words.ends_with('?') => (words.len(), ">"),
                None => (words.len(), "?>"),
            };
            found.push(put(place, with, EDIT));
        }
    }
    found
}

/// A comment with a blank in each `--`.
fn spaced(draft: &Draft, start: usize, body: &str) -> Draft {
    let bytes = body.as_bytes();
    let is_double = |at: &usize| bytes[*at] == b'-' && bytes.get(at + 1).is_none_or(|next| *next == b'-');
    let put = |at: usize| Change {
        range: start + at + 1..start + at + 1,
        with: " ".to_owned(),
        what: "put a blank into the `--` of the comment".to_owned(),
    };
    draft.then((0..bytes.len()).filter(is_double).map(put).collect(), EDIT).doubted()
}
