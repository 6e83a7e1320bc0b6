//! Nouns of rectification: the record of a decision and how it stands against its deadline; the issue and what happens to it;
//! the notice, its rules and its texts.

mod cause;
mod issue;
mod judgement;
mod notice;
mod notice_rules;
mod record;
mod returned;
pub mod template;
mod training;
mod volume;

pub use cause::{Cause, HIDDEN, as_example};
pub use issue::{EntryKind, IssueState, Origin, issue_number};
pub use judgement::{Difference, JudgedNote, RuleChange};
pub use notice::NoticeKind;
pub use notice_rules::{NoticeRules, Step, beijing, beijing_hour, workdays_before};
pub use record::{Standing, Times, record_id};
pub use returned::{ReturnState, threshold};
pub use training::{WrongRight, quarter_begins, wrong_and_right};
pub use volume::{MONTHS, TOLD_BELOW, Usual, Volume, month_after, month_back};
