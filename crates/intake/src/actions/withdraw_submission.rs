//! 撤回: the department takes a submission back. What it landed is taken out of the lake again.

use kernel::{Actor, Error, ErrorKind, Event, OrgId, Result, SubmissionId, beijing_date};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use store::{OrFail as _, audit, events};

use super::mend_rows::recount;
use super::receive_upload::MAY_HAND_IN;
use crate::context::Intake;
use crate::model::{RowState, State};
use crate::store::entity::submission::ActiveModel;
use crate::store::{corrections, push_days, submissions, superseded, wrong_rows};

/// Takes a submission back, and with it the mended rows that landed for it.
///
/// # Errors
/// `submission-corrects` for the correction a case made; `submission-state` when it is refused or withdrawn already or landing
/// right now; what the lake says when later submissions replaced the same rows, naming them.
pub async fn withdraw_submission(
    intake: &Intake,
    actor: &Actor,
    id: SubmissionId,
    reason: &str,
) -> Result<()> {
    actor.require(MAY_HAND_IN)?;
    let row = submissions::get(intake.db.conn(), actor, id).await?;
    let state: State = row.state.parse()?;
    state.to(State::Withdrawn)?;
    if let Some(case) = corrections::case_of(intake.db.conn(), id).await? {
        return Err(Error::conflict(
            "submission-corrects",
            format!(
                "这一批是办件{case}作出的更正，不能撤回。更正有误的，请另行提出异议，由核实后的结果改回。"
            ),
            format!(
                "This is the correction made by the case {case}; it is not withdrawn. If it is wrong, another objection changes it."
            ),
        ));
    }
    let children = submissions::children(intake.db.conn(), id).await?;
    let landed: Vec<_> = children.iter().filter(|c| c.state == State::Landed.name()).collect();
    // The lake first: taking back is idempotent there, so a crash in between leaves a submission that can be
    // withdrawn again, never one that says "withdrawn" while its rows are still read.
    if state == State::Landed {
        for child in landed.iter().rev() {
            take_back(intake, actor, (&child.resource, SubmissionId(child.id))).await?;
        }
        take_back(intake, actor, (&row.resource, id)).await?;
    }
    let now = intake.clock.now();
    let tx = intake.db.begin().await?;
    let gone = ActiveModel { rows_open: Set(0), ..Default::default() };
    submissions::transition(&tx, id, state, State::Withdrawn, gone, now).await?;
    if let Some(day) = row.push_day_id {
        push_days::recount(&tx, day).await?;
    }
    for child in &landed {
        let change = ActiveModel::default();
        submissions::transition(&tx, SubmissionId(child.id), State::Landed, State::Withdrawn, change, now)
            .await?;
    }
    // Rows that landed with it, or gave way to it, wait again.
    let waiting = [RowState::Open, RowState::Mended];
    for gone in landed.iter().map(|c| SubmissionId(c.id)).chain([id]) {
        for of in superseded::release(&tx, gone, id).await? {
            if submissions::load(&tx, of).await?.state == State::Withdrawn.name() {
                wrong_rows::set_state(&tx, of, &waiting, RowState::Dropped).await?;
            }
            recount(&tx, of, now).await?;
        }
    }
    wrong_rows::set_state(&tx, id, &waiting, RowState::Dropped).await?;
    events::append(
        &tx,
        &Event {
            kind: "withdrawn".to_owned(),
            at: now,
            org: Some(OrgId(row.org_id)),
            resource: Some(row.resource.clone()),
            submission: Some(id),
            data: json!({ "resource": row.resource, "rows": row.rows_landed }),
        },
    )
    .await?;
    let detail = json!({ "reason": reason, "from": row.state, "rows": row.rows_landed });
    audit::record(&tx, now, actor, "submission.withdraw", &format!("submission:{id}"), &detail).await?;
    tx.commit().await.or_fail()
}

async fn take_back(intake: &Intake, actor: &Actor, (resource, id): (&str, SubmissionId)) -> Result<()> {
    if intake.lake.landed(resource, id).await?.is_none() {
        return Ok(());
    }
    match intake.lake.undo(resource, id).await {
        Ok(_) => Ok(()),
        Err(e) => match e.submission() {
            Some(later) => Err(overtaken(intake, actor, later).await?),
            None => Err(e),
        },
    }
}

/// A later submission changed the same rows: it is named as the lists show it.
async fn overtaken(intake: &Intake, actor: &Actor, later: SubmissionId) -> Result<Error> {
    let (zh, en) = match submissions::get(intake.db.conn(), actor, later).await {
        Ok(row) => {
            let (name, day) = (row.file_name, beijing_date(row.created_at));
            (format!("{day} 报送的“{name}”"), format!("“{name}”, handed in on {day},"))
        }
        Err(e) if e.kind() == ErrorKind::NotFound => {
            ("别的单位后来报送的批次".to_owned(), "A later submission of another department".to_owned())
        }
        Err(e) => return Err(e),
    };
    Ok(Error::conflict(
        "undo-touched",
        format!("不能撤回：{zh}改动了同样的数据。请先撤回那一批，或重新报送正确的数据。"),
        format!(
            "Cannot be withdrawn: {en} changed the same rows. Withdraw that one first, or send the right rows again."
        ),
    ))
}
