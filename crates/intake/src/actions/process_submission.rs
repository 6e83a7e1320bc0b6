//! 处理: takes a submission as far as it goes without a person: read → checked → landed.
//!
//! Every step begins from what is stored and ends in one transaction, so a process killed at any instant repeats at
//! most the step it was in; the lake lands a submission once however often it is asked.

mod check;
mod land;
mod read;

pub(crate) use check::{files, group_models, request, request_for};
pub(crate) use land::{Ending, business_key, finding_model, settle};
pub(crate) use read::inspect;

use kernel::{Error, ErrorKind, Result, SubmissionId};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use store::{OrFail as _, audit, events};

use super::land_mended;
use crate::context::Intake;
use crate::model::{State, Way};
use crate::store::entity::submission::{ActiveModel, Model};
use crate::store::submissions;

/// Goes on from where the submission stands until a person is needed or it has ended.
///
/// # Errors
/// What keeps a step from being done for now (a full disk, a database that does not answer): the job is tried again.
/// A file that cannot be read is no error here; the submission is refused with the reason.
pub async fn process_submission(intake: &Intake, id: SubmissionId) -> Result<()> {
    loop {
        let row = submissions::load(intake.db.conn(), id).await?;
        let state: State = row.state.parse()?;
        let of_file = row.way != Way::Mend.name();
        if of_file && matches!(state, State::Received | State::Checking | State::Landing) {
            // A lake that is away for a while is no reason to turn the file away.
            intake.lake.blobs().require(&lake::blob::Digest::parse(&row.digest)?)?;
        }
        let done = match state {
            State::Received => read::read(intake, &row).await,
            State::Checking => check::check(intake, &row).await,
            State::Landing if row.way == Way::Mend.name() => land_mended::carry_out(intake, &row).await,
            State::Landing => land::land(intake, &row).await,
            _ => return Ok(()),
        };
        match done {
            Ok(()) => {}
            // What was sent is wrong, and trying again will not mend it.
            Err(e) if e.kind() == ErrorKind::BadInput || e.kind() == ErrorKind::TooLarge => {
                refuse(intake, &row, &e).await?;
            }
            Err(e) => return Err(e),
        }
    }
}

async fn refuse(intake: &Intake, row: &Model, why: &Error) -> Result<()> {
    let id = SubmissionId(row.id);
    let state: State = row.state.parse()?;
    let now = intake.clock.now();
    let tx = intake.db.begin().await?;
    let reason = serde_json::to_value(why.text()).map_err(Error::internal)?;
    let change = ActiveModel { reason: Set(Some(reason)), ..Default::default() };
    submissions::transition(&tx, id, state, State::Refused, change, now).await?;
    events::append(&tx, &event(row, "refused", now, json!({ "resource": row.resource, "code": why.code() })))
        .await?;
    let detail = json!({ "code": why.code() });
    audit::record(
        &tx,
        now,
        &kernel::Actor::system(),
        "submission.refuse",
        &format!("submission:{id}"),
        &detail,
    )
    .await?;
    tx.commit().await.or_fail()
}

pub(super) fn event(
    row: &Model,
    kind: &str,
    at: chrono::DateTime<chrono::Utc>,
    data: serde_json::Value,
) -> kernel::Event {
    kernel::Event {
        kind: kind.to_owned(),
        at,
        org: Some(kernel::OrgId(row.org_id)),
        resource: Some(row.resource.clone()),
        submission: Some(SubmissionId(row.id)),
        data,
    }
}
