//! Text and patch in, text and report out. Pure: no file, clock, environment or log.
//!
//! The contract is the product's first promise: every byte that is not ours stays.

mod change;
mod own;
mod patch;

pub use change::Change;
pub use own::{Base, Container, ContainerOrigin, Hold, Origin, Owned, OwnedKey, Seal};
pub use patch::{Entry, Format, Op, Patch, Path, Step};
