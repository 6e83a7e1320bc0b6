//! The nouns of the catalogue and their state machines; pure.

mod class;
mod code;
mod diff;
mod duty;
mod entry;
mod state;
mod terms;

pub use class::{CLASSES, Class};
pub use code::{code_of, from_url, to_url};
pub use diff::{Change, diff};
pub use duty::Duty;
pub use entry::{Entry, Item, OpenType, ShareType, UpdateCycle};
pub use state::{EntryState, Verdict};
pub use terms::{DATA_TYPES, FORMATS, cycle, open_type, share_type, yes};

/// Kinds of organisation (机构类别) in the order of the tree.
pub const ORG_KINDS: [&str; 6] = ["city", "district", "department", "township", "village", "unit"];
