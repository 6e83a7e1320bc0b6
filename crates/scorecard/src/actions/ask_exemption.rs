//! 豁免: asked for by one, decided by another, with a reason and days; taken back by the bureau.

use chrono::NaiveDate;
use kernel::{Actor, Error, OrgId, RecordId, Result, Scope};
use rectify::actions::find_record;
use rectify::actions::notices::address_scores;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use store::audit;
use uuid::Uuid;

use super::figures::below;
use super::news::Exempted;
use super::{MAY_ASK, STEWARD, news, said};
use crate::context::Scorecard;
use crate::model::Span;
use crate::store::entity::exemption::{ActiveModel, Model};
use crate::store::{basis, instant};

/// What is asked to be left out of the figures.
#[derive(Debug, Clone)]
pub struct AskExemption {
    /// The organisation and all below it.
    pub org: OrgId,
    /// Only this resource; all where nothing is said.
    pub resource: Option<String>,
    /// Only this decision.
    pub record: Option<Uuid>,
    /// First and last day of the facts meant, by their own day: of decision, of receipt.
    pub days: (NaiveDate, NaiveDate),
    /// Why.
    pub reason: String,
}

/// Asks for an exemption (申请豁免).
///
/// # Errors
/// Forbidden without the role; not found outside the scope or for an unknown resource or decision; `exemption-record` for a decision of
/// another department; `period-days`; `score-reason`.
pub async fn ask_exemption(scorecard: &Scorecard, actor: &Actor, ask: AskExemption) -> Result<Uuid> {
    actor.require(MAY_ASK)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    identity::org::require_in_scope(intake.db.conn(), &actor.scope, ask.org).await?;
    let span = Span::new(ask.days.0, ask.days.1)?;
    if ask.resource.as_deref().is_some_and(|r| intake.packs.resource(r).is_none()) {
        return Err(Error::not_found("这类数据", "resource"));
    }
    if let Some(record) = ask.record {
        let found = find_record(intake.db.conn(), &actor.scope, RecordId(record)).await?;
        let orgs = identity::org::list(intake.db.conn(), &Scope::City).await?;
        if !below(&orgs, ask.org.0).contains(&found.org.0) {
            return Err(Error::bad_input(
                "exemption-record",
                "这条决定不是所选单位的。请核对单位和决定。",
                "This decision is not the chosen department's. Check the department and the decision.",
            ));
        }
    }
    let row = Model {
        id: Uuid::now_v7(),
        org_id: ask.org.0,
        resource: ask.resource,
        record_id: ask.record,
        from_day: span.from,
        to_day: span.to,
        reason: said(&ask.reason)?,
        asked_by: actor.name.clone(),
        asked_user: actor.user.map(|u| u.0),
        asked_at: instant(now),
        state: "asked".to_owned(),
        decided_by: None,
        decided_at: None,
        answer: String::new(),
        revoked_by: None,
        revoked_at: None,
        revoked_why: String::new(),
    };
    let id = row.id;
    intake
        .db
        .tx(async |tx| {
            basis::ask(tx, row.clone()).await?;
            let detail = json!({ "org": row.org_id, "resource": row.resource, "record": row.record_id,
                "from": row.from_day, "to": row.to_day, "reason": row.reason });
            audit::record(tx, now, actor, "exemption.ask", &format!("exemption:{id}"), &detail).await?;
            Ok(())
        })
        .await?;
    Ok(id)
}

/// Approves or refuses an exemption (审批豁免). Whoever asked does not decide.
///
/// # Errors
/// Forbidden without the role; `exemption-own` for whoever asked; `exemption-decided`; `score-reason` to refuse without one.
pub async fn decide_exemption(
    scorecard: &Scorecard,
    actor: &Actor,
    id: Uuid,
    (approve, answer): (bool, &str),
) -> Result<()> {
    actor.require(STEWARD)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    let row = basis::get(intake.db.conn(), actor, id).await?;
    let own = match (row.asked_user, actor.user) {
        (Some(asked), Some(user)) => asked == user.0,
        _ => row.asked_by == actor.name,
    };
    if own {
        return Err(Error::conflict(
            "exemption-own",
            "豁免不能由申请人自己审批，请由另一人审批。",
            "An exemption is decided by somebody else than whoever asked for it.",
        ));
    }
    let answer = if approve && answer.trim().is_empty() { String::new() } else { said(answer)? };
    let state = if approve { "approved" } else { "refused" };
    let told =
        news::exempted(scorecard, &row, if approve { Exempted::Approved } else { Exempted::Refused }).await?;
    let post = address_scores(&news::rectify(scorecard), vec![told]).await?;
    intake
        .db
        .tx(async |tx| {
            let change = ActiveModel {
                state: Set(state.to_owned()),
                decided_by: Set(Some(actor.name.clone())),
                decided_at: Set(Some(instant(now))),
                answer: Set(answer.clone()),
                ..Default::default()
            };
            basis::decide(tx, id, change).await?;
            post.send(tx).await?;
            let detail = json!({ "state": state, "answer": answer });
            audit::record(tx, now, actor, "exemption.decide", &format!("exemption:{id}"), &detail).await?;
            Ok(())
        })
        .await
}

/// Takes an approved exemption back (撤销豁免): what it left out counts again, in all periods but those published. It stays in the list.
///
/// # Errors
/// Forbidden without the role; not found outside the scope; `exemption-not-approved`; `score-reason`.
pub async fn revoke_exemption(scorecard: &Scorecard, actor: &Actor, id: Uuid, reason: &str) -> Result<()> {
    actor.require(STEWARD)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    let row = basis::get(intake.db.conn(), actor, id).await?;
    let why = said(reason)?;
    let told = news::exempted(scorecard, &row, Exempted::Revoked).await?;
    let post = address_scores(&news::rectify(scorecard), vec![told]).await?;
    intake
        .db
        .tx(async |tx| {
            let change = ActiveModel {
                state: Set("revoked".to_owned()),
                revoked_by: Set(Some(actor.name.clone())),
                revoked_at: Set(Some(instant(now))),
                revoked_why: Set(why.clone()),
                ..Default::default()
            };
            basis::take_back(tx, id, change).await?;
            post.send(tx).await?;
            let detail = json!({ "reason": why });
            audit::record(tx, now, actor, "exemption.revoke", &format!("exemption:{id}"), &detail).await?;
            Ok(())
        })
        .await
}
