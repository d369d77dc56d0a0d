//! JSON with comments, mended.

use super::super::Format;
use super::Mended;
use crate::error::Error;

/// Finds the ways to mend `text`, in which `fault` is the first fault.
pub(super) fn mend(_text: &str, _format: Format, fault: Error) -> Mended {
    Mended::Beyond(fault)
}
