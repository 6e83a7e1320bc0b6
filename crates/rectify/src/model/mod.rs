//! Nouns of rectification: the record of a decision and how it stands against its deadline; the issue and what happens to it.

mod cause;
mod issue;
mod record;

pub use cause::{Cause, as_example};
pub use issue::{EntryKind, IssueState, issue_number};
pub use record::{Standing, Times, record_id};
