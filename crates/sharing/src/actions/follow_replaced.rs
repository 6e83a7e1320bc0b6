//! 由更正后的记录代替: a record that gave way to another one of the same decision is taken back from the targets that hold it, and
//! shared again when it does so no more.

use kernel::Result;
use rectify::actions::{replacement_told, replacements};

use super::withdraw_from_targets::{again, stop_all};
use crate::context::Sharing;
use crate::model::Stop;

/// Records looked at in one go.
const PART: u64 = 200;
/// Why a target has to take it back.
const REPLACED: &str = "该决定的关键信息已更正，由更正后的记录代替";

/// Follows what changed.
///
/// # Errors
/// When the lake or the database fails; what was done so far stays.
pub(super) async fn follow_replaced(sharing: &Sharing) -> Result<()> {
    let conn = sharing.intake.db.conn();
    loop {
        let all = replacements(conn, PART).await?;
        for one in &all {
            match one.replaced {
                true => stop_all(sharing, &[one.record.0], Stop::Replaced, REPLACED).await?,
                false => again(sharing, one.record, Stop::Replaced).await?,
            }
            replacement_told(conn, *one).await?;
        }
        if u64::try_from(all.len()).is_ok_and(|n| n < PART) {
            return Ok(());
        }
    }
}
