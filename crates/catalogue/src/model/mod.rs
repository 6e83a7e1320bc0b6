//! The nouns of the catalogue and their state machines; pure.

mod diff;
mod entry;
mod state;

pub use diff::{Change, diff};
pub use entry::{Entry, Item, OpenType, ShareType, UpdateCycle};
pub use state::{EntryState, Verdict};
