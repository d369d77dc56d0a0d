//! Rules about what stands in a file twice.

use std::collections::HashMap;
use std::ops::Range;

use super::fixes::Step;
use crate::doctor::facts::Facts;
use crate::doctor::file::FileFacts;
use crate::doctor::rule::{Check, Found, Needs, Rule};
use crate::merge::{jsonc, same, xml};
use crate::protocol::doctor::Severity;

/// So many keys are reported, of a file that was pasted into itself.
const MOST: usize = 100;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "duplicate-key",
        severity: Severity::Warning,
        title: "a key that stands twice in one object",
        why: "Only the last one counts; whoever edits the first one wonders why nothing happens.",
        help: "Keep one of them. elitea-helper repair takes the first one out where both hold the same, \
               and asks which one is meant where they do not.",
        needs: Needs::Nothing,
        repairs: true,
        check: Check::File(keys),
    },
    Rule {
        id: "duplicate-component",
        severity: Severity::Warning,
        title: "a component or an option that stands twice",
        why: "The IDE reads the last one, and drops the other when it saves the file.",
        help: "Keep one of them. elitea-helper repair takes the first one out where the last one holds \
               all of it, and asks which one is meant where it does not.",
        needs: Needs::Nothing,
        repairs: true,
        check: Check::File(components),
    },
];

/// Which of two counts is known only in a text that can be read.
fn keys(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    let Some(tree) = file.scanned.as_ref().and_then(|scanned| scanned.jsonc()) else { return };
    if !file.is_sound() {
        return;
    }
    for (earlier, last) in repeated(&file.text, tree) {
        let name = tree.string(&file.text, earlier);
        let [first, second] = [earlier, last].map(|key| tree.nodes[key].start());
        let line = file.line(second);
        let added = found
            .add(format!("{name} stands again in line {line}, and only the last one counts"))
            .at(tree.range(earlier));
        let value = |key: usize| tree.value(&file.text, key + 1);
        let is_same = same(&value(earlier), &value(last));
        offer(added, file, [first, second], is_same, &name);
    }
}

/// Every key that a later one of the same object repeats, with the last one of them; in the order of
/// the text.
fn repeated(text: &str, tree: &jsonc::Tree) -> Vec<(usize, usize)> {
    let mut repeated = Vec::new();
    for (object, node) in tree.nodes.iter().enumerate() {
        // An object of one property has three nodes at least.
        if node.kind != jsonc::Kind::Object || node.next() < object + 5 {
            continue;
        }
        let mut last = HashMap::new();
        let keys: Vec<usize> = tree.properties(object).map(|(key, _)| key).collect();
        for key in keys.iter().rev() {
            match last.entry(tree.string(text, *key)) {
                std::collections::hash_map::Entry::Occupied(seen) => repeated.push((*key, *seen.get())),
                std::collections::hash_map::Entry::Vacant(new) => {
                    new.insert(*key);
                }
            }
        }
    }
    repeated.sort_unstable();
    repeated.truncate(MOST);
    repeated
}

/// Offers to take the first one out, and where that changes what is said, or a comment would go, the
/// last one too.
fn offer(
    added: crate::doctor::rule::Added<'_>,
    file: &FileFacts,
    [first, last]: [usize; 2],
    is_same: bool,
    name: &str,
) {
    let title = |at: usize| format!("take {name} in line {} out", file.line(at));
    let cut = |at: usize| Step::cut(file, &[at], &title(at));
    let step = cut(first);
    let is_enough = is_same && step.as_ref().is_some_and(|step| !step.loses_comment);
    let added = added.offer(title(first), step);
    if !is_enough {
        added.offer(title(last), cut(last));
    }
}

fn components(file: &FileFacts, _facts: &Facts, found: &mut Found) {
    let Some(tree) = file.scanned.as_ref().and_then(|scanned| scanned.xml()) else { return };
    let (Some(root), true) = (tree.root(), file.is_sound()) else { return };
    let text = &file.text;
    let components: Vec<usize> = tree.children(root).filter(|at| tree.is(text, *at, "component")).collect();
    twice(file, tree, &components, "component", found);
    for component in components {
        let options: Vec<usize> =
            tree.children(component).filter(|at| tree.is(text, *at, "option")).collect();
        twice(file, tree, &options, "option", found);
    }
}

fn twice(file: &FileFacts, tree: &xml::Tree, elements: &[usize], what: &str, found: &mut Found) {
    let raw = |element: usize| tree.attribute(&file.text, element, "name");
    let name = |element: usize| raw(element).map(|raw| xml::decode(&file.text[raw]));
    let last: HashMap<_, usize> =
        elements.iter().filter_map(|element| Some((name(*element)?, *element))).collect();
    for earlier in elements {
        let (Some(range), Some(wanted)) = (raw(*earlier), name(*earlier)) else { continue };
        let Some(last) = last.get(&wanted).filter(|last| *last != earlier) else { continue };
        let [first, second] = [*earlier, *last].map(|element| tree.elements[element].start);
        let line = file.line(second);
        let words = format!("the {what} {wanted} stands again in line {line}, and only the last one counts");
        let added = found.add(words).at(range);
        let is_held = holds(file, tree, *last, *earlier);
        offer(added, file, [first, second], is_held, &wanted);
    }
}

/// Whether one element says all that another one does: its attributes, and each of its children, of
/// which the last of a name counts.
fn holds(file: &FileFacts, tree: &xml::Tree, element: usize, other: usize) -> bool {
    let attributes = |element: usize| -> Vec<(&str, String)> {
        let value = |range: &Range<usize>| xml::decode(&file.text[range.clone()]).into_owned();
        let attributes = &tree.elements[element].attributes;
        attributes.iter().map(|one| (&file.text[one.name.clone()], value(&one.value))).collect()
    };
    let inner = |element: usize| {
        let element = &tree.elements[element];
        element.open_end..element.close.unwrap_or(element.open_end)
    };
    if attributes(element) != attributes(other) {
        return false;
    }
    let children = |element: usize| tree.children(element).collect::<Vec<_>>();
    if children(other).is_empty() {
        return file.text[inner(element)].trim() == file.text[inner(other)].trim();
    }
    children(other).iter().all(|child| {
        let name = tree.attribute(&file.text, *child, "name").map(|raw| &file.text[raw]);
        let mine = children(element);
        let same_name =
            |mine: &&usize| tree.attribute(&file.text, **mine, "name").map(|raw| &file.text[raw]) == name;
        mine.iter().rfind(same_name).is_some_and(|mine| holds(file, tree, *mine, *child))
    })
}
