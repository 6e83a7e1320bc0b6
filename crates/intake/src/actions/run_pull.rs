//! 抽取: reads the table into a file, stores its bytes, and begins a submission as an upload would. The value reached
//! moves in the same transaction as the submission, so that a run killed at any instant reads again and lands once.

use std::path::PathBuf;

use chrono::SubsecRound as _;
use kernel::{Actor, Error, OrgId, Result, SubmissionId};
use lake::pull::{After, PullRequest, Pulled};
use sea_orm::ActiveValue::Set;
use store::Tx;
use uuid::Uuid;

use super::receive_upload::write_down;
use super::start_pull::begin;
use crate::context::{Intake, MAX_UPLOAD};
use crate::model::{PullId, RunState, Schedule, State, Way};
use crate::store::entity::submission;
use crate::store::entity::{pull_run, pull_source};
use crate::store::{pulls, submissions};
use pull_source::Model;

/// Rows of one submission when a long table is read by an increasing column; the rest follows at once.
const PART: u64 = 1_000_000;

/// Reads once. A failure is written on the source, in words, and tried again by its schedule.
///
/// # Errors
/// When the control database does not answer: the job is tried again.
pub async fn run_pull(
    intake: &Intake,
    source: PullId,
    run: Uuid,
    progress: impl Fn(u64) + Send,
) -> Result<()> {
    let Some(row) = pulls::find(intake.db.conn(), source).await? else { return Ok(()) };
    if row.run_id != Some(run) {
        // Ended before; only the job did not hear of it.
        return Ok(());
    }
    match take(intake, &row, run, progress).await {
        Ok(()) => Ok(()),
        Err(e) => fail(intake, &row, run, &e).await,
    }
}

/// A file that goes when it has served, or failed to.
struct Passing(PathBuf);

impl Drop for Passing {
    fn drop(&mut self) {
        // One that stays is written over by the same run, and costs only its room.
        let _ = std::fs::remove_file(&self.0);
    }
}

async fn take(intake: &Intake, row: &Model, run: Uuid, progress: impl Fn(u64) + Send) -> Result<()> {
    let org = identity::org::find(intake.db.conn(), OrgId(row.org_id)).await?;
    let source = intake.pull.source((&row.address, &org.code), &row.user_name, row.secret.as_deref())?;
    let after = row.increasing.as_ref().map(|column| After {
        column: column.clone(),
        value: row.reached.clone(),
        inclusive: row.inclusive,
    });
    let request =
        PullRequest { source, table: row.table_name.clone(), after, most_rows: PART, most_bytes: MAX_UPLOAD };
    let file = Passing(intake.lake.work_folder("pulls")?.join(format!("{run}.ndjson")));
    let pulled = lake::pull::pull(&request, &file.0, progress).await?;
    let read_before = row.inclusive && pulled.reached == row.reached && pulled.edge == row.edge;
    if pulled.rows == 0 || read_before {
        return end(intake, row, run, &pulled, Outcome::Nothing).await;
    }
    let stored = intake.lake.blobs().put_file(&file.0, MAX_UPLOAD).await?;
    if let Some(known) = known(intake, row, stored.digest.as_str()).await? {
        return end(intake, row, run, &pulled, Outcome::Known(known)).await;
    }
    let now = intake.clock.now();
    let id = SubmissionId::new();
    let new = submission::Model {
        resource: row.resource.clone(),
        way: Way::Pull.name().to_owned(),
        file_name: format!("{}-{}.ndjson", row.table_name, stamp(now)),
        digest: stored.digest.to_string(),
        size: i64::try_from(stored.size).map_err(Error::internal)?,
        created_by: row.name.clone(),
        ..submission::Model::begun(id, OrgId(row.org_id), State::Received, now)
    };
    end(intake, row, run, &pulled, Outcome::New(Box::new(new))).await
}

/// Day and time in Beijing, for names of submissions.
pub(super) fn stamp(at: chrono::DateTime<chrono::Utc>) -> impl std::fmt::Display {
    kernel::beijing(at).format("%Y%m%d-%H%M%S")
}

