//! 删除前置库: nothing is read from it any more. What it brought stays.

use kernel::{Actor, Result};
use store::audit;

use super::create_pull::{MAY_PULL, described};
use crate::context::Intake;
use crate::model::PullId;
use crate::store::pulls;

/// Removes the source and its list of runs; its submissions and their rows stay. A pull under way comes to nothing.
///
/// # Errors
/// Forbidden, not found.
pub async fn remove_pull(intake: &Intake, actor: &Actor, id: PullId) -> Result<()> {
    actor.require(MAY_PULL)?;
    let row = pulls::get(intake.db.conn(), actor, id).await?;
    let now = intake.clock.now();
    intake
        .db
        .tx(async |tx| {
            pulls::remove(tx, row.id).await?;
            audit::record(tx, now, actor, "pull.remove", &format!("pull:{id}"), &described(&row)).await?;
            Ok(())
        })
        .await
}
