//! 不再报送: what a mapping leaves out, because its source row does not go any more, is taken down as the source's own end of it.

use std::collections::HashMap;

use kernel::Result;
use store::{OrFail as _, instant};

use super::batch::{move_to, tell_times};
use crate::context::Portal;
use crate::model::publication::{Reason, State};
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
        let before: HashMap<_, _> = found.iter().map(|r| (r.id, r.clone())).collect();
        let mut rows = found;
        for row in &mut rows {
            let was = row.shown;
            move_to(row, was, State::Withdrawn, Some(Reason::Invalid), now);
            row.rev = rev;
        }
        tell_times(&tx, &before, &rows, now).await?;
        write::put(&tx, &before, rows).await?;
        tx.commit().await.or_fail()?;
    }
}
