//! The merge contract over every layout that a small file can have.

use std::fs;
use std::path::Path as FilePath;

use elitea_helper::merge::{Entry, Format, Op, Patch, Path, Step};
use serde_json::json;

use crate::merge_corpus::round_trip;

const GAPS: [&str; 9] =
    ["", " ", "\n  ", "/*c*/", " // c\n", "\n\n  // c\n\n ", " \r\n\t ", " /* c\n c */ \n ", "\n"];

/// Calls `each` with every sequence of `count` gaps; with four of them, only of the first six.
fn with_gaps(count: u32, mut each: impl FnMut(&[&str])) {
    let kinds = if count > 3 { 6 } else { GAPS.len() };
    for mut number in 0..kinds.pow(count) {
        let mut gaps = Vec::new();
        for _ in 0..count {
            gaps.push(GAPS[number % kinds]);
            number /= kinds;
        }
        each(&gaps);
    }
}

#[test]
fn every_small_layout_gives_its_bytes_back() {
    let mut count = 0;
    let entries =
        ["x", "y"].map(|key| Entry { path: Path::keys([key]), op: Op::Set(json!(1)), secret: false });
    let patch = Patch { format: Format::Jsonc, entries: entries.to_vec(), downloads: Vec::new() };
    let mut check = |text: &str| {
        round_trip(text, text, &patch);
        count += 1;
    };
    with_gaps(3, |gaps| check(&format!("{}{{{}}}{}", gaps[0], gaps[1], gaps[2])));
    with_gaps(4, |gaps| check(&format!("{{{}\"a\":{}1{}}}{}", gaps[0], gaps[1], gaps[2], gaps[3])));
    with_gaps(3, |gaps| check(&format!("{{{}\"a\": 1{},{}}}", gaps[0], gaps[1], gaps[2])));
    with_gaps(4, |gaps| check(&format!("{{{}\"a\": 1{},{}\"b\": 2{}}}", gaps[0], gaps[1], gaps[2], gaps[3])));
    with_gaps(3, |gaps| check(&format!("{{{}\"a\": 1, \"b\": 2{},{}}}", gaps[0], gaps[1], gaps[2])));
    with_gaps(2, |gaps| check(&format!("{}{}", gaps[0], gaps[1])));
    println!("{count} small layouts");
}

#[test]
fn every_small_xml_layout_gives_its_bytes_back() {
    let mut count = 0;
    let pairs = [["X", "a"], ["X", "b"], ["Y", "a"]];
    let entries = pairs.map(|pair| Entry { path: Path::keys(pair), op: Op::Set(json!("v")), secret: false });
    let patch = Patch { format: Format::Xml, entries: entries.to_vec(), downloads: Vec::new() };
    let mut check = |text: &str| {
        let text = text.replace("/*", "<!--").replace("*/", "-->").replace("// c", "<!-- c -->");
        round_trip(&text, &text, &patch);
        count += 1;
    };
    with_gaps(2, |gaps| check(&format!("<project version=\"4\">{}</project>{}", gaps[0], gaps[1])));
    for tail in ["/>", " />", "\n/>"] {
        check(&format!("<project version=\"4\"{tail}"));
        with_gaps(2, |gaps| {
            check(&format!("<project>{}<component name='X'{tail}{}</project>", gaps[0], gaps[1]));
        });
    }
    with_gaps(3, |gaps| {
        let [before, inner, after] = gaps else { return };
        check(&format!("<project>{before}<component name=\"X\">{inner}</component>{after}</project>"));
        let option = "<option name=\"c\" value=\"1\" />";
        check(&format!(
            "<project>\n  <component name=\"X\">{before}{option}{inner}</component>{after}</project>"
        ));
        check(&format!(
            "<project><component name=\"X\">{before}{option}{inner}{option}{after}</component></project>"
        ));
        check(&format!(
            "<project>{before}<component name=\"W\" />{inner}<component name=\"Z\" />{after}</project>"
        ));
    });
    println!("{count} small XML layouts");
}

