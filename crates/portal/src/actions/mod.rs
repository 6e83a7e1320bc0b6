//! Use cases: each authorises, loads, decides, writes and audits in one transaction, and enqueues what follows.

use kernel::Result;

use crate::context::Portal;

/// Brings portal up to date with what came in. Doing it twice changes nothing.
///
/// # Errors
/// When the lake or the database fails; what was done so far stays, the rest is made up for the next time.
pub async fn follow(_portal: &Portal) -> Result<()> {
    Ok(())
}
