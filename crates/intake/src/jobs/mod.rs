//! Background work of intake, idempotent.

mod export;
mod pull;
mod upkeep;

use kernel::{Result, SubmissionId};
use serde::{Deserialize, Serialize};
use store::jobs::NewJob;

pub(crate) use export::subject as export_subject;
pub use export::{EXPORT, Export, export, export_job};
pub use pull::{PULL, Pull, pull, pull_job};
pub use upkeep::upkeep;

pub use crate::actions::start_pull::start_due_pulls;

/// Kind of the job that takes a submission through its next steps.
pub const PROCESS: &str = "intake.process";

/// What the job works on.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Process {
    /// The submission.
    pub submission: SubmissionId,
}

/// The job that takes a submission as far as it goes without a person.
///
/// # Errors
/// None in practice: an id can always be written as JSON.
pub fn process_job(submission: SubmissionId) -> Result<NewJob> {
    NewJob::new(PROCESS, format!("submission:{submission}"), &Process { submission })
}
