//! 不再报送、由更正后的记录代替: what a mapping leaves out, because its source row does not go any more, is taken down as the source's
//! own end of it, and so is a record that gave way to another one of the same decision.

use kernel::Result;
use store::sea_orm::sea_query::SelectStatement;
use store::{OrFail as _, instant};

use super::batch::tell_times;
use super::change::put_back;
use super::take_back::withdraw_rows;
use crate::context::Portal;
use crate::model::publication::Reason;
use crate::store::publication::write;

/// Records taken down in one transaction.
const BATCH: u64 = 500;

/// Takes down what gave way to another record, which comes back when it does so no more, and what mappings left out, which its row
/// going again brings back.
///
/// # Errors
/// When the database fails; what was done so far stays.
pub(super) async fn take_down_left_out(portal: &Portal) -> Result<()> {
    take_down(portal, sharing::gave_way, Reason::Replaced).await?;
    bring_back(portal).await?;
    take_down(portal, sharing::left_out, Reason::Invalid).await
}

async fn take_down(portal: &Portal, which: fn() -> SelectStatement, reason: Reason) -> Result<()> {
    let now = instant(portal.intake.clock.now());
    loop {
        let tx = portal.intake.db.begin().await?;
        let found = write::not_withdrawn(&tx, which(), BATCH).await?;
        if found.is_empty() {
            return Ok(());
        }
        let rev = write::next_rev(&tx).await?;
        withdraw_rows(&tx, found, reason, (rev, now)).await?;
        tx.commit().await.or_fail()?;
    }
}

/// Shows what gave way to another record and does so no more.
async fn bring_back(portal: &Portal) -> Result<()> {
    let now = instant(portal.intake.clock.now());
    loop {
        let tx = portal.intake.db.begin().await?;
        let mut found = write::withdrawn_but(&tx, Reason::Replaced, sharing::gave_way(), BATCH).await?;
        if found.is_empty() {
            return Ok(());
        }
        let rev = write::next_rev(&tx).await?;
        let before = found.iter().map(|r| (r.id, r.clone())).collect();
        for row in &mut found {
            put_back(row, now);
            row.rev = rev;
        }
        tell_times(&tx, &before, &found, now).await?;
        write::put(&tx, &before, found).await?;
        tx.commit().await.or_fail()?;
    }
}
