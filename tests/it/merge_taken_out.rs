//! Taking one property or element out of a text: it goes with its line and its comma, and nothing else
//! does. Over the cases of the merge, and real files where they are at hand.

use std::path::Path;

use elitea_helper::merge::{Format, Scanned, jsonc, xml};

/// So many properties of one file are tried.
const TRIED: usize = 40;

/// The files below a folder that could be of one of the two formats.
fn texts(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            texts(&path, found);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            found.push(text);
        }
    }
}

fn all() -> Vec<String> {
    let mut found = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    texts(&root.join("tests/data/merge"), &mut found);
    texts(&root.join("tests/data/doctor"), &mut found);
    match std::fs::exists(root.join("../shared/corpus")) {
        Ok(true) => texts(&root.join("../shared/corpus"), &mut found),
        _ => println!("skipped: no ../shared"),
    }
    found.retain(|text| text.len() < 200_000);
    found
}

fn without(text: &str, scanned: &Scanned, start: usize) -> Option<(String, bool)> {
    let cut = scanned.cut(text, &[start])?;
    let mut out = String::new();
    let mut at = 0;
    for range in &cut.ranges {
        out.push_str(&text[at..range.start]);
        at = range.end;
    }
    out.push_str(&text[at..]);
    Some((out, cut.loses_comment))
}

#[test]
fn a_property_goes_and_nothing_else() {
    let mut tried = 0;
    for text in all() {
        let scanned = Scanned::new(&text, Format::Jsonc);
        let Some(tree) = scanned.jsonc().filter(|_| scanned.check(&text).is_ok()) else { continue };
        let keys: Vec<usize> =
            (0..tree.nodes.len()).filter(|at| tree.nodes[*at].kind == jsonc::Kind::Key).collect();
        let step = keys.len() / TRIED + 1;
        for key in keys.into_iter().step_by(step) {
            let Some((after, loses)) = without(&text, &scanned, tree.nodes[key].start()) else {
                panic!("nothing is cut for {:?} of {text}", tree.string(&text, key));
            };
            let left = jsonc::scan(&after);
            assert!(left.faults.is_empty(), "{:?} of\n{text}\nleaves\n{after}", tree.string(&text, key));
            let nodes = tree.nodes[key + 1].next() - key;
            assert_eq!(left.nodes.len() + nodes, tree.nodes.len(), "{text}\nbecomes\n{after}");
            let comments = |text: &str, tree: &jsonc::Tree| -> Vec<String> {
                tree.comments.iter().map(|comment| text[comment.clone()].to_owned()).collect()
            };
            if !loses {
                assert_eq!(comments(&text, tree), comments(&after, &left), "{text}\nbecomes\n{after}");
            }
            tried += 1;
        }
    }
    println!("{tried} properties");
    assert!(tried > 100, "only {tried} properties were tried");
}

#[test]
fn an_element_goes_and_nothing_else() {
    let mut tried = 0;
    for text in all() {
        let scanned = Scanned::new(&text, Format::Xml);
        let Some(tree) = scanned.xml().filter(|_| scanned.check(&text).is_ok()) else { continue };
        let step = tree.elements.len() / TRIED + 1;
        for at in (1..tree.elements.len()).step_by(step) {
            let element = &tree.elements[at];
            let Some((after, loses)) = without(&text, &scanned, element.start) else {
                panic!("nothing is cut of {text}");
            };
            let left = xml::scan(&after);
            assert!(left.faults.is_empty(), "{text}\nbecomes\n{after}");
            let gone = element.next - at;
            assert_eq!(left.elements.len() + gone, tree.elements.len(), "{text}\nbecomes\n{after}");
            assert!(loses || left.comments.len() == tree.comments.len(), "{text}\nbecomes\n{after}");
            tried += 1;
        }
    }
    println!("{tried} elements");
    assert!(tried > 50, "only {tried} elements were tried");
}
