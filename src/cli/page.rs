//! Text for people: styled pieces, with whatever could trick a terminal made visible.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

/// How a piece of text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Bold,
    Dim,
    Good,
    Warn,
    Bad,
    Add,
    Delete,
    Place,
}

impl Style {
    /// The SGR parameters of ECMA-48.
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Bold => "1",
            Self::Dim => "2",
            Self::Good | Self::Add => "32",
            Self::Warn => "33",
            Self::Bad | Self::Delete => "31",
            Self::Place => "36",
        }
    }
}

/// A text being put together.
#[derive(Debug)]
pub(crate) struct Page {
    text: String,
    color: bool,
}

impl Page {
    /// An empty page, coloured or not.
    pub(crate) fn new(color: bool) -> Self {
        Self { text: String::new(), color }
    }

    /// Adds a piece.
    pub(crate) fn put(&mut self, style: Style, text: &str) -> &mut Self {
        let text = visible(text);
        if self.color && style != Style::Plain && !text.is_empty() {
            let _ = write!(self.text, "\u{1b}[{}m{text}\u{1b}[0m", style.code());
        } else {
            self.text.push_str(&text);
        }
        self
    }

    /// Adds a plain piece.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.put(Style::Plain, text)
    }

    /// Adds text that was made for this page: it is styled already, and tricks no terminal.
    pub(crate) fn made(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self.end()
    }

    /// Whether it is coloured.
    pub(crate) fn colors(&self) -> bool {
        self.color
    }

    /// Ends the line.
    pub(crate) fn end(&mut self) -> &mut Self {
        self.text.push('\n');
        self
    }

    /// Adds a whole line.
    pub(crate) fn line(&mut self, style: Style, text: &str) -> &mut Self {
        self.put(style, text).end()
    }

    /// Adds rows with their columns aligned; the last column is not padded.
    pub(crate) fn table(&mut self, indent: &str, rows: &[Vec<Cell>]) -> &mut Self {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let mut widths = vec![0; columns];
        for row in rows {
            for (at, cell) in row.iter().enumerate() {
                widths[at] = widths[at].max(cell.width());
            }
        }
        for row in rows {
            self.text(indent);
            let last = row.iter().rposition(|cell| !cell.text.is_empty()).unwrap_or(0);
            for (at, cell) in row.iter().enumerate().take(last + 1) {
                let pad = " ".repeat(widths[at] - cell.width());
                if cell.right {
                    self.text(&pad).put(cell.style, &cell.text);
                } else {
                    self.put(cell.style, &cell.text);
                    if at < last {
                        self.text(&pad);
                    }
                }
                if at < last {
                    self.text("  ");
                }
            }
            self.end();
        }
        self
    }

    /// The whole text.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}

/// One cell of a table.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    text: String,
    style: Style,
    right: bool,
}

impl Cell {
    /// A plain cell.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self::styled(Style::Plain, text)
    }

    /// A styled cell.
    pub(crate) fn styled(style: Style, text: impl Into<String>) -> Self {
        Self { text: visible(&text.into()), style, right: false }
    }

    /// A cell whose text stands on the right, as numbers do.
    pub(crate) fn right(text: impl Into<String>) -> Self {
        Self { right: true, ..Self::new(text) }
    }

    fn width(&self) -> usize {
        self.text.width()
    }
}

/// The text with control, escape and bidirectional characters as `\u{..}`; line feeds and tabs stay.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => shown.push(c),
            c if c.is_control() || is_bidi(c) => {
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    shown
}

/// The formatting characters of UAX #9 that change the order of what is read, and line separators.
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_trick_a_terminal_is_shown() {
        assert_eq!(visible("a\u{1b}[31mb\u{202e}c\r\nd\té"), "a\\u{1b}[31mb\\u{202e}c\\u{d}\nd\té");
    }

    #[test]
    fn columns_align_by_width_on_screen() {
        let mut page = Page::new(false);
        page.table(
            "",
            &[
                vec![Cell::new("漢字"), Cell::right("1"), Cell::new("x")],
                vec![Cell::new("a"), Cell::right("22"), Cell::new("")],
            ],
        );
        assert_eq!(page.finish(), "漢字   1  x\na     22\n");
    }
}
