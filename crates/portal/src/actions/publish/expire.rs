//! 公示期届满: what is past its last day is shown no longer.

use std::collections::HashMap;

use kernel::Result;

use super::batch::move_to;
use super::instant;
use crate::context::Portal;
use crate::model::publication::State;
use crate::store::publication::write;

/// Ends everything whose last day is over.
///
/// # Errors
/// When the database fails; what was ended so far stays.
pub(super) async fn expire(portal: &Portal) -> Result<()> {
    let intake = &portal.intake;
    let (now, today) = (instant(intake.clock.now()), intake.clock.today());
    while !write::over(intake.db.conn(), today, 1).await?.is_empty() {
        let tx = intake.db.begin().await?;
        let rev = write::next_rev(&tx).await?;
        let found = write::over(&tx, today, 500).await?;
        let before: HashMap<_, _> = found.iter().map(|r| (r.id, r.clone())).collect();
        let rows = found
            .into_iter()
            .map(|mut row| {
                move_to(&mut row, true, State::Expired, None, now);
                row.rev = rev;
                row
            })
            .collect();
        write::put(&tx, &before, rows).await?;
        store::OrFail::or_fail(tx.commit().await)?;
    }
    Ok(())
}
