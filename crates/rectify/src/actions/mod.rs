//! Use cases: each authorises, loads, decides, writes and audits in one transaction, and enqueues what follows.

mod add_to_faq;
mod batch;
mod confirm_return;
mod fill_deadlines;
mod find_record;
mod follow_returns;
mod follow_table;
mod follow_wrong_rows;
mod judge_again;
mod keep_issues;
mod mark_publication;
mod note_record;
pub mod notices;
mod orgs;
mod reading;
mod replaced_records;
mod settle_replaced;
mod settle_returns;
mod speak_of_issue;
mod try_rule;

pub use add_to_faq::add_to_faq;
pub use confirm_return::{Answer, MAY_CONFIRM, agree_to_confirm, ask_to_confirm};
pub(crate) use confirm_return::{answer_confirmation, ask_confirmation};
pub use find_record::{FoundRecord, by_document, find_record, find_records};
pub(crate) use judge_again::subject as judging_subject;
pub use judge_again::{JUDGE, Judge, judge};
pub use mark_publication::{followed_to, mark_published, mark_withdrawn};
pub use note_record::note_record;
pub use replaced_records::{
    OfDecision, Replacement, beside_an_earlier, case_came_to_nothing, case_was_opened, later_of_decision,
    replacement_told, replacements, same_decision,
};
pub use speak_of_issue::{MAY_CHASE, MAY_SPEAK, add_note, answer, dispute};
pub use try_rule::MAY_JUDGE;
pub(crate) use try_rule::try_rule;

use kernel::Result;

use crate::context::Rectify;

/// Brings the records up to date (跟踪): with what landed, and with what was handed in wrong; then tells whom it concerns.
///
/// # Errors
/// The first failure of the lake or the database; each part has been tried all the same. What was followed so far stays, the rest
/// is made up for the next time.
pub async fn follow(rectify: &Rectify) -> Result<()> {
    let dated = fill_deadlines::fill_deadlines(rectify).await;
    let tables = follow_table::follow_tables(rectify).await;
    let returns = follow_returns::follow_returns(rectify).await;
    let wrong = follow_wrong_rows::follow_wrong_rows(rectify).await;
    let judged = judge_again::notice_rules(rectify).await;
    let told = notices::remind(rectify).await;
    dated.and(tables).and(returns).and(wrong).and(judged).and(told)
}
