//! The XML that JetBrains IDEs write, mended.

use super::Mended;
use crate::error::Error;

/// Finds the ways to mend `text`, in which `fault` is the first fault.
pub(super) fn mend(_text: &str, fault: Error) -> Mended {
    Mended::Beyond(fault)
}
