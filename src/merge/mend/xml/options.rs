//! What can be done where the tags do not fit.

use super::super::draft::EDIT;
use super::lex::Kind;
use super::nest::{Fix, Nest, Open, Plan, Stuck};

/// How many places for one end tag are tried.
const MAX_PLACES: usize = 12;
/// A plan of more fixes is none.
const MAX_FIXES: usize = 100;
/// What an unlikely thing costs on top.
const ODD: u32 = 8;

/// The plan and one more step, in each way that can help.
pub(super) fn options(nest: &Nest<'_>, plan: &Plan, stuck: &Stuck) -> Vec<Plan> {
    let mut options = Options { nest, plan, found: Vec::new() };
    match nest.tokens.get(stuck.token) {
        _ if nest.tokens.is_empty() => {}
        None => options.at_end(stuck),
        Some(token) if token.kind == Kind::End && !stuck.stack.is_empty() => options.mismatch(stuck),
        Some(token) => options.outside(stuck, token.kind),
    }
    // The innermost ones are the likeliest.
    for (at, open) in stuck.stack.iter().enumerate().skip(1).rev().take(MAX_PLACES) {
        let like_outer = stuck.stack.get(at - 1).is_some_and(|outer| outer.name == open.name);
        if like_outer && nest.tokens.get(open.token).is_some_and(|token| !token.attributes) {
            options.add(vec![Fix::ToEnd(open.token)], EDIT, false);
        }
    }
    options.found
}

struct Options<'n, 't> {
    nest: &'n Nest<'t>,
    plan: &'n Plan,
    found: Vec<Plan>,
}

impl Options<'_, '_> {
    fn add(&mut self, fixes: Vec<Fix>, cost: u32, doubt: bool) {
        let mut plan = self.plan.clone();
        let token = |fix: &Fix| match fix {
            Fix::Drop(token) | Fix::Comment(token) | Fix::Rename(token, _) | Fix::ToEnd(token) => {
                Some(*token)
            }
            _ => None,
        };
        // One token is changed once.
        if fixes.iter().filter_map(token).any(|new| plan.fixes.iter().filter_map(token).any(|old| old == new))
        {
            return;
        }
        if plan.fixes.len() + fixes.len() > MAX_FIXES {
            return;
        }
        plan.fixes.extend(fixes);
        plan.cost += cost;
        plan.doubt |= doubt;
        self.found.push(plan);
    }

    /// The text ends, and elements are open.
    fn at_end(&mut self, stuck: &Stuck) {
        let end = stuck.token;
        let open = &stuck.stack;
        if open.len() > MAX_FIXES {
            return;
        }
        let fixes = |place: &dyn Fn(&Open) -> usize| {
            let mut least = 0;
            let close = |open: &Open| {
                least = place(open).max(least);
                Fix::Close { element: open.token, before: least }
            };
            open.iter().rev().map(close).collect::<Vec<_>>()
        };
        let count = u32::try_from(open.len()).unwrap_or(u32::MAX / EDIT / 2);
        if count == 0 {
            return;
        }
        // What else may have stood behind the end, nobody knows.
        self.add(fixes(&|_| end), EDIT + count - 1, true);
        let laid_out =
            fixes(&|open| if open.token == stuck.stack[0].token { end } else { self.place(open, end) });
        self.add(laid_out, EDIT * count, true);
        self.twins(stuck, 0);
    }

    /// An end tag is not that of the innermost open element.
    fn mismatch(&mut self, stuck: &Stuck) {
        let (token, nest) = (stuck.token, self.nest);
        let name = nest.name(token);
        let Some(top) = stuck.stack.last() else { return };
        if let Some(outer) = stuck.stack.iter().rposition(|open| open.name == name) {
            let unclosed = &stuck.stack[outer + 1..];
            if let [one] = unclosed {
                for place in self.places(one, token) {
                    self.close(one.token, place);
                }
                self.twins(stuck, outer + 1);
            } else if unclosed.len() <= MAX_FIXES {
                let mut least = 0;
                let close = |open: &Open| {
                    least = self.place(open, token).max(least);
                    Fix::Close { element: open.token, before: least }
                };
                let fixes: Vec<_> = unclosed.iter().rev().map(close).collect();
                let cost = EDIT * u32::try_from(fixes.len()).unwrap_or(u32::MAX / EDIT);
                self.add(fixes, cost, false);
            }
        }
        self.drop_end(token);
        // Of two names that are nearly alike, the one that is there elsewhere too is right.
        let alike = strsim::damerau_levenshtein(&top.name, name) * 3 <= name.len();
        let odd =
            if alike && nest.words.has_element(name) && !nest.words.has_element(&top.name) { ODD } else { 0 };
        self.add(vec![Fix::Rename(token, top.name.clone())], EDIT + odd, false);
        if alike && nest.words.elements(&top.name) == 1 {
            self.add(vec![Fix::Rename(top.token, name.to_owned())], EDIT, false);
        }
        self.lost_start(token);
        // An end tag before this one may be one too many.
        let before = (0..token)
            .rev()
            .find(|before| nest.tokens[*before].kind == Kind::End && nest.name(*before) == name);
        if let Some(before) = before {
            self.drop_end(before);
        }
    }

