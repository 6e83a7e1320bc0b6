//! 立即抽取 and scheduled pulls: a run takes the one place its source has, and the job that reads is enqueued.

use chrono::{DateTime, SubsecRound as _, Utc};
use kernel::{Actor, Error, Result, beijing_date};
use sea_orm::ActiveValue::Set;
use sea_orm::ConnectionTrait;
use serde_json::json;
use store::{audit, jobs};
use uuid::Uuid;

use super::create_pull::MAY_PULL;
use super::run_pull::fail;
use crate::context::Intake;
use crate::jobs::pull_job;
use crate::model::{PullId, RunState, Schedule};
use crate::store::entity::pull_run;
use crate::store::entity::pull_source::{ActiveModel, Model};
use crate::store::pulls;

/// Starts a pull now, whether its schedule is on or off. Returns the run.
///
/// # Errors
/// Forbidden, not found; `pull-running` when one is under way.
pub async fn start_pull(intake: &Intake, actor: &Actor, id: PullId) -> Result<Uuid> {
    actor.require(MAY_PULL)?;
    let row = pulls::get(intake.db.conn(), actor, id).await?;
    let now = intake.clock.now();
    intake
        .db
        .tx(async |tx| {
            let run = begin(tx, row.id, &actor.name, now).await?.ok_or_else(|| {
                Error::conflict(
                    "pull-running",
                    "这个前置库正在抽取，请等它结束。",
                    "This source is being read at the moment; wait until it has ended.",
                )
            })?;
            let detail = json!({ "name": row.name, "run": run });
            audit::record(tx, now, actor, "pull.start", &format!("pull:{id}"), &detail).await?;
            Ok(run)
        })
        .await
}

/// Begins a run, unless one goes on.
pub(super) async fn begin(
    tx: &impl ConnectionTrait,
    source: Uuid,
    by: &str,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>> {
    let run = Uuid::now_v7();
    if !pulls::take_place(tx, source, run).await? {
        return Ok(None);
    }
    let row = pull_run::Model {
        id: run,
        source_id: source,
        begun_at: now.trunc_subsecs(6),
        ended_at: None,
        asked_by: by.to_owned(),
        state: RunState::Running.name().to_owned(),
        rows: 0,
        reached: None,
        submission_id: None,
        error: None,
    };
    pulls::insert_run(tx, row).await?;
    jobs::enqueue(tx, pull_job(PullId(source), run)?, now).await?;
    Ok(Some(run))
}

/// Starts every pull whose time has come, and ends those whose job ended without a word. Several platforms on one
/// database may ask at the same moment; each source is started once. Returns how many were started.
///
/// # Errors
/// When the database does not answer.
pub async fn start_due_pulls(intake: &Intake) -> Result<usize> {
    end_abandoned(intake).await?;
    let now = intake.clock.now();
    let mut started = 0;
    for row in pulls::due(intake.db.conn(), now).await? {
        let schedule: Schedule = row.schedule.parse()?;
        match schedule.is_due_on(beijing_date(now)) {
            Ok(true) => {
                let run = intake.db.tx(async |tx| begin(tx, row.id, "", now).await).await?;
                started += usize::from(run.is_some());
            }
            // A moment that was not used, because nobody was running then, on a day that is none of its own.
            Ok(false) => {
                let change = ActiveModel { next_at: Set(schedule.next(now)), ..Default::default() };
                postpone(intake, &row, change, now).await?;
            }
            Err(e) => {
                let change = ActiveModel {
                    next_at: Set(schedule.next(now)),
                    last_error: Set(Some(serde_json::to_string(e.text()).map_err(Error::internal)?)),
                    failures: Set(row.failures + 1),
                    ..Default::default()
                };
                postpone(intake, &row, change, now).await?;
            }
        }
    }
    Ok(started)
}

async fn postpone(intake: &Intake, row: &Model, change: ActiveModel, now: DateTime<Utc>) -> Result<()> {
    match pulls::change(intake.db.conn(), row.id, row.version, change, now).await {
        // Another platform, or a person, was quicker.
        Err(e) if e.code() == "pull-changed" => Ok(()),
        other => other,
    }
}

/// A run whose job was given up (killed five times over) would hold its place for ever.
async fn end_abandoned(intake: &Intake) -> Result<()> {
    for row in pulls::running(intake.db.conn()).await? {
        let Some(run) = row.run_id else { continue };
        let job = jobs::latest(intake.db.conn(), &format!("pull:{}", row.id)).await?;
        if job.is_some_and(|j| matches!(j.state.as_str(), "queued" | "running")) {
            continue;
        }
        let why = Error::bad_input(
            "pull-interrupted",
            "抽取中途停止，没有读取任何数据，会按计划再试；若反复出现，请管理员查看日志。",
            "The pull broke off and nothing was taken. It will be tried again; if it stays, the administrator finds the cause in the log.",
        );
        fail(intake, &row, run, &why).await?;
    }
    Ok(())
}
