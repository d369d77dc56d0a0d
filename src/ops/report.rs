//! What went over a target, as it is reported.

use super::diff::unified;
use super::mask::{MASK, mask};
use super::prepare::Prepared;
use super::sync::Job;
use crate::error::Error;
use crate::merge::{self, Base, Outcome};
use crate::protocol::config::{KeyReport, TargetReport, TargetState};

/// The report of a target that was read and merged.
pub(super) fn report(job: &Job, prepared: &Prepared, state: TargetState) -> TargetReport {
    let before = prepared.snapshot.text().unwrap_or_default();
    let after = prepared.bytes.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
    let mut secrets = job.secrets.clone();
    secrets.extend(
        prepared
            .manifest
            .owned
            .keys
            .iter()
            .filter(|key| matches!(key.base, Base::Sealed(_)))
            .map(|key| key.path.clone()),
    );
    TargetReport {
        target: job.site.target.clone(),
        state,
        keys: prepared.keys.iter().map(key_report).collect(),
        diff: unified(&job.site.path, before, &after, job.format, &secrets),
        notes: prepared.notes.clone(),
        error: None,
    }
}

/// The report of a target that may not be written, with the change for whoever makes it by hand.
pub(super) fn unwritable(job: &Job, prepared: &Prepared, error: &Error) -> TargetReport {
    TargetReport { error: Some(error.into()), ..report(job, prepared, TargetState::Refused) }
}

/// The report of a target that was not touched.
pub(super) fn refused(job: &Job, error: &Error) -> TargetReport {
    TargetReport {
        target: job.site.target.clone(),
        state: TargetState::Refused,
        keys: Vec::new(),
        diff: String::new(),
        notes: job.notes.clone(),
        error: Some(error.into()),
    }
}

fn key_report(key: &merge::KeyReport) -> KeyReport {
    let theirs = match &key.outcome {
        Outcome::Conflict { theirs } if !key.secret => Some(mask(theirs, &[], "")),
        Outcome::Conflict { .. } => Some(MASK.to_owned()),
        _ => None,
    };
    KeyReport { key: key.path.to_string(), outcome: name(&key.outcome).to_owned(), theirs }
}

/// An outcome as the wire names it.
fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Inserted => "inserted",
        Outcome::Updated => "updated",
        Outcome::Unchanged => "unchanged",
        Outcome::Adopted => "adopted",
        Outcome::TakenOver => "takenOver",
        Outcome::Conflict { .. } => "conflict",
        Outcome::Gone => "gone",
        Outcome::Released => "released",
        Outcome::Removed => "removed",
        Outcome::Restored => "restored",
        Outcome::Left => "left",
        Outcome::RefusedSecret => "refusedSecret",
    }
}
