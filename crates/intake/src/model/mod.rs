//! The nouns of intake and their state machines; pure.

mod due;
mod export;
mod mending;
mod period;
pub(crate) mod personal;
mod pull;
mod submission;

pub use due::Standing;
pub(crate) use export::Wanted;
pub use mending::{RowState, WrongRow};
pub use period::Period;
pub use personal::Sight;
pub use pull::{PullId, RunState, Schedule};
pub use submission::{State, Step, Way};
