//! 异议: a department objects to its draft score inside the window; the bureau answers.

use kernel::{Actor, Error, OrgId, Result};
use rectify::actions::notices::{ScoreAudience, address_scores, score_was_dealt_with};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use store::audit;
use uuid::Uuid;

use super::{DEPARTMENT, STEWARD, news, recount_period, said};
use crate::context::Scorecard;
use crate::evaluate::Basis;
use crate::model::PeriodState;
use crate::store::entity::objection::{ActiveModel, Model};
use crate::store::{instant, periods};

/// What a department objects to.
#[derive(Debug, Clone)]
pub struct NewObjection {
    /// The period.
    pub period: Uuid,
    /// Code of the indicator; empty where the score as a whole is meant.
    pub indicator: String,
    /// Why.
    pub reason: String,
}

/// Objects to a draft score (提出异议), until the end of the window's last day in Beijing.
///
/// # Errors
/// Forbidden without the role or a department; `score-reason`; `objection-late` after the window or publication;
/// not found for an unknown indicator.
pub async fn object_to(scorecard: &Scorecard, actor: &Actor, new: NewObjection) -> Result<()> {
    actor.require(DEPARTMENT)?;
    let Some(OrgId(org)) = actor.org else { return Err(Error::forbidden()) };
    let reason = said(&new.reason)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    let period = periods::get(intake.db.conn(), new.period).await?;
    if period.state != PeriodState::Draft.name() || intake.clock.today() > period.object_until {
        return Err(Error::conflict(
            "objection-late",
            format!("异议期已于 {} 结束。如仍有问题，请联系信用主管部门。", period.object_until),
            format!(
                "The window to object ended on {}. Speak to the bureau if something is still wrong.",
                period.object_until
            ),
        ));
    }
    let basis: Basis = serde_json::from_str(&period.basis).map_err(Error::internal)?;
    if !new.indicator.is_empty() && basis.indicator(&new.indicator).is_none() {
        return Err(Error::not_found("这项指标", "indicator"));
    }
    let row = Model {
        id: Uuid::now_v7(),
        period_id: period.id,
        org_id: org,
        indicator: new.indicator,
        reason,
        by_name: actor.name.clone(),
        at: instant(now),
        state: "open".to_owned(),
        answer: String::new(),
        answered_by: None,
        answered_at: None,
    };
    let post = address_scores(&news::rectify(scorecard), vec![news::objected(&period, OrgId(org))]).await?;
    intake
        .db
        .tx(async |tx| {
            periods::object(tx, row.clone()).await?;
            post.send(tx).await?;
            let about = news::period(period.id);
            score_was_dealt_with(tx, (&about, OrgId(org)), ScoreAudience::Department, now).await?;
            let detail = json!({ "objection": row.id, "indicator": row.indicator, "reason": row.reason });
            audit::record(tx, now, actor, "period.object", &format!("period:{}", row.period_id), &detail)
                .await?;
            Ok(())
        })
        .await
}

/// Answers an objection (答复异议): the figures are kept, or counted anew from the facts as they stand now.
///
/// # Errors
/// Forbidden without the role; `score-reason`; `objection-answered`; `period-moved` where the period is published.
pub async fn answer_objection(
    scorecard: &Scorecard,
    actor: &Actor,
    id: Uuid,
    (text, recount): (&str, bool),
) -> Result<Uuid> {
    actor.require(STEWARD)?;
    let answer = said(text)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    let objection = periods::objection(intake.db.conn(), id).await?;
    // Nothing is counted anew for an answer that will not be taken.
    if objection.state != "open" {
        return Err(periods::answered());
    }
    if recount {
        recount_period(scorecard, actor, objection.period_id).await?;
    }
    let state = if recount { "recomputed" } else { "kept" };
    let period = periods::get(intake.db.conn(), objection.period_id).await?;
    let org = OrgId(objection.org_id);
    let post =
        address_scores(&news::rectify(scorecard), vec![news::answered(&period, org, recount)?]).await?;
    intake
        .db
        .tx(async |tx| {
            let change = ActiveModel {
                state: Set(state.to_owned()),
                answer: Set(answer.clone()),
                answered_by: Set(Some(actor.name.clone())),
                answered_at: Set(Some(instant(now))),
                ..Default::default()
            };
            periods::answer(tx, id, change).await?;
            post.send(tx).await?;
            score_was_dealt_with(tx, (&news::period(period.id), org), ScoreAudience::Bureau, now).await?;
            let detail = json!({ "objection": id, "outcome": state, "answer": answer });
            let subject = format!("period:{}", objection.period_id);
            audit::record(tx, now, actor, "period.answer", &subject, &detail).await?;
            Ok(())
        })
        .await?;
    Ok(objection.period_id)
}
