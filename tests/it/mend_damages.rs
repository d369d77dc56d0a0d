//! Damages to project files, each at one place, and what the damaged text should become.

use std::ops::Range;

/// A small generator of numbers, the same ones in every run (Knuth's MMIX constants).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides.max(1)
    }

    pub(crate) fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        (!from.is_empty()).then(|| from[self.roll(from.len())].clone())
    }
}

/// The first boundary of characters from `at` on.
fn boundary(text: &str, at: usize) -> usize {
    (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

/// Where the marks that make XML stand in a text without CDATA.
#[derive(Default)]
pub(crate) struct Marks {
    starts: Vec<Range<usize>>,
    ends: Vec<Range<usize>>,
    greater: Vec<usize>,
    less: Vec<usize>,
    slashes: Vec<usize>,
    quotes: Vec<usize>,
    equals: Vec<usize>,
    values: Vec<Range<usize>>,
}

pub(crate) fn marks(text: &str) -> Marks {
    let mut marks = Marks::default();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(start) = text[at..].find('<').map(|length| at + length) {
        if text[start..].starts_with("<!--") {
            at = start + text[start..].find("-->").unwrap() + 3;
            continue;
        }
        marks.less.push(start);
        let mut quote = None;
        let mut end = start + 1;
        while quote.is_some() || bytes[end] != b'>' {
            match (quote, bytes[end]) {
                (None, b'"' | b'\'') => {
                    quote = Some((bytes[end], end));
                    marks.quotes.push(end);
                }
                (Some((open, from)), byte) if byte == open => {
                    quote = None;
                    marks.quotes.push(end);
                    marks.values.push(from + 1..end);
                }
                (None, b'=') => marks.equals.push(end),
                (None, b'/') => marks.slashes.push(end),
                _ => {}
            }
            end += 1;
        }
        marks.greater.push(end);
        at = end + 1;
        match bytes[start + 1] {
            b'/' => marks.ends.push(start..at),
            b'?' => {}
            _ if bytes[end - 1] == b'/' => {}
            _ => marks.starts.push(start..at),
        }
    }
    marks
}

/// A damaged text and what it should become.
pub(crate) struct Damaged {
    pub(crate) text: String,
    pub(crate) meant: String,
}

fn without(text: &str, range: Range<usize>) -> String {
    format!("{}{}", &text[..range.start], &text[range.end..])
}

pub(crate) fn with(text: &str, at: usize, put: &str) -> String {
    format!("{}{put}{}", &text[..at], &text[at..])
}

pub(crate) type Damage = fn(&str, &Marks, &mut Dice) -> Option<Damaged>;

fn cut(text: &str, from: &[usize], dice: &mut Dice) -> Option<Damaged> {
    let at = dice.pick(from)?;
    Some(Damaged { text: without(text, at..at + 1), meant: text.to_owned() })
}

/// The line of a range, if nothing else is on it, with its line end.
fn line(text: &str, range: &Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[range.end..].find('\n').map_or(text.len(), |at| range.end + at + 1);
    let alone = text[start..range.start].trim().is_empty() && text[range.end..end].trim().is_empty();
    if alone { start..end } else { range.clone() }
}

/// The damages, and whether each loses nothing that cannot be known.
pub(crate) const DAMAGES: [(&str, bool, Damage); 20] = [
    ("end tag gone", true, |text, marks, dice| {
        let range = dice.pick(&marks.ends)?;
        Some(Damaged { text: without(text, range), meant: text.to_owned() })
    }),
    ("end tag's line gone", true, |text, marks, dice| {
        let range = line(text, &dice.pick(&marks.ends)?);
        Some(Damaged { text: without(text, range), meant: text.to_owned() })
    }),
    ("end tag twice", true, |text, marks, dice| {
        let range = dice.pick(&marks.ends)?;
        Some(Damaged { text: with(text, range.end, &text[range]), meant: text.to_owned() })
    }),
    ("end tag's line twice", true, |text, marks, dice| {
        let range = line(text, &dice.pick(&marks.ends)?);
        let put = if text[range.clone()].ends_with('\n') {
            text[range.clone()].to_owned()
        } else {
            format!("\n{}", &text[range.clone()])
        };
        Some(Damaged { text: with(text, range.end, &put), meant: text.to_owned() })
    }),
    ("start tag gone", false, |text, marks, dice| {
        let range = dice.pick(&marks.starts)?;
        Some(Damaged { text: without(text, range), meant: text.to_owned() })
    }),
    ("`>` gone", true, |text, marks, dice| cut(text, &marks.greater, dice)),
    ("`/` gone", true, |text, marks, dice| cut(text, &marks.slashes, dice)),
    ("`<` gone", true, |text, marks, dice| cut(text, &marks.less, dice)),
    ("quote gone", true, |text, marks, dice| cut(text, &marks.quotes, dice)),
    ("`=` gone", true, |text, marks, dice| cut(text, &marks.equals, dice)),
    ("bare `&`", true, |text, marks, dice| {
        let value = dice.pick(&marks.values)?;
        let at = boundary(text, value.start + dice.roll(value.len() + 1));
        let in_reference =
            text[value.start..at].rfind('&').is_some_and(|open| !text[value.start + open..at].contains(';'));
        (!in_reference).then_some(())?;
        Some(Damaged { text: with(text, at, "&"), meant: with(text, at, "&amp;") })
    }),
    ("two end tags swapped", true, |text, marks, dice| {
        let (one, other) = (dice.pick(&marks.ends)?, dice.pick(&marks.ends)?);
        let (first, second) = if one.start < other.start { (one, other) } else { (other, one) };
        let (early, late) = (&text[first.clone()], &text[second.clone()]);
        if early == late {
            return None;
        }
        let between = &text[first.end..second.start];
        let swapped = format!("{}{late}{between}{early}{}", &text[..first.start], &text[second.end..]);
        Some(Damaged { text: swapped, meant: text.to_owned() })
    }),
    ("words after the end", true, |text, _, dice| {
        let words = dice.pick(&["x", "\nnot XML at all\n", "\n>", ";", "\n</component>", "\n\n// end"])?;
        Some(Damaged { text: format!("{text}{words}"), meant: text.to_owned() })
    }),
    ("its own end again", true, |text, _, dice| {
        let tail = boundary(text, text.trim_end().len().saturating_sub(1 + dice.roll(60)));
        Some(Damaged { text: format!("{}{}", text.trim_end(), &text[tail..]), meant: text.to_owned() })
    }),
    ("itself again", true, |text, _, _| {
        Some(Damaged { text: format!("{}\n{text}", text.trim_end()), meant: text.to_owned() })
    }),
    ("end tags at the end gone", true, |text, marks, dice| {
        let last = marks
            .ends
            .iter()
            .rev()
            .zip(marks.less.iter().rev())
            .take_while(|(end, less)| end.start == **less);
        let starts: Vec<_> = last.map(|(end, _)| end.start).collect();
        let at = dice.pick(&starts)?;
        Some(Damaged { text: text[..at].to_owned(), meant: text.to_owned() })
    }),
    ("cut off anywhere", false, |text, _, dice| {
        let at = boundary(text, dice.roll(text.len()));
        Some(Damaged { text: text[..at].to_owned(), meant: text.to_owned() })
    }),
    ("NUL bytes at the end", true, |text, _, dice| {
        Some(Damaged { text: format!("{text}{}", "\0".repeat(1 + dice.roll(600))), meant: text.to_owned() })
    }),
    ("cut off and NUL bytes", false, |text, _, dice| {
        let at = boundary(text, dice.roll(text.len()));
        Some(Damaged { text: format!("{}{}", &text[..at], "\0".repeat(40)), meant: text.to_owned() })
    }),
    ("conflict markers", true, |text, marks, dice| {
        let value = dice.pick(&marks.values)?;
        let range = {
            let start = text[..value.start].rfind('\n').map_or(0, |at| at + 1);
            let end = text[value.end..].find('\n').map_or(text.len(), |at| value.end + at + 1);
            start..end
        };
        let ours = &text[range.clone()];
        let at = value.start - range.start;
        let theirs = with(ours, at, "other");
        let conflict = conflict(ours, &theirs, dice);
        let damaged = format!("{}{conflict}{}", &text[..range.start], &text[range.end..]);
        let meant = if dice.roll(2) == 0 { text.to_owned() } else { with(text, value.start, "other") };
        Some(Damaged { text: damaged, meant })
    }),
];

/// Two versions of some lines as git leaves them, in one of its styles.
pub(crate) fn conflict(ours: &str, theirs: &str, dice: &mut Dice) -> String {
    let eol = if ours.contains("\r\n") { "\r\n" } else { "\n" };
    let lines = |text: &str| if text.ends_with('\n') { text.to_owned() } else { format!("{text}{eol}") };
    let (ours, theirs) = (lines(ours), lines(theirs));
    let base = match dice.roll(3) {
        0 => String::new(),
        1 => format!("||||||| 1a2b3c4{eol}{ours}"),
        _ => format!("||||||| merged common ancestors{eol}"),
    };
    format!("<<<<<<< HEAD{eol}{ours}{base}======={eol}{theirs}>>>>>>> feature-x{eol}")
}
