//! 修改前置库: other settings from now on. A pull under way is dropped.

use kernel::{Actor, OrgId, Result};
use sea_orm::ActiveValue::Set;
use store::audit;

use super::create_pull::{MAY_PULL, PullDraft, described, settled};
use super::provider::require_provider;
use crate::context::Intake;
use crate::model::{PullId, Schedule};
use crate::store::entity::pull_source::ActiveModel;
use crate::store::pulls;

/// Writes the settings. What was said of the last failure is forgotten, since it may be mended.
///
/// # Errors
/// As [`super::create_pull::create_pull`]; `pull-changed` when somebody else changed the source since it was read.
pub async fn edit_pull(intake: &Intake, actor: &Actor, id: PullId, draft: PullDraft) -> Result<()> {
    actor.require(MAY_PULL)?;
    let row = pulls::get(intake.db.conn(), actor, id).await?;
    let org = identity::org::find(intake.db.conn(), OrgId(row.org_id)).await?;
    require_provider(intake, actor, intake.resource(&draft.resource)?.1, &org).await?;
    let new = settled(intake, &org.code, draft)?;
    let now = intake.clock.now();
    let schedule: Schedule = new.schedule.parse()?;
    let detail = described(&new);
    // What is known of the last rows holds only where they come from the same place.
    let same = (&row.address, &row.table_name, &row.increasing, &row.reached, &row.resource)
        == (&new.address, &new.table_name, &new.increasing, &new.reached, &new.resource);
    let change = ActiveModel {
        resource: Set(new.resource),
        name: Set(new.name),
        address: Set(new.address),
        user_name: Set(new.user_name),
        secret: Set(new.secret),
        table_name: Set(new.table_name),
        increasing: Set(new.increasing),
        inclusive: Set(new.inclusive),
        reached: Set(new.reached),
        edge: Set(row.edge.filter(|_| same)),
        last_submission: Set(row.last_submission.filter(|_| same)),
        schedule: Set(new.schedule),
        next_at: Set(if row.enabled { schedule.next(now) } else { None }),
        failures: Set(0),
        last_error: Set(None),
        ..Default::default()
    };
    intake
        .db
        .tx(async |tx| {
            pulls::change(tx, row.id, row.version, change, now).await?;
            audit::record(tx, now, actor, "pull.edit", &format!("pull:{id}"), &detail).await?;
            Ok(())
        })
        .await
}
