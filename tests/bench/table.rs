//! The table of figures, in Markdown.

use std::fmt;

/// What is at most allowed of a figure.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Budget {
    /// Milliseconds, which depend on the machine: over is shown, and no failure.
    Time(f64),
    /// So many times the reference.
    Ratio(f64),
    /// So many, on any machine and however it was built.
    Count(u64),
    /// So many bytes.
    Size(u64),
}

/// A figure, as it is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Figure {
    /// Milliseconds.
    Time(f64),
    /// A number.
    Count(u64),
    /// Bytes.
    Size(u64),
}

/// One line.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// What was measured.
    pub(crate) what: String,
    /// How much it is.
    pub(crate) figure: Figure,
    /// What stands beside it, and how much that is.
    pub(crate) reference: Option<(&'static str, Figure)>,
    /// What is allowed.
    pub(crate) budgets: Vec<Budget>,
}

/// All lines.
#[derive(Debug)]
pub(crate) struct Table {
    rows: Vec<Row>,
    strict: bool,
}

#[derive(PartialEq)]
enum Verdict {
    Ok,
    Over,
    Broken,
}

impl Figure {
    fn value(self) -> f64 {
        match self {
            Self::Time(milliseconds) => milliseconds,
            Self::Count(number) | Self::Size(number) => number as f64,
        }
    }
}

impl Row {
    fn ratio(&self) -> Option<f64> {
        self.reference.map(|(_, reference)| self.figure.value() / reference.value().max(1e-6))
    }

    fn judge(&self, budget: Budget) -> Verdict {
        let (value, most) = match budget {
            Budget::Time(most) => (self.figure.value(), most),
            Budget::Ratio(most) => (self.ratio().unwrap_or_default(), most),
            Budget::Count(most) | Budget::Size(most) => (self.figure.value(), most as f64),
        };
        match budget {
            _ if value <= most => Verdict::Ok,
            Budget::Time(_) => Verdict::Over,
            _ => Verdict::Broken,
        }
    }
}

impl Table {
    pub(crate) fn new(strict: bool) -> Self {
        Self { rows: Vec::new(), strict }
    }

    pub(crate) fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// The broken budgets that are no times.
    pub(crate) fn broken(&self) -> Vec<String> {
        let mut broken = Vec::new();
        for row in &self.rows {
            for budget in row.budgets.iter().filter(|budget| self.is_judged(**budget)) {
                if row.judge(*budget) == Verdict::Broken {
                    broken.push(format!("{}: {budget}", row.what));
                }
            }
        }
        broken
    }

    /// Without optimisation a ratio or a size says nothing, a count everything.
    fn is_judged(&self, budget: Budget) -> bool {
        self.strict || matches!(budget, Budget::Count(_))
    }

    fn verdicts(&self, row: &Row) -> String {
        let words = row.budgets.iter().map(|budget| match row.judge(*budget) {
            _ if !self.is_judged(*budget) => "-",
            Verdict::Ok => "ok",
            Verdict::Over => "over",
            Verdict::Broken => "BROKEN",
        });
        words.collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(most) if *most < 1.0 => write!(f, "{most:.1} ms"),
            Self::Time(most) => write!(f, "{most:.0} ms"),
            Self::Ratio(most) => write!(f, "{most:.1}x"),
            Self::Count(most) => write!(f, "{most}"),
            Self::Size(most) => write!(f, "{}", Figure::Size(*most)),
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(ms) if *ms < 10.0 => write!(f, "{ms:.2} ms"),
            Self::Time(ms) => write!(f, "{ms:.0} ms"),
            Self::Count(number) => write!(f, "{number}"),
            Self::Size(bytes) => write!(f, "{:.1} MB", *bytes as f64 / 1e6),
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heading = ["what", "measured", "beside", "ratio", "at most", "is"].map(str::to_owned);
        let mut lines = vec![heading];
        for row in &self.rows {
            let beside = row.reference.map(|(name, figure)| format!("{name}: {figure}"));
            let budgets: Vec<String> = row.budgets.iter().map(ToString::to_string).collect();
            lines.push([
                row.what.clone(),
                row.figure.to_string(),
                beside.unwrap_or_default(),
                row.ratio().map(|ratio| format!("{ratio:.1}x")).unwrap_or_default(),
                budgets.join(", "),
                self.verdicts(row),
            ]);
        }
        let width = |at: usize| lines.iter().map(|line| line[at].chars().count()).max().unwrap_or_default();
        let widths: Vec<usize> = (0..6).map(width).collect();
        for (number, line) in lines.iter().enumerate() {
            let cells = line.iter().zip(&widths).map(|(cell, width)| format!(" {cell:<width$} "));
            writeln!(f, "|{}|", cells.collect::<Vec<_>>().join("|"))?;
            if number == 0 {
                let rules = widths.iter().map(|width| "-".repeat(width + 2));
                writeln!(f, "|{}|", rules.collect::<Vec<_>>().join("|"))?;
            }
        }
        Ok(())
    }
}
