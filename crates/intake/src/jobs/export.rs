//! The job that makes a workbook.

use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use store::jobs::{JobCx, NewJob};
use uuid::Uuid;

use crate::Intake;
use crate::actions::export_rows::make_export;
use crate::store::exports;

/// Kind of the job that makes a workbook.
pub const EXPORT: &str = "intake.export";

/// What the job works on.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Export {
    /// The workbook.
    pub export: Uuid,
}

/// What the job of a workbook works on, so that its page finds the progress.
pub(crate) fn subject(id: Uuid) -> String {
    format!("export:{id}")
}

/// The job of a workbook.
///
/// # Errors
/// None in practice: an id can always be written as JSON.
pub fn export_job(export: Uuid) -> Result<NewJob> {
    NewJob::new(EXPORT, subject(export), &Export { export })
}

/// Makes the workbook, and shows how far it is.
///
/// # Errors
/// What reading or writing says.
pub async fn export(intake: &Intake, job: JobCx, work: Export) -> Result<()> {
    let total = exports::find(intake.db.conn(), work.export).await?.map(|e| e.rows);
    let (told, mut rows) = tokio::sync::watch::channel(0_u64);
    let watching = tokio::spawn(async move {
        while rows.changed().await.is_ok() {
            let n = i64::try_from(*rows.borrow_and_update()).unwrap_or(i64::MAX);
            let note = if total.is_some_and(|t| n >= t) { "export-saving" } else { "export-writing" };
            // Progress is for looking at; a write that fails is made good by the next.
            let _ = job.progress(n, total, note).await;
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        }
    });
    let done = make_export(intake, work.export, move |n| {
        told.send_replace(n);
    })
    .await;
    watching.await.map_err(Error::internal)?;
    done
}
