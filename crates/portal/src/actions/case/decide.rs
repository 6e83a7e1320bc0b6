//! 作出决定: granted or not. What the checks refuse of a correction is told in words before anything is decided; the corrected row
//! lands once the decision stands.

use chrono::NaiveDate;
use intake::actions::hold_correction::hold_deletion;
use kernel::{Actor, Error, RecordId, Result, Text};
use sea_orm::ActiveValue::Set;
use standards::calendar::add_workdays;
use store::events;
use uuid::Uuid;

use super::desk::{Move, TaskMove, limits, require_desk, said, take};
use super::record::{Shown, missing, standing};
use super::{MAY_WORK, carry_out, correct, event, publicity};
use crate::actions::publish::is_down_by_decision;
use crate::context::Portal;
use crate::model::case::{Kind, Outcome, Step};
use crate::model::guard;
use crate::store::case::cases;
use crate::store::instant;

/// What a desk decides.
#[derive(Debug, Clone, Default)]
pub struct Decision {
    /// What a granted case leads to; none where it is not granted.
    pub outcome: Option<Outcome>,
    /// What the applicant is told.
    pub answer: String,
    /// Field code and new value, of a correction or a supplement.
    pub changes: Vec<(String, String)>,
}

/// Decides a case.
///
/// # Errors
/// Forbidden at another desk; not found outside the scope; `case-step`, `case-moved`; `case-note` without an answer; `text-personal` for one with a person's number or name; `case-outcome` for
/// one that the kind does not have; `case-record-down` for a mark on a record that was taken down; `case-no-change`, `case-key-field`, `case-correction-refused` for corrections; what intake says.
pub async fn decide_case(portal: &Portal, actor: &Actor, id: Uuid, decision: Decision) -> Result<()> {
    actor.require(MAY_WORK)?;
    let case = cases::get(portal.intake.db.conn(), actor, id).await?;
    require_desk(actor, &case)?;
    let answer = said(&decision.answer)?;
    let kind: Kind = case.kind.parse()?;
    let step = if decision.outcome.is_some() { Step::Pass } else { Step::Fail };
    case.course(0)?.take(step)?;
    let shown = standing(portal, RecordId(case.record_id)).await?;
    let names = shown.as_ref().map(Shown::names).unwrap_or_default();
    guard::pass(answer, &Text::new("答复", "answer"), names, portal.intake.clock.today())?;
    if decision.outcome.is_some_and(|o| !Outcome::of(kind).contains(&o)) {
        return Err(Error::bad_input(
            "case-outcome",
            "这类申请没有这种处理结果，请重新选择。",
            "This kind of case has no such outcome; choose again.",
        ));
    }
    if decision.outcome == Some(Outcome::Mark)
        && publicity::published(portal, RecordId(case.record_id))
            .await?
            .is_some_and(|r| is_down_by_decision(&r))
    {
        return Err(Error::conflict(
            "case-record-down",
            "这条记录已经依决定撤下，没有可以标注的公示。请选择其他处理结果。",
            "This record has been taken down by a decision: nothing is public that could be marked. Choose another outcome.",
        ));
    }
    let now = portal.intake.clock.now();
    let corrected = match decision.outcome.filter(|o| o.changes_values()) {
        Some(_) => {
            let shown = shown.as_ref().ok_or_else(missing)?;
            Some(correct::plan(portal, actor, (&case, shown), &decision.changes).await?)
        }
        None => None,
    };
    let deletes = |o: &Outcome| o.stops_sharing() && kind == Kind::Objection;
    let deleted = match decision.outcome.filter(deletes) {
        Some(_) => Some(shown.ok_or_else(missing)?.key),
        None => None,
    };
    let days = limits(portal, &case)?.carry_out;
    let carry_due: Option<NaiveDate> = days.and_then(|n| add_workdays(portal.intake.clock.today(), n).ok());
    let mut writing = Move { task: TaskMove::Close, ..Move::new(step, &actor.name, answer) };
    writing.change.outcome = Set(decision.outcome.map(|o| o.name().to_owned()));
    writing.change.answer = Set(answer.to_owned());
    writing.change.decided_at = Set(Some(instant(now)));
    writing.change.paused_on = Set(None);
    writing.change.carry_due = Set(carry_due);
    take(portal, actor, &case, writing, async |tx| {
        if let Some(key) = &deleted {
            hold_deletion(tx, (&case.resource, key), &case.number, now).await?;
        }
        if let Some(planned) = corrected {
            correct::keep(tx, planned, now).await?;
        }
        events::append(tx, &event(&case, "case-decided", now)).await
    })
    .await?;
    // The decision stands; what follows from it is repeated by the next round until it is done.
    if let Err(e) = carry_out::carry_out(portal, case.id).await {
        tracing::warn!(case = %case.id, error = ?e, "the result could not be carried out at once");
    }
    Ok(())
}
