//! The merge contract over every layout that a small file can have.

use elitea_helper::merge::{Entry, Format, Op, Patch, Path};
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
