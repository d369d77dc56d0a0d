//! The decision at the heart of merging: what we wrote last, what stands there now and what is
//! wanted, to what is done. Pure, and the same for every format.

use super::{Choice, Hold};

/// What is known about one key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    /// Whether the key is ours; `None` when we never wrote it.
    pub(super) hold: Option<Hold>,
    pub(super) current: Current,
    /// Whether what is wanted is what we wrote last.
    pub(super) wanted_is_base: bool,
    /// Whether the key belongs to a download that was pasted as a whole.
    pub(super) pasted: bool,
    pub(super) choice: Option<Choice>,
}

/// What stands at the key now.
#[derive(Clone, Copy, Debug)]
pub(super) enum Current {
    /// Nothing.
    Absent {
        /// Whether the program that owns the file leaves a value out when it is its default.
        may_be_default: bool,
    },
    /// A value.
    Present {
        /// It is what we wrote last.
        is_base: bool,
        /// It is what is wanted.
        is_wanted: bool,
        /// It stands for a value that is yet to come: a redacted token, a placeholder, nothing.
        is_filler: bool,
    },
    /// A container of another type, which is never replaced.
    Blocked,
    /// The user has said, in the file's own way, that the key is not wanted.
    Declined,
}

/// What is done about a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Written where nothing was.
    Insert,
    /// Written over what was there.
    Update,
    /// Written over a pasted download.
    TakeOver,
    /// What is there is what is wanted, and ours from now on.
    Adopt,
    /// Nothing to do.
    Nothing,
    /// The user's value stays.
    Conflict,
    /// The user took it out; it stays out.
    Gone,
    /// The user keeps it, as decided before or now.
    Release,
    /// The user does not want it.
    Leave,
}

/// The table of decisions.
pub(super) fn decide(facts: Facts) -> Action {
    let hold = facts.hold;
    match (facts.choice, facts.current) {
        (Some(Choice::Keep), _) => Action::Release,
        (_, Current::Declined) => Action::Leave,
        (None, _) if hold == Some(Hold::Released) => Action::Release,
        (_, Current::Blocked) => Action::Conflict,
        (Some(Choice::Take), Current::Absent { .. }) => Action::Insert,
        (None, Current::Absent { may_be_default }) => match hold {
            Some(Hold::Held) if may_be_default && facts.wanted_is_base => Action::Nothing,
            Some(Hold::Held) if may_be_default => Action::Insert,
            Some(_) => Action::Gone,
            None => Action::Insert,
        },
        (choice, Current::Present { is_base, is_wanted, is_filler }) => match hold {
            Some(Hold::Held) if is_wanted && is_base => Action::Nothing,
            _ if is_wanted => Action::Adopt,
            _ if choice.is_some() => Action::Update,
            Some(_) if is_base => Action::Update,
            None if facts.pasted => Action::TakeOver,
            None if is_filler => Action::Update,
            _ => Action::Conflict,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABSENT: Current = Current::Absent { may_be_default: false };
    const DEFAULT: Current = Current::Absent { may_be_default: true };
    const BASE: Current = present(true, false, false);
    const WANTED: Current = present(false, true, false);
    const BOTH: Current = present(true, true, false);
    const FILLER: Current = present(false, false, true);
    const OTHER: Current = present(false, false, false);

    const fn present(is_base: bool, is_wanted: bool, is_filler: bool) -> Current {
        Current::Present { is_base, is_wanted, is_filler }
    }

    #[test]
    fn the_table_is_the_contract() {
        use Action::{Adopt, Conflict, Gone, Insert, Leave, Nothing, Release, Update};
        let (held, gone, released) = (Some(Hold::Held), Some(Hold::Gone), Some(Hold::Released));
        let (keep, take) = (Some(Choice::Keep), Some(Choice::Take));
        let table = [
            (None, ABSENT, None, Insert),
            (None, WANTED, None, Adopt),
            (None, FILLER, None, Update),
            (None, OTHER, None, Conflict),
            (None, OTHER, take, Update),
            (None, OTHER, keep, Release),
            (None, Current::Blocked, None, Conflict),
            (None, Current::Blocked, take, Conflict),
            (None, Current::Declined, None, Leave),
            (held, BASE, None, Update),
            (held, BOTH, None, Nothing),
            (held, WANTED, None, Adopt),
            (held, OTHER, None, Conflict),
            (held, FILLER, None, Conflict),
            (held, OTHER, take, Update),
            (held, OTHER, keep, Release),
            (held, ABSENT, None, Gone),
            (held, ABSENT, take, Insert),
            (held, DEFAULT, None, Insert),
            (gone, ABSENT, None, Gone),
            (gone, DEFAULT, None, Gone),
            (gone, ABSENT, take, Insert),
            (gone, BASE, None, Update),
            (gone, OTHER, None, Conflict),
            (released, OTHER, None, Release),
            (released, ABSENT, None, Release),
            (released, OTHER, take, Update),
        ];
        for (hold, current, choice, action) in table {
            let facts = Facts { hold, current, wanted_is_base: false, pasted: false, choice };
            assert_eq!(decide(facts), action, "{facts:?}");
        }
        let facts = Facts { hold: held, current: DEFAULT, wanted_is_base: true, pasted: false, choice: None };
        assert_eq!(decide(facts), Nothing);
        let facts = Facts { hold: None, current: OTHER, wanted_is_base: false, pasted: true, choice: None };
        assert_eq!(decide(facts), Action::TakeOver);
    }
}
