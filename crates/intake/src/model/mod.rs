//! The nouns of intake and their state machines; pure.

mod due;
mod mending;
mod period;
mod pull;
mod submission;

pub use due::Standing;
pub use mending::{RowState, WrongRow};
pub use period::Period;
pub use pull::{PullId, RunState, Schedule};
pub use submission::{State, Step, Way};
