//! The nouns of intake and their state machines; pure.

mod mending;
mod pull;
mod submission;

pub use mending::{RowState, WrongRow};
pub use pull::{PullId, RunState, Schedule};
pub use submission::{State, Step, Way};
