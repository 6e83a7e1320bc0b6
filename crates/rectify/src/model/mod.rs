//! Nouns of rectification: the record of a decision and how it stands against its deadline; the issue and what happens to it;
//! the notice, its rules and its texts.

mod cause;
mod issue;
mod notice;
mod notice_rules;
mod record;
pub mod template;

pub use cause::{Cause, as_example};
pub use issue::{EntryKind, IssueState, issue_number};
pub use notice::NoticeKind;
pub use notice_rules::{NoticeRules, Step, beijing, beijing_hour, workdays_before};
pub use record::{Standing, Times, record_id};