    /// An end tag is one too many: beyond doubt only where it stands beside its like.
    fn drop_end(&mut self, token: usize) {
        let nest = self.nest;
        let like = |other: Option<usize>| {
            let other =
                other.filter(|other| nest.tokens.get(*other).is_some_and(|other| other.kind == Kind::End));
            other.is_some_and(|other| nest.name(other) == nest.name(token))
        };
        let twice = like(token.checked_sub(1)) || like(Some(token + 1));
        self.add(vec![Fix::Drop(token)], EDIT, !twice);
    }

    /// The start tag of this end tag may be gone.
    fn lost_start(&mut self, token: usize) {
        let nest = self.nest;
        let before = match nest.indent(token) {
            Some(own) => {
                let outside = (0..token).rev().find(|before| !nest.is_inside(*before, own));
                outside.map_or(0, |outside| outside + 1)
            }
            None => match nest.tokens.get(token.wrapping_sub(1)).map(|token| token.kind) {
                Some(Kind::Start | Kind::End) | None => token,
                Some(_) => token - 1,
            },
        };
        let empty = if before == token { EDIT } else { 0 };
        let tag = nest.name(token).to_owned();
        self.add(vec![Fix::Open { before, tag, like: token }], EDIT + empty, true);
    }

    /// Something is before or after the root element.
    fn outside(&mut self, stuck: &Stuck, kind: Kind) {
        let (token, nest) = (stuck.token, self.nest);
        let first = nest.tokens.iter().position(|token| matches!(token.kind, Kind::Start | Kind::Empty));
        match kind {
            Kind::Text | Kind::Cdata => {
                let words = &nest.text[nest.tokens[token].range.clone()];
                let says = words.contains(char::is_alphanumeric);
                self.add(vec![Fix::Drop(token)], EDIT, says);
                if says && !words.contains("--") && !words.ends_with('-') && kind == Kind::Text {
                    self.add(vec![Fix::Comment(token)], EDIT, true);
                }
            }
            Kind::End => {
                self.drop_end(token);
                if let Some(end) = stuck.root_end.filter(|end| nest.name(*end) == nest.name(token)) {
                    self.drop_end(end);
                }
            }
            _ => {
                if let Some(end) = stuck.root_end {
                    self.add(vec![Fix::Drop(end)], EDIT, true);
                }
            }
        }
        let lost = first.filter(|first| nest.name(*first) == "component");
        if let (Some(before), false) = (lost, nest.text.contains("<project")) {
            let tag = "project version=\"4\"".to_owned();
            let like = nest.tokens.iter().rposition(|token| token.kind == Kind::End).unwrap_or(before);
            self.add(vec![Fix::Open { before, tag, like }], EDIT, true);
        }
    }

    fn close(&mut self, element: usize, before: usize) {
        let nest = self.nest;
        let mut cost = EDIT;
        if before == element + 1 {
            // Where the `/` of `<name />` is lost, the blank before it is still there.
            let tag = nest.tokens.get(element).map_or("", |token| &nest.text[token.range.clone()]);
            let blank = tag.trim_end_matches('>').ends_with([' ', '\t', '\n', '\r']);
            cost += if blank || !nest.words.spaced { 0 } else { ODD };
        }
        self.add(vec![Fix::Close { element, before }], cost, false);
    }

    /// Where the layout ends an element, at the latest before `end`.
    fn place(&self, open: &Open, end: usize) -> usize {
        let own = self.nest.line_indent(open.token).unwrap_or_default();
        let outside = |child: &usize| !self.nest.is_inside(*child, own);
        open.children.iter().copied().find(outside).unwrap_or(end)
    }

    /// Where the end tag of an element can be, at the latest before `end`.
    fn places(&self, open: &Open, end: usize) -> Vec<usize> {
        let by_layout = self.place(open, end);
        let mut places = vec![by_layout, open.token + 1, end];
        let inline = open.children.iter().copied().filter(|child| self.nest.indent(*child).is_none());
        places.extend(inline.chain(open.children.iter().copied()).take(MAX_PLACES));
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Where an element holds one of its own name, that one may be the unclosed one.
    fn twins(&mut self, stuck: &Stuck, from: usize) {
        let nest = self.nest;
        for open in stuck.stack[from..].iter().rev().take(MAX_PLACES) {
            let twin = open.children.iter().rev().copied().find(|child| {
                nest.tokens.get(*child).is_some_and(|token| token.kind == Kind::Start)
                    && nest.name(*child) == open.name
            });
            let Some(twin) = twin else { continue };
            let own = nest.line_indent(twin).unwrap_or_default();
            if let Some(place) = (twin + 1..stuck.token).find(|token| !nest.is_inside(*token, own)) {
                self.close(twin, place);
            }
            self.close(twin, twin + 1);
        }
    }
}
