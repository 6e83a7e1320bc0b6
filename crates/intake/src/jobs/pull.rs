//! The job that reads a front-end database once.

use kernel::Result;
use serde::{Deserialize, Serialize};
use store::jobs::{JobCx, NewJob};
use uuid::Uuid;

use crate::Intake;
use crate::actions::run_pull::run_pull;
use crate::model::PullId;
use crate::progress;

/// Kind of the job that reads a pull source.
pub const PULL: &str = "intake.pull";

/// What the job works on.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Pull {
    /// The source.
    pub source: PullId,
    /// The run.
    pub run: Uuid,
}

/// The job of a run.
///
/// # Errors
/// None in practice: ids can always be written as JSON.
pub fn pull_job(source: PullId, run: Uuid) -> Result<NewJob> {
    NewJob::new(PULL, format!("pull:{source}"), &Pull { source, run })
}

/// Reads once, and shows how far it is.
///
/// # Errors
/// When the control database does not answer.
pub async fn pull(intake: &Intake, job: JobCx, work: Pull) -> Result<()> {
    let (told, rows) = tokio::sync::watch::channel(0_u64);
    let shown = progress::tell(rows, async |n| {
        // Progress is for looking at; a write that fails is made good by the next.
        let _ = job.progress(n, None, "pull-reading").await;
    });
    let reading = run_pull(intake, work.source, work.run, move |n| {
        told.send_replace(n);
    });
    let (done, ()) = tokio::join!(reading, shown);
    done
}