/// The submission that holds the same content, unless other content came in between: a table that went back to an
/// earlier state is news.
async fn known(intake: &Intake, row: &Model, digest: &str) -> Result<Option<SubmissionId>> {
    let conn = intake.db.conn();
    let Some(last) = row.last_submission else {
        let same = submissions::same_bytes(conn, row.org_id, digest).await?;
        return Ok(same.filter(|s| s.resource == row.resource).map(|s| SubmissionId(s.id)));
    };
    let last = submissions::load(conn, SubmissionId(last)).await?;
    let gone = [State::Refused.name(), State::Withdrawn.name()].contains(&last.state.as_str());
    Ok((last.digest == digest && !gone).then_some(SubmissionId(last.id)))
}

enum Outcome {
    Nothing,
    Known(SubmissionId),
    New(Box<submission::Model>),
}

/// Writes how the run ended; with new rows, the submission and the value reached, all or nothing.
async fn end(intake: &Intake, row: &Model, run: Uuid, pulled: &Pulled, outcome: Outcome) -> Result<()> {
    let now = intake.clock.now().trunc_subsecs(6);
    let rows = i64::try_from(pulled.rows).map_err(Error::internal)?;
    let (state, submission) = match &outcome {
        Outcome::Nothing => (RunState::Nothing, None),
        Outcome::Known(id) => (RunState::Known, Some(id.0)),
        Outcome::New(new) => (RunState::New, Some(new.id)),
    };
    let mut change = pull_source::ActiveModel {
        run_id: Set(None),
        reached: Set(pulled.reached.clone()),
        failures: Set(0),
        last_at: Set(Some(now)),
        last_state: Set(Some(state.name().to_owned())),
        last_rows: Set(if state == RunState::Nothing { 0 } else { rows }),
        last_error: Set(None),
        ..Default::default()
    };
    if pulled.edge.is_some() {
        change.edge = Set(pulled.edge.clone());
    }
    if submission.is_some() {
        change.last_submission = Set(submission);
    }
    let ended = pull_run::ActiveModel {
        ended_at: Set(Some(now)),
        state: Set(state.name().to_owned()),
        rows: Set(if state == RunState::Nothing { 0 } else { rows }),
        reached: Set(pulled.reached.clone()),
        submission_id: Set(submission),
        ..Default::default()
    };
    intake
        .db
        .tx(async |tx: &Tx| {
            // Its schedule as it stands now: it may have been switched on or off meanwhile.
            let Some(current) = pulls::find(tx, PullId(row.id)).await? else { return Ok(()) };
            let schedule: Schedule = current.schedule.parse()?;
            change.next_at = Set(if current.enabled { schedule.next(now) } else { None });
            pulls::change(tx, row.id, row.version, change, now).await?;
            pulls::end_run(tx, run, ended).await?;
            if pulled.more {
                let by = pulls::run(tx, run).await?.map(|r| r.asked_by).unwrap_or_default();
                begin(tx, row.id, &by, now).await?;
            }
            if let Outcome::New(new) = outcome {
                write_down(tx, &Actor::system(), *new, now).await?;
            }
            Ok(())
        })
        .await
}

/// Writes a failure on run and source, and when it is tried again.
pub(super) async fn fail(intake: &Intake, row: &Model, run: Uuid, why: &Error) -> Result<()> {
    tracing::warn!(source = %row.id, name = row.name, error = ?why, "a pull failed");
    let now = intake.clock.now().trunc_subsecs(6);
    let text = serde_json::to_string(why.text()).map_err(Error::internal)?;
    intake
        .db
        .tx(async |tx: &Tx| {
            // The source as it stands now: it may have been edited, switched off or removed meanwhile.
            let Some(row) = pulls::find(tx, PullId(row.id)).await? else { return Ok(()) };
            if !pulls::give_back(tx, row.id, run).await? {
                return Ok(());
            }
            let schedule: Schedule = row.schedule.parse()?;
            let failures = row.failures + 1;
            let change = pull_source::ActiveModel {
                failures: Set(failures),
                last_at: Set(Some(now)),
                last_state: Set(Some(RunState::Failed.name().to_owned())),
                last_rows: Set(0),
                last_error: Set(Some(text.clone())),
                next_at: Set(if row.enabled { schedule.retry(now, failures) } else { None }),
                ..Default::default()
            };
            pulls::change(tx, row.id, row.version, change, now).await?;
            let ended = pull_run::ActiveModel {
                ended_at: Set(Some(now)),
                state: Set(RunState::Failed.name().to_owned()),
                error: Set(Some(text)),
                ..Default::default()
            };
            pulls::end_run(tx, run, ended).await
        })
        .await
}
