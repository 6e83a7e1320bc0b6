//! 更正: what a granted case puts right. It is judged before the decision and kept with it; once the decision stands it goes
//! through intake like any other row, so that checks, lineage and audit hold.

use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use intake::actions::hold_correction::{Correction, hold_correction};
use intake::actions::push_rows::{Push, judge_rows, push_rows};
use kernel::{Actor, Error, OrgId, Result, SubmissionId};
use lake::check::render;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use standards::pack::{Resource, Severity};
use store::Tx;
use uuid::Uuid;

use super::record::Shown;
use crate::context::Portal;
use crate::seal::Seal;
use crate::store::case::entity::file::Model;
use crate::store::case::entity::{correction, push};
use crate::store::case::parts;
use crate::store::instant;

/// What lands once the decision stands; sealed, because the row tells of persons.
#[derive(Serialize, Deserialize)]
struct Intended {
    /// Business key of the record.
    key: String,
    /// What is pushed, to the byte: the same push again lands nothing twice.
    body: String,
    /// Field code, old and new value.
    fields: Vec<(String, String, String)>,
}

/// What is pushed.
#[derive(Serialize, Deserialize)]
struct Body {
    rows: Vec<IndexMap<String, String>>,
}

/// A correction that was judged good, to be kept with its decision.
pub(super) struct Planned {
    push: push::Model,
    rows: Vec<correction::Model>,
    hold: Correction,
}

/// The correction that these changes make; what is wrong with it is told in words.
///
/// # Errors
/// `case-no-change`, `case-field`, `case-key-field`, `case-correction-refused`; what intake says.
pub(super) async fn plan(
    portal: &Portal,
    actor: &Actor,
    (case, shown): (&Model, &Shown),
    changes: &[(String, String)],
) -> Result<Planned> {
    let (_, resource) = portal.intake.resource(&case.resource)?;
    let fields = changed(shown, resource, changes)?;
    let mut cells: IndexMap<String, String> =
        shown.cells.iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| (k.clone(), v.clone())).collect();
    for (code, _, new) in &fields {
        cells.insert(code.clone(), new.clone());
    }
    judge(portal, case, &cells).await?;
    let at = instant(portal.intake.clock.now());
    let row = |(code, old, new): &(String, String, String)| {
        let masked = |v: &str| resource.field(code).map_or_else(String::new, |f| shown.masked(f, v));
        correction::Model {
            id: Uuid::now_v7(),
            case_id: case.id,
            record_id: case.record_id,
            resource: case.resource.clone(),
            old: masked(old),
            new: masked(new),
            field: code.clone(),
            by_name: actor.name.clone(),
            at,
            submission_id: Uuid::nil(),
        }
    };
    let rows = fields.iter().map(row).collect();
    let hold = held(case, (&shown.key, &fields), SubmissionId(Uuid::nil()));
    let body = serde_json::to_string(&Body { rows: vec![cells] }).map_err(Error::internal)?;
    let intended = Intended { key: shown.key.clone(), body, fields };
    let plain = serde_json::to_vec(&intended).map_err(Error::internal)?;
    let push = push::Model {
        case_id: case.id,
        sealed: Seal::of(&portal.intake.lake)?.close(case.id, &plain)?,
        by_name: actor.name.clone(),
        submission_id: None,
        version: None,
    };
    Ok(Planned { push, rows, hold })
}

/// Keeps a correction in the transaction of its decision: from then on the old values are not taken again.
///
/// # Errors
/// When the database fails.
pub(super) async fn keep(tx: &Tx, planned: Planned, now: DateTime<Utc>) -> Result<()> {
    hold_correction(tx, &planned.hold, now).await?;
    parts::add_corrections(tx, planned.rows).await?;
    parts::add_push(tx, planned.push).await
}

/// Lands what the decision of a case put right. Done again, it lands nothing twice.
///
/// # Errors
/// `case-unreadable` with another key; what intake and the lake say.
pub(super) async fn land(portal: &Portal, case: &Model) -> Result<()> {
    let Some(kept) = parts::push(portal.intake.db.conn(), case.id).await? else { return Ok(()) };
    if kept.submission_id.is_some() {
        return Ok(());
    }
    let plain = Seal::of(&portal.intake.lake)?.open(case.id, &kept.sealed)?;
    let Intended { key, body, fields } = serde_json::from_slice(&plain).map_err(Error::internal)?;
    let Body { rows } = serde_json::from_str(&body).map_err(Error::internal)?;
    let digest = hex::encode(Sha256::digest(&body));
    let push = Push {
        resource: case.resource.clone(),
        org: Some(OrgId(case.org_id)),
        key: Some(format!("{}-{}", case.number, digest.get(..12).unwrap_or_default())),
        rows,
        body: body.into_bytes(),
        by_case: true,
    };
    // The platform does what this person decided.
    let decided = Actor { name: kept.by_name, ..Actor::system() };
    let pushed = push_rows(&portal.intake, &decided, push).await?;
    if pushed.landed != 1 {
        return Err(Error::internal("a correction that was judged good did not land"));
    }
    let now = portal.intake.clock.now();
    let hold = held(case, (&key, &fields), pushed.submission);
    portal
        .intake
        .db
        .tx(async |tx| {
            // Now with the submission: withdrawing that would bring back what was wrong.
            hold_correction(tx, &hold, now).await?;
            parts::set_landed(tx, case.id, (pushed.submission, pushed.version)).await
        })
        .await
}

fn held(
    case: &Model,
    (key, fields): (&str, &[(String, String, String)]),
    submission: SubmissionId,
) -> Correction {
    Correction {
        resource: case.resource.clone(),
        key: key.to_owned(),
        case: case.number.clone(),
        submission,
        fields: fields.to_vec(),
    }
}

/// Refuses what the checks would refuse.
async fn judge(portal: &Portal, case: &Model, cells: &IndexMap<String, String>) -> Result<()> {
    let org = OrgId(case.org_id);
    let found = judge_rows(&portal.intake, org, &case.resource, std::slice::from_ref(cells)).await?;
    let refused: Vec<_> = found.iter().flatten().filter(|f| f.severity == Severity::Reject).collect();
    if refused.is_empty() {
        return Ok(());
    }
    let words = |lang| {
        let told = refused.iter().map(|f| {
            let said = render(&portal.intake.packs, &case.resource, f, lang);
            format!("{}{}", said.why, said.fix)
        });
        told.collect::<Vec<_>>().join(" ")
    };
    Err(Error::bad_input(
        "case-correction-refused",
        format!("更正后的记录没有通过校验，没有写入：{}", words(kernel::Lang::Zh)),
        format!(
            "The corrected record does not pass the checks and was not written: {}",
            words(kernel::Lang::En)
        ),
    ))
}

/// Whether a field tells a record from others: changed, it would be another. The name of a subject that has a code does not.
pub(crate) fn is_key_of(shown: &Shown, resource: &Resource, code: &str) -> bool {
    let is_key = resource.business_key.iter().any(|part| part.split('|').any(|f| f == code));
    let name_only = resource.time_limit.as_ref().is_some_and(|l| l.subject == code);
    // An empty name in the key gives its place to the next alternative: that too is another record.
    is_key && !(name_only && shown.has_code(resource))
}

/// Field code, old and new value of what really changes.
fn changed(
    shown: &Shown,
    resource: &Resource,
    changes: &[(String, String)],
) -> Result<Vec<(String, String, String)>> {
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
        if is_key_of(shown, resource, code) {
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
