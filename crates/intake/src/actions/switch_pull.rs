//! 启用、停用前置库: whether its schedule counts.

use kernel::{Actor, Result};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use store::audit;

use super::create_pull::MAY_PULL;
use crate::context::Intake;
use crate::model::{PullId, Schedule};
use crate::store::entity::pull_source::ActiveModel;
use crate::store::pulls;

/// Switches the schedule on or off. A pull under way goes on to its end.
///
/// # Errors
/// Forbidden, not found.
pub async fn switch_pull(intake: &Intake, actor: &Actor, id: PullId, on: bool) -> Result<()> {
    actor.require(MAY_PULL)?;
    let row = pulls::get(intake.db.conn(), actor, id).await?;
    let now = intake.clock.now();
    let schedule: Schedule = row.schedule.parse()?;
    let change = ActiveModel {
        enabled: Set(on),
        next_at: Set(if on { schedule.next(now) } else { None }),
        failures: Set(0),
        ..Default::default()
    };
    let action = if on { "pull.enable" } else { "pull.disable" };
    intake
        .db
        .tx(async |tx| {
            pulls::set(tx, row.id, change, now).await?;
            audit::record(tx, now, actor, action, &format!("pull:{id}"), &json!({ "name": row.name }))
                .await?;
            Ok(())
        })
        .await
}
