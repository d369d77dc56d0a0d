//! How long a new token is to live.

use crate::error::{Error, Kind, Result};

/// A unit of time that the server knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
    /// Weeks.
    Weeks,
}

/// Letter, name on the wire, and minutes of each measure.
const MEASURES: &[(char, Measure, &str, i64)] = &[
    ('m', Measure::Minutes, "minutes", 1),
    ('h', Measure::Hours, "hours", 60),
    ('d', Measure::Days, "days", 24 * 60),
    ('w', Measure::Weeks, "weeks", 7 * 24 * 60),
];

/// The longest life that both servers accept, in days (the Go server's limit).
const LONGEST_DAYS: i64 = 106_751;

/// A time to live: a number of minutes, hours, days or weeks, at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// The unit.
    pub measure: Measure,
    /// How many of it.
    pub value: i64,
}

impl Lifetime {
    /// So many days.
    pub fn days(value: i64) -> Self {
        Self { measure: Measure::Days, value }
    }

    /// So many hours.
    pub fn hours(value: i64) -> Self {
        Self { measure: Measure::Hours, value }
    }

    /// So many weeks.
    pub fn weeks(value: i64) -> Self {
        Self { measure: Measure::Weeks, value }
    }

    /// So many minutes.
    pub fn minutes(value: i64) -> Self {
        Self { measure: Measure::Minutes, value }
    }

    /// Reads `30d`, `12h`, `4w`, `90m` or `never`, which is none.
    ///
    /// # Errors
    /// [`Kind::Usage`] for anything else.
    pub fn parse(text: &str) -> Result<Option<Self>> {
        let text = text.trim();
        if text == "never" {
            return Ok(None);
        }
        let wrong = || {
            Error::new(Kind::Usage, format!("{text:?} is no time to live"))
                .hint("give it as 30d, 12h, 4w, 90m or never")
        };
        let unit = text.chars().next_back().ok_or_else(wrong)?;
        let (_, measure, ..) = MEASURES.iter().find(|(letter, ..)| *letter == unit).ok_or_else(wrong)?;
        let value = text[..text.len() - unit.len_utf8()].trim_end().parse().map_err(|_| wrong())?;
        let lifetime = Self { measure: *measure, value };
        lifetime.check()?;
        Ok(Some(lifetime))
    }

    /// Its unit as the server spells it.
    pub fn measure_name(self) -> &'static str {
        self.row().2
    }

    /// The servers accept 0 and negative numbers and make tokens that have expired already.
    pub(super) fn check(self) -> Result<()> {
        let minutes = self.value.saturating_mul(self.row().3);
        if self.value < 1 || minutes > LONGEST_DAYS * 24 * 60 {
            return Err(Error::new(Kind::Usage, "a token lives at least one minute and at most 106751 days")
                .hint("30 to 90 days are advised"));
        }
        Ok(())
    }

    fn row(self) -> &'static (char, Measure, &'static str, i64) {
        MEASURES.iter().find(|(_, measure, ..)| *measure == self.measure).unwrap_or(&MEASURES[0])
    }
}
