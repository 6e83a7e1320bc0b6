//! Use cases: each authorises, loads, decides, writes and audits in one transaction, and enqueues what follows.

pub mod case;
pub mod publish;

use kernel::Result;

use crate::context::Portal;

/// Brings what this capability keeps up to date with what came in (跟踪). Doing it twice changes nothing.
///
/// # Errors
/// When the lake or the database fails; what was done so far stays, the rest is made up for the next time.
pub async fn follow(portal: &Portal) -> Result<()> {
    let published = publish::follow(portal).await;
    let cases = case::follow_cases(portal).await;
    published.and(cases)
}
