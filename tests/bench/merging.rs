//! Merges beside a plain parse of the same bytes.

use elitea_helper::merge::{self, Format, Merged, Owned, Patch, Seal};
use elitea_helper::template::{self, Selection};

use jsonc_parser::{CollectOptions, ParseOptions};

use crate::Effort;
use crate::clock::Pair;
use crate::generated::{project_xml, settings};
use crate::table::{Budget, Figure, Row, Table};

/// A generated file, and what a merge into it may cost.
struct Size {
    name: &'static str,
    bytes: usize,
    /// CPU time in milliseconds.
    most: f64,
}

const SIZES: &[Size] = &[
    Size { name: "10 KB", bytes: 10_000, most: 0.3 },
    Size { name: "1 MB", bytes: 1_000_000, most: 10.0 },
    Size { name: "10 MB", bytes: 10_000_000, most: 100.0 },
];

/// A kind of file: its template, how one is made, and a parser that reads it.
struct Kind {
    name: &'static str,
    template: &'static str,
    generate: fn(usize) -> String,
    parser: &'static str,
    parse: fn(&str),
    /// The largest that an IDE would have, in bytes.
    largest: usize,
    /// What a merge may cost in plain parses.
    most: f64,
    /// Whether the sizes' times are budgets for it.
    timed: bool,
}

const KINDS: &[Kind] = &[
    Kind {
        name: "12 keys, settings",
        template: "vscode",
        generate: settings,
        parser: "jsonc-parser",
        parse: |text| {
            let parsed =
                jsonc_parser::parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default());
            assert!(parsed.unwrap().value.is_some());
        },
        largest: usize::MAX,
        most: 4.0,
        timed: true,
    },
    Kind {
        name: "8 options, XML",
        template: "jetbrains",
        generate: project_xml,
        parser: "roxmltree",
        parse: |text| assert!(roxmltree::Document::parse(text).is_ok()),
        largest: 1_000_000,
        most: 4.0,
        timed: false,
    },
];

/// Measures every kind and size.
pub(crate) fn measure(effort: Effort, table: &mut Table) {
    for kind in KINDS {
        for size in SIZES.iter().filter(|size| size.bytes <= effort.largest.min(kind.largest)) {
            measure_one(effort, kind, size, table);
        }
    }
}

fn measure_one(effort: Effort, kind: &Kind, size: &Size, table: &mut Table) {
    let seal = Seal::new(&[7; 32]);
    let merged = |text: &str, patch: &Patch, owned: &Owned| -> Merged {
        merge::apply(text, patch, owned, &[], &seal).unwrap()
    };
    let user = (kind.generate)(size.bytes);
    let (first, second) = (patch(kind.template, 4, "gpt-5.1"), patch(kind.template, 5, "claude-sonnet-5"));
    let ours = merged(&user, &first, &Owned::default());
    assert!(ours.text.len() > user.len() && merged(&ours.text, &second, &ours.owned).text != ours.text);
    assert_eq!(merged(&ours.text, &first, &ours.owned).text, ours.text);
    let none = Owned::default();
    let cases: [(&str, &str, &Patch, &Owned); 3] = [
        ("inserted", &user, &first, &none),
        ("updated", &ours.text, &second, &ours.owned),
        ("nothing to do", &ours.text, &first, &ours.owned),
    ];
    for (case, text, patch, owned) in cases {
        let pair = Pair::of_work(
            effort,
            || assert!(!merged(text, patch, owned).text.is_empty()),
            || (kind.parse)(text),
        );
        let (subject, reference) = pair.cpu();
        table.add(Row {
            what: format!("{} of {}, {case}: CPU", kind.name, size.name),
            figure: Figure::Time(subject),
            reference: Some((kind.parser, Figure::Time(reference))),
            budgets: kind
                .timed
                .then_some(Budget::Time(size.most))
                .into_iter()
                .chain([Budget::Ratio(kind.most)])
                .collect(),
        });
    }
}

fn patch(template: &str, project: u64, model: &str) -> Patch {
    let selection = Selection {
        server: "https://next.elitea.ai".to_owned(),
        project,
        model: model.to_owned(),
        model_project: 1,
        integration: None,
        verify_ssl: true,
    };
    let template = template::load(template, None).unwrap();
    let patch = template.patch(&selection, Some("eyJhbGciOiJIUzUxMiJ9.eyJ1dWlkIjoiMCJ9.c2ln")).unwrap();
    assert!(patch.format == Format::Xml || patch.entries.len() == 12, "{}", patch.entries.len());
    patch
}
