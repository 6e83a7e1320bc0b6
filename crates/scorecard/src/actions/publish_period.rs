//! 公布和重算: a published period is frozen; anyone entitled counts it again to the same digits.

use chrono::{DateTime, Utc};
use kernel::{Actor, Error, OrgId, Result};
use rectify::actions::notices::{ScoreAudience, score_was_dealt_with};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use store::{Tx, audit};
use uuid::Uuid;

use super::open_period::digest_of;
use super::{STEWARD, news};
use crate::context::Scorecard;
use crate::evaluate::{Basis, evaluate};
use crate::model::{PeriodState, Span};
use crate::store::entity::period::ActiveModel;
use crate::store::{instant, periods};

/// Publishes a draft as the departments saw it (公布): nothing changes it from here on, nor the period with which its ranks are compared.
///
/// # Errors
/// Forbidden without the role; `period-window` while departments may still object; `period-objections` while an objection
/// waits for its answer; `period-moved` where it is published already.
pub async fn publish_period(scorecard: &Scorecard, actor: &Actor, id: Uuid) -> Result<()> {
    actor.require(STEWARD)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    let seen = periods::get(intake.db.conn(), id).await?;
    if intake.clock.today() <= seen.object_until && seen.state == PeriodState::Draft.name() {
        return Err(Error::conflict(
            "period-window",
            format!("各单位可在 {}（含）之前提出异议，之后才能公布。", seen.object_until),
            format!("Departments may object until {}; publish it after that day.", seen.object_until),
        ));
    }
    let basis: Basis = serde_json::from_str(&seen.basis).map_err(Error::internal)?;
    intake
        .db
        .tx(async |tx| {
            if periods::any_open(tx, id).await? {
                return Err(waiting());
            }
            let days = Span { from: seen.from_day, to: seen.to_day };
            let before = periods::published_before(tx, days).await?.map(|p| p.id);
            let change = ActiveModel {
                state: Set(PeriodState::Published.name().to_owned()),
                published_by: Set(Some(actor.name.clone())),
                published_at: Set(Some(instant(now))),
                compared: Set(true),
                before_id: Set(before),
                ..Default::default()
            };
            periods::change_draft(tx, &seen, change).await?;
            // Nobody can object any more.
            nobody_objects(tx, id, &basis, now).await?;
            let detail = json!({ "edition": seen.edition, "digest": seen.digest, "before": before });
            audit::record(tx, now, actor, "period.publish", &format!("period:{id}"), &detail).await?;
            Ok(())
        })
        .await
}

/// Departments have nothing to object to in a period any more.
pub(super) async fn nobody_objects(tx: &Tx, id: Uuid, basis: &Basis, now: DateTime<Utc>) -> Result<()> {
    let about = news::period(id);
    for member in &basis.members {
        let whose = (&*about, OrgId(member.id));
        score_was_dealt_with(tx, whose, ScoreAudience::Department, now).await?;
    }
    Ok(())
}

/// What was objected to has no answer yet.
pub(super) fn waiting() -> Error {
    Error::conflict(
        "period-objections",
        "还有异议没有答复。请先逐项答复，再公布或作废。",
        "Objections wait for their answers. Answer each before you publish or discard.",
    )
}

/// What a period counted again gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recomputed {
    /// Digest of the figures as they stand.
    pub kept: String,
    /// Digest of the figures counted now from the same basis.
    pub now: String,
}

impl Recomputed {
    /// Whether every digit is the same.
    #[must_use]
    pub fn same(&self) -> bool {
        self.kept == self.now
    }
}

/// Counts a period again from its own basis (按原口径重算): the facts as they stood then, the formulas as they read then.
///
/// # Errors
/// What the lake or the database says.
pub async fn recompute(scorecard: &Scorecard, actor: &Actor, id: Uuid) -> Result<Recomputed> {
    let intake = &scorecard.intake;
    let period = periods::get(intake.db.conn(), id).await?;
    let basis: Basis = serde_json::from_str(&period.basis).map_err(Error::internal)?;
    let figures = evaluate(scorecard, &basis).await?;
    let now = digest_of(&serde_json::to_string(&figures).map_err(Error::internal)?);
    // The figures that people see, not the digest beside them, are what must be equal.
    let done = Recomputed { kept: digest_of(&period.figures), now };
    intake
        .db
        .tx(async |tx| {
            let detail = json!({ "kept": done.kept, "now": done.now, "same": done.same() });
            let at = intake.clock.now();
            audit::record(tx, at, actor, "period.recompute", &format!("period:{id}"), &detail).await?;
            Ok(())
        })
        .await?;
    Ok(done)
}
