//! 作废草稿: a draft that was opened by mistake goes; what is published never does.

use kernel::{Actor, Error, Result};
use serde_json::json;
use store::audit;
use uuid::Uuid;

use super::publish_period::{nobody_objects, waiting};
use super::{STEWARD, news};
use crate::context::Scorecard;
use crate::evaluate::Basis;
use crate::store::periods;

/// Discards a draft (作废草稿). The audit log keeps its days and what was objected to it; departments have nothing to do about it any more.
///
/// # Errors
/// Forbidden without the role; `period-objections` while an objection waits for its answer; `period-moved` where it is published or
/// was counted anew meanwhile.
pub async fn discard_period(scorecard: &Scorecard, actor: &Actor, id: Uuid) -> Result<()> {
    actor.require(STEWARD)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    let seen = periods::get(intake.db.conn(), id).await?;
    let basis: Basis = serde_json::from_str(&seen.basis).map_err(Error::internal)?;
    intake
        .db
        .tx(async |tx| {
            if periods::any_open(tx, id).await? {
                return Err(waiting());
            }
            let objections = periods::objections(tx, &Actor::system(), id).await?;
            let told: Vec<_> = objections
                .iter()
                .map(|o| json!({ "org": o.org_id, "reason": o.reason, "answer": o.answer }))
                .collect();
            periods::discard_draft(tx, &seen).await?;
            nobody_objects(tx, id, &basis, now).await?;
            let detail = json!({ "name": seen.name, "from": seen.from_day, "to": seen.to_day,
                "edition": seen.edition, "objections": told });
            audit::record(tx, now, actor, "period.discard", &news::period(id), &detail).await?;
            Ok(())
        })
        .await
}
