//! 作出决定: granted or not. A correction goes through intake like any other row, so that checks, lineage and audit hold; what
//! the checks refuse is told in words before anything is written.

use chrono::NaiveDate;
use indexmap::IndexMap;
use intake::actions::hold_correction::{Correction, hold_correction, hold_deletion};
use intake::actions::push_rows::{Push, judge_rows, push_rows};
use kernel::{Actor, Error, OrgId, RecordId, Result, Text};
use lake::check::render;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use standards::calendar::add_workdays;
use standards::pack::{Resource, Severity};
use store::events;
use uuid::Uuid;

use super::desk::{Move, TaskMove, limits, require_desk, said, take};
use super::record::{Shown, missing, standing};
use super::{MAY_WORK, carry_out, event};
use crate::context::Portal;
use crate::model::case::{Kind, Outcome, Step};
use crate::model::guard;
use crate::store::case::entity::correction;
use crate::store::case::entity::file::Model;
use crate::store::case::{cases, parts};
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
/// one that the kind does not have; `case-no-change`, `case-key-field`, `case-correction-refused` for corrections; what intake says.
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
    // Before the correction lands, so that every acknowledgement of it comes later.
    let now = portal.intake.clock.now();
    let corrected = match decision.outcome.filter(|o| o.changes_values()) {
        Some(_) => {
            let shown = shown.as_ref().ok_or_else(missing)?;
            Some(correct(portal, actor, (&case, shown), &decision.changes).await?)
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
        if let Some((correction, rows)) = corrected {
            hold_correction(tx, &correction, now).await?;
            parts::add_corrections(tx, rows).await?;
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

/// Lands the corrected row; doing it again with the same values lands nothing twice.
async fn correct(
    portal: &Portal,
    actor: &Actor,
    (case, shown): (&Model, &Shown),
    changes: &[(String, String)],
) -> Result<(Correction, Vec<correction::Model>)> {
    let (_, resource) = portal.intake.resource(&case.resource)?;
    let changed = changed(shown, resource, changes)?;
    let mut cells: IndexMap<String, String> =
        shown.cells.iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| (k.clone(), v.clone())).collect();
    for (code, _, new) in &changed {
        cells.insert(code.clone(), new.clone());
    }
    let org = OrgId(case.org_id);
    let found = judge_rows(&portal.intake, org, &case.resource, std::slice::from_ref(&cells)).await?;
    let refused: Vec<_> = found.iter().flatten().filter(|f| f.severity == Severity::Reject).collect();
    if !refused.is_empty() {
        let words = |lang| {
            let told = refused.iter().map(|f| {
                let said = render(&portal.intake.packs, &case.resource, f, lang);
                format!("{}{}", said.why, said.fix)
            });
            told.collect::<Vec<_>>().join(" ")
        };
        return Err(Error::bad_input(
            "case-correction-refused",
            format!("更正后的记录没有通过校验，没有写入：{}", words(kernel::Lang::Zh)),
            format!(
                "The corrected record does not pass the checks and was not written: {}",
                words(kernel::Lang::En)
            ),
        ));
    }
    let body = serde_json::to_vec(&json!({ "rows": [&cells] })).map_err(Error::internal)?;
    let digest = hex::encode(Sha256::digest(&body));
    let push = Push {
        resource: case.resource.clone(),
        org: Some(org),
        key: Some(format!("{}-{}", case.number, digest.get(..12).unwrap_or_default())),
        rows: vec![cells],
        body,
        by_case: true,
    };
    let pushed = push_rows(&portal.intake, actor, push).await?;
    if pushed.landed != 1 {
        return Err(Error::internal("a correction that was judged good did not land"));
    }
    let at = instant(portal.intake.clock.now());
    let row = |(code, old, new): (String, String, String)| {
        let masked = |v: &str| resource.field(&code).map_or_else(String::new, |f| shown.masked(f, v));
        correction::Model {
            id: Uuid::now_v7(),
            case_id: case.id,
            record_id: case.record_id,
            resource: case.resource.clone(),
            old: masked(&old),
            new: masked(&new),
            field: code.clone(),
            by_name: actor.name.clone(),
            at,
            submission_id: pushed.submission.0,
        }
    };
    let rows = changed.iter().cloned().map(row).collect();
    let correction = Correction {
        resource: case.resource.clone(),
        key: shown.key.clone(),
        case: case.number.clone(),
        submission: pushed.submission,
        fields: changed,
    };
    Ok((correction, rows))
}

/// Field code, old and new value of what really changes.
fn changed(
    shown: &Shown,
    resource: &Resource,
    changes: &[(String, String)],
) -> Result<Vec<(String, String, String)>> {
    let is_key = |code: &str| resource.business_key.iter().any(|part| part.split('|').any(|f| f == code));
    let mut all = Vec::new();
    for (code, new) in changes {
        let Some(field) = resource.field(code) else {
            return Err(Error::bad_input(
                "case-field",
                format!("这条记录没有公示“{code}”这个字段。请刷新页面重填。"),
                format!("The record shows no field “{code}”. Reload the page and fill it in again."),
            ));
        };
        let (old, new) = (shown.cell(code), new.trim());
        if old == new {
            continue;
        }
        // An empty name in the key gives its place to the next alternative: that too is another record.
        let name_only = is_key(code) && resource.time_limit.as_ref().is_some_and(|l| l.subject == *code);
        let name_is_key = name_only && !shown.has_code(resource);
        if is_key(code) && (!name_only || name_is_key) {
            let label = &field.label;
            return Err(Error::conflict(
                "case-key-field",
                format!(
                    "“{}”是区分记录的主键，改了就是另一条记录，不能在这里更正。请选择“删除”，再由部门按正确的内容重新报送。",
                    label.zh
                ),
                format!(
                    "“{}” tells records apart: changed, it is another record. Choose “delete” and have the department hand in the right one.",
                    label.en
                ),
            ));
        }
        all.push((code.clone(), old.to_owned(), new.to_owned()));
    }
    if all.is_empty() {
        return Err(Error::bad_input(
            "case-no-change",
            "没有改动任何字段。更正或补充须写明字段的新内容。",
            "No field was changed. A correction or a supplement needs the new content of a field.",
        ));
    }
    Ok(all)
}
