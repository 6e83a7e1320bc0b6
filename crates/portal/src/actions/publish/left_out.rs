//! 不再报送: what a mapping leaves out, because its source row does not go any more, is taken down as the source's own end of it.

use kernel::Result;
use store::{OrFail as _, instant};

use super::take_back::withdraw_rows;
use crate::context::Portal;
use crate::model::publication::Reason;
use crate::store::publication::write;

/// Records taken down in one transaction.
const BATCH: u64 = 500;

/// Takes down what mappings left out. Its row going again brings it back.
///
/// # Errors
/// When the database fails; what was done so far stays.
pub(super) async fn take_down_left_out(portal: &Portal) -> Result<()> {
    let db = &portal.intake.db;
    let now = instant(portal.intake.clock.now());
    loop {
        let tx = db.begin().await?;
        let found = write::not_withdrawn(&tx, sharing::left_out(), BATCH).await?;
        if found.is_empty() {
            return Ok(());
        }
        let rev = write::next_rev(&tx).await?;
        withdraw_rows(&tx, found, Reason::Invalid, (rev, now)).await?;
        tx.commit().await.or_fail()?;
    }
}
