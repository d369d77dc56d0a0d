//! Tags that do not fit into each other: plans that make them fit, the likeliest first.
//!
//! A plan is a few fixes. It is tried by walking all tokens with a stack of open elements; where
//! that gets stuck, the plan branches. The walk also counts where the layout speaks against it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::lex::{Kind, Token};
use super::options::options;
use super::words::Words;

/// How many plans are tried for one text.
const MAX_PLANS: usize = 400;
/// How many plans that work are looked at.
const MAX_SOLUTIONS: usize = 24;
/// How much more than the best plan another one may cost.
const SPREAD: u32 = 12;

/// One thing done to the tokens, which go by their number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Fix {
    /// An end tag for this start tag, before another token; right after the start tag, it makes
    /// that an empty one.
    Close { element: usize, before: usize },
    /// A start tag for the end tag at a token, before another token.
    Open { before: usize, tag: String, like: usize },
    /// It goes.
    Drop(usize),
    /// It becomes a comment.
    Comment(usize),
    /// A tag gets another name.
    Rename(usize, String),
    /// A start tag lacks the `/` of an end tag.
    ToEnd(usize),
}

/// What is to be done, and what speaks against it.
#[derive(Clone)]
pub(super) struct Plan {
    pub(super) fixes: Vec<Fix>,
    pub(super) cost: u32,
    pub(super) doubt: bool,
}

/// A plan that works.
pub(super) struct Solution {
    pub(super) plan: Plan,
    /// How often the layout speaks against it.
    pub(super) violations: u32,
}

/// An element that is open.
pub(super) struct Open {
    /// Its start tag; that of an element put in is the token before which it is.
    pub(super) token: usize,
    pub(super) name: String,
    /// Its children.
    pub(super) children: Vec<usize>,
    made: bool,
    indent: Option<String>,
    has_elements: bool,
    has_words: bool,
}

/// Where a walk got stuck.
pub(super) struct Stuck {
    /// The token that does not fit; their number at the end of the text.
    pub(super) token: usize,
    pub(super) stack: Vec<Open>,
    /// The end tag of the root element, once it is closed.
    pub(super) root_end: Option<usize>,
}

/// What a walk comes to.
enum Walked {
    Fits(u32),
    Stuck(Stuck),
    /// The plan cannot be carried out.
    Not,
}

/// A text and its tokens.
pub(super) struct Nest<'t> {
    pub(super) text: &'t str,
    pub(super) tokens: &'t [Token],
    pub(super) words: &'t Words,
}

/// The plans that make the tokens fit, the likeliest first, and whether all were tried that
/// could be likely. `budget` is how many tokens may be looked at.
pub(super) fn solve(nest: &Nest<'_>, budget: &mut usize) -> (Vec<Solution>, bool) {
    let mut queue = BinaryHeap::new();
    let mut plans = vec![Plan { fixes: Vec::new(), cost: 0, doubt: false }];
    queue.push((Reverse(0), Reverse(0)));
    let mut solutions: Vec<Solution> = Vec::new();
    let mut tried = 0;
    while let Some((Reverse(cost), Reverse(index))) = queue.pop() {
        let best = solutions.iter().map(|solution| solution.plan.cost).min();
        if best.is_some_and(|best| cost > best + SPREAD) {
            break;
        }
        if tried >= MAX_PLANS || *budget == 0 || solutions.len() >= MAX_SOLUTIONS {
            return (solutions, false);
        }
        tried += 1;
        let plan = plans[index].clone();
        *budget = budget.saturating_sub(nest.tokens.len() * (1 + plan.fixes.len() / 4));
        match nest.walk(&plan.fixes) {
            Walked::Fits(violations) => solutions.push(Solution { plan, violations }),
            Walked::Not => {}
            Walked::Stuck(stuck) => {
                for next in options(nest, &plan, &stuck) {
                    if plans.iter().any(|other| other.fixes == next.fixes) {
                        continue;
                    }
                    queue.push((Reverse(next.cost), Reverse(plans.len())));
                    plans.push(next);
                }
            }
        }
    }
    (solutions, true)
}

