//! 积分申诉: a department appeals against an entry; where it is right, a counter-entry takes the points back.

use kernel::{Actor, OrgId, Result};
use rectify::actions::notices::{ScoreAudience, address_scores, score_was_dealt_with};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use store::audit;
use uuid::Uuid;

use super::reverse_points::{counter_entry, standing};
use super::{DEPARTMENT, STEWARD, news, said};
use crate::context::Scorecard;
use crate::store::entity::appeal;
use crate::store::{instant, points};

/// Appeals against an entry (申诉).
///
/// # Errors
/// Forbidden without the role; not found outside the scope; `points-reversed` where it was taken back; `points-appealed`;
/// `score-reason`.
pub async fn appeal_points(scorecard: &Scorecard, actor: &Actor, id: Uuid, reason: &str) -> Result<()> {
    actor.require(DEPARTMENT)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    let entry = points::get(intake.db.conn(), actor, id).await?;
    standing(intake.db.conn(), &entry).await?;
    let row = appeal::Model {
        id: Uuid::now_v7(),
        entry_id: id,
        reason: said(reason)?,
        by_name: actor.name.clone(),
        at: instant(now),
        state: "open".to_owned(),
        answer: String::new(),
        answered_by: None,
        answered_at: None,
    };
    let post = address_scores(&news::rectify(scorecard), vec![news::appealed(&entry)?]).await?;
    intake
        .db
        .tx(async |tx| {
            points::add_appeal(tx, row.clone()).await?;
            post.send(tx).await?;
            let whose = (&*news::points(id), OrgId(entry.org_id));
            score_was_dealt_with(tx, whose, ScoreAudience::Department, now).await?;
            let detail = json!({ "reason": row.reason });
            audit::record(tx, now, actor, "points.appeal", &format!("points:{id}"), &detail).await?;
            Ok(())
        })
        .await
}

/// Answers an appeal (答复申诉): the points are kept, or taken back by an entry of the opposite sign on the same day.
///
/// # Errors
/// Forbidden without the role; not found without an open appeal; `score-reason`.
pub async fn answer_appeal(
    scorecard: &Scorecard,
    actor: &Actor,
    id: Uuid,
    (text, reverse): (&str, bool),
) -> Result<()> {
    actor.require(STEWARD)?;
    let answer = said(text)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    let entry = points::get(intake.db.conn(), actor, id).await?;
    let state = if reverse { "reversed" } else { "kept" };
    let post =
        address_scores(&news::rectify(scorecard), vec![news::appeal_answered(scorecard, &entry).await?])
            .await?;
    intake
        .db
        .tx(async |tx| {
            let change = appeal::ActiveModel {
                state: Set(state.to_owned()),
                answer: Set(answer.clone()),
                answered_by: Set(Some(actor.name.clone())),
                answered_at: Set(Some(instant(now))),
                ..Default::default()
            };
            points::answer(tx, id, change).await?;
            post.send(tx).await?;
            let whose = (&*news::points(id), OrgId(entry.org_id));
            score_was_dealt_with(tx, whose, ScoreAudience::Bureau, now).await?;
            if reverse {
                let counter = counter_entry(&entry, (answer.clone(), actor), instant(now));
                points::insert(tx, counter).await?;
            }
            let detail = json!({ "outcome": state, "answer": answer });
            audit::record(tx, now, actor, "points.answer", &format!("points:{id}"), &detail).await?;
            Ok(())
        })
        .await
}
