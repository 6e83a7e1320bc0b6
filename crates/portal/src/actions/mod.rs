//! Use cases: each authorises, loads, decides, writes and audits in one transaction, and enqueues what follows.

pub mod case;

use kernel::Result;

use crate::context::Portal;

/// Brings what this capability keeps up to date with what came in (跟踪). Doing it twice changes nothing.
///
/// # Errors
/// When the lake or the database fails; what was done so far stays.
pub async fn follow(portal: &Portal) -> Result<()> {
    case::follow_cases(portal).await
}