impl Nest<'_> {
    pub(super) fn name(&self, token: usize) -> &str {
        self.tokens.get(token).map_or("", |token| &self.text[token.name.clone()])
    }

    /// The blanks before a token that is the first on its line.
    pub(super) fn indent(&self, token: usize) -> Option<&str> {
        let indent = self.tokens.get(token)?.indent.clone()?;
        self.text.get(indent)
    }

    /// Whether a token is on a line of its own, further in than `outer`.
    pub(super) fn is_inside(&self, token: usize, outer: &str) -> bool {
        self.indent(token).is_none_or(|indent| indent.len() > outer.len() && indent.starts_with(outer))
    }

    fn walk(&self, fixes: &[Fix]) -> Walked {
        let mut stack: Vec<Open> = Vec::new();
        let mut root_end = None;
        let mut violations = 0;
        let mut done = 0;
        for at in 0..=self.tokens.len() {
            let mut dropped = false;
            let mut to_end = false;
            let mut renamed = None;
            for fix in fixes {
                match fix {
                    Fix::Close { element, before } if *before == at => {
                        if stack.last().is_none_or(|open| open.token != *element || open.made) {
                            return Walked::Not;
                        }
                        stack.pop();
                        if stack.is_empty() {
                            root_end = Some(at);
                        }
                        done += 1;
                    }
                    Fix::Open { before, tag, like } if *before == at => {
                        let name = tag.split(' ').next().unwrap_or_default().to_owned();
                        let indent = self.indent(*like).map(str::to_owned);
                        violations += self.enter(&mut stack, at, indent.as_deref(), true);
                        stack.push(open(at, name, indent, true));
                        done += 1;
                    }
                    Fix::Drop(token) | Fix::Comment(token) if *token == at => dropped = true,
                    Fix::ToEnd(token) if *token == at => to_end = true,
                    Fix::Rename(token, name) if *token == at => renamed = Some(name.as_str()),
                    _ => {}
                }
            }
            done += usize::from(dropped) + usize::from(to_end) + usize::from(renamed.is_some());
            let Some(token) = self.tokens.get(at) else { break };
            if dropped {
                continue;
            }
            let name = renamed.unwrap_or(&self.text[token.name.clone()]);
            let kind = if to_end { Kind::End } else { token.kind };
            let outside = stack.is_empty();
            match kind {
                Kind::Comment | Kind::Instruction => {}
                Kind::Text | Kind::Cdata if outside => return stuck(at, stack, root_end),
                Kind::Text | Kind::Cdata => violations += self.enter(&mut stack, at, None, false),
                Kind::Start | Kind::Empty => {
                    if outside && root_end.is_some() {
                        return stuck(at, stack, root_end);
                    }
                    violations += self.enter(&mut stack, at, self.indent(at), true);
                    if kind == Kind::Start {
                        let indent = self.line_indent(at).map(str::to_owned);
                        stack.push(open(at, name.to_owned(), indent, false));
                    } else if outside {
                        root_end = Some(at);
                    }
                }
                Kind::End => {
                    if stack.last().is_none_or(|open| open.name != name) {
                        return stuck(at, stack, root_end);
                    }
                    let Some(closed) = stack.pop() else { return Walked::Not };
                    let aligned = self
                        .indent(at)
                        .is_none_or(|indent| closed.indent.as_deref().is_none_or(|own| own == indent));
                    violations += u32::from(!aligned);
                    if stack.is_empty() {
                        root_end = Some(at);
                    }
                }
            }
        }
        if !stack.is_empty() || root_end.is_none() {
            return stuck(self.tokens.len(), stack, root_end);
        }
        if done < fixes.len() { Walked::Not } else { Walked::Fits(violations) }
    }

    /// The blanks at the start of the line of a token.
    pub(super) fn line_indent(&self, token: usize) -> Option<&str> {
        self.text.get(self.tokens.get(token)?.line.clone())
    }

    /// Notes a child in the innermost open element, and counts what speaks against it.
    fn enter(&self, stack: &mut [Open], token: usize, indent: Option<&str>, is_element: bool) -> u32 {
        let Some(parent) = stack.last_mut() else { return 0 };
        parent.children.push(token);
        let mixed = if is_element { parent.has_words } else { parent.has_elements };
        parent.has_elements |= is_element;
        parent.has_words |= !is_element;
        let wrong = match (indent, parent.indent.as_deref()) {
            (Some(indent), Some(outer)) if !self.words.unit.is_empty() => {
                indent.strip_prefix(outer) != Some(self.words.unit.as_str())
            }
            _ => false,
        };
        u32::from(mixed) + u32::from(wrong)
    }
}

fn stuck(token: usize, stack: Vec<Open>, root_end: Option<usize>) -> Walked {
    Walked::Stuck(Stuck { token, stack, root_end })
}

fn open(token: usize, name: String, indent: Option<String>, made: bool) -> Open {
    Open { token, name, children: Vec::new(), made, indent, has_elements: false, has_words: false }
}
