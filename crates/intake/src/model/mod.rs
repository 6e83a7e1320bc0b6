//! The nouns of intake and their state machines; pure.

mod mending;
mod submission;

pub use mending::{RowState, WrongRow};
pub use submission::{State, Step, Way};
