//! Use cases: each authorises, loads, decides, writes and audits in one transaction, and enqueues what follows.

mod add_to_faq;
mod batch;
mod find_record;
mod follow_table;
mod follow_wrong_rows;
mod keep_issues;
pub mod notices;
mod orgs;
mod reading;
mod speak_of_issue;

pub use add_to_faq::add_to_faq;
pub use find_record::{FoundRecord, by_document, find_record};
pub use speak_of_issue::{MAY_CHASE, MAY_SPEAK, add_note, answer, dispute};

use kernel::Result;

use crate::context::Rectify;

/// Brings the records up to date (跟踪): with what landed, and with what was handed in wrong; then tells whom it concerns.
///
/// # Errors
/// When the lake or the database fails; what was followed so far stays, the rest is made up for the next time.
pub async fn follow(rectify: &Rectify) -> Result<()> {
    follow_table::follow_tables(rectify).await?;
    follow_wrong_rows::follow_wrong_rows(rectify).await?;
    notices::remind(rectify).await
}