#[test]
fn every_small_toml_layout_gives_its_bytes_back() {
    let mut seen = std::collections::HashSet::new();
    let element = Step::Element { field: "name".to_owned(), value: "e".to_owned() };
    let key = |name: &str| Step::Key(name.to_owned());
    let paths = [
        vec![key("x")],
        vec![key("t"), key("x")],
        vec![key("t"), key("u"), key("x")],
        vec![key("t"), key("u"), key("y")],
        vec![key("list"), element.clone(), key("x")],
        vec![key("list"), element, key("env"), key("y")],
    ];
    let mut check = |text: &str, paths: &[Vec<Step>], member: bool| {
        let mut entries: Vec<_> = paths
            .iter()
            .map(|path| Entry { path: Path(path.clone()), op: Op::Set(json!("v")), secret: false })
            .collect();
        if member {
            let path = Path(vec![key("set"), Step::Member { member: "m".to_owned() }]);
            entries.push(Entry { path, op: Op::Include, secret: false });
        }
        let text = text.replace("/*c*/", "").replace("/* c\n c */", "# c").replace("// c", "# c");
        if seen.insert((text.clone(), paths.len())) {
            round_trip(&text, &text, &Patch { format: Format::Toml, entries, downloads: Vec::new() });
        }
    };
    let lines = [
        "",
        "a = 1",
        "t.b = 1",
        "t.u.b = 1",
        "[t]",
        "[t.u]",
        "[t.v]",
        "[[list]]\nname = \"f\"",
        "[z]\nc = [\n  1,\n]",
    ];
    with_gaps(2, |gaps| {
        for line in lines {
            // Before a line there may be blanks only, and after it a comment only.
            let before = if gaps[0].ends_with('\n') || is_blank(gaps[0]) { gaps[0] } else { "" };
            let after = if line.is_empty() && !gaps[1].starts_with('\n') { "" } else { gaps[1] };
            check(&format!("{before}{line}{after}"), &paths, true);
            for other in &lines[4..] {
                if line != *other && !(line.starts_with("t.") && other.starts_with("[t")) {
                    check(&format!("{line}{}\n{before}{other}{after}", gaps[0]), &paths, true);
                }
            }
        }
    });
    with_gaps(3, |gaps| {
        let [first, second, third] = gaps else { return };
        for inner in ["", "\"a\"", "\"a\",", "\"a\",\"b\""] {
            let inner = inner.replacen(',', &format!("{first},{second}"), 1);
            check(&format!("set = [{first}{inner}{third}]"), &[], true);
        }
    });
    for inner in ["", " ", "b = 1", " b = 1 ", " b.c = 1, d = 2 ", " u = {}", " u.b = 1 "] {
        check(&format!("t = {{{inner}}}"), &paths[1..4], false);
        check(&format!("list = [{{{inner}}}]\n"), &paths[4..], false);
        check(&format!("[[list]]\nname = \"e\"\nenv = {{{inner}}}"), &paths[5..], false);
    }
    println!("{} small TOML layouts", seen.len());
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
}

#[test]
fn real_toml_files_give_their_bytes_back() {
    let root = FilePath::new(env!("CARGO_MANIFEST_DIR"));
    let templates = fs::read_dir(root.join("templates")).unwrap();
    let templates = templates.map(|folder| folder.unwrap().path().join("template.toml"));
    let key = |name: &str| Step::Key(name.to_owned());
    let member = |name: &str| Step::Member { member: name.to_owned() };
    let element = Step::Element { field: "name".to_owned(), value: "e".to_owned() };
    let set = [
        vec![key("x")],
        vec![key("package"), key("x")],
        vec![key("dependencies"), key("x"), key("version")],
        vec![key("dependencies"), key("clap"), key("x")],
        vec![key("profile"), key("x"), key("y")],
        vec![key("test"), element, key("path")],
        vec![key("mcp"), key("elitea"), key("env"), key("X")],
    ];
    let sets = [
        vec![key("package"), key("include"), member("x")],
        vec![key("features"), key("default"), member("x")],
    ];
    let entry = |path: &Vec<Step>, op: Op| Entry { path: Path(path.clone()), op, secret: false };
    let entries = set.iter().map(|path| entry(path, Op::Set(json!("v"))));
    let entries = entries.chain(sets.iter().map(|path| entry(path, Op::Include))).collect();
    let patch = Patch { format: Format::Toml, entries, downloads: Vec::new() };
    for file in templates.chain([root.join("Cargo.toml")]) {
        let text = fs::read_to_string(&file).unwrap();
        round_trip(&file.display().to_string(), &text, &patch);
    }
}
