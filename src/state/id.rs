//! Names that say when and sort by it: `20261125-081502-a1b2`, in UTC.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

const TIME: &str = "%Y%m%d-%H%M%S";

/// The length of an id.
pub(super) const LENGTH: usize = "20261125-081502-a1b2".len();

/// The id for this moment: the last four digits are the fraction of the second, in 65536ths. If
/// that would not sort after `newest`, the one that follows `newest`.
pub(super) fn next(now: Timestamp, newest: Option<&str>) -> String {
    let mut id = write(now, u32::try_from(now.subsec_nanosecond()).unwrap_or_default());
    if let Some(newest) = newest
        && id.as_str() <= newest
        && let Some(following) = following(newest)
    {
        id = following;
    }
    id
}

/// Whether this is such an id, and therefore safe as a file's name.
pub(super) fn is_valid(id: &str) -> bool {
    read(id).is_some()
}

fn write(time: Timestamp, nanoseconds: u32) -> String {
    let fraction = u64::from(nanoseconds) * 0x1_0000 / 1_000_000_000;
    format!("{}-{fraction:04x}", time.to_zoned(TimeZone::UTC).strftime(TIME))
}

fn read(id: &str) -> Option<(DateTime, u16)> {
    let (time, fraction) = id.rsplit_once('-')?;
    let time = DateTime::strptime(TIME, time).ok()?;
    (fraction.len() == 4).then(|| u16::from_str_radix(fraction, 16).ok()).flatten().map(|part| (time, part))
}

fn following(id: &str) -> Option<String> {
    let (time, fraction) = read(id)?;
    match fraction.checked_add(1) {
        Some(fraction) => Some(format!("{}-{fraction:04x}", time.strftime(TIME))),
        None => Some(format!(
            "{}-0000",
            time.checked_add(jiff::SignedDuration::from_secs(1)).ok()?.strftime(TIME)
        )),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_even_when_the_clock_stands_still_or_goes_back() {
        let now: Timestamp = "2026-11-25T08:15:02.5Z".parse().unwrap();
        let first = next(now, None);
        assert_eq!(first, "20261125-081502-8000");
        let second = next(now, Some(&first));
        assert_eq!(second, "20261125-081502-8001");
        assert_eq!(next("2026-11-25T08:15:01Z".parse().unwrap(), Some(&second)), "20261125-081502-8002");
        assert_eq!(next(now, Some("20261231-235959-ffff")), "20270101-000000-0000");
        assert_eq!(next(now, Some("not an id")), "20261125-081502-8000");
    }

    #[test]
    fn only_ids_are_ids() {
        assert!(is_valid("20261125-081502-a1b2"));
        for wrong in
            ["", "../20261125-081502-a1b2", "20261125-081502", "20261125-081502-a1b", "20261325-081502-a1b2"]
        {
            assert!(!is_valid(wrong), "{wrong}");
        }
    }
}
