//! Upkeep of the lake (数据湖维护): small files are gathered, what no version needs any more is removed.

use std::time::Duration;

use kernel::Result;

use crate::Intake;
use crate::actions::export_rows::forget_exports;
use crate::actions::settle_pushes::settle_pushes;
use crate::store::pulls;

/// Pulls that brought nothing are listed for this long.
const RUNS_KEPT: chrono::Duration = chrono::Duration::days(90);

/// What uploads that were cut off left behind is removed after this long.
const LEFT_BEHIND: Duration = Duration::from_secs(24 * 3_600);

/// Does for every table what it needs from time to time. A table in trouble does not keep the others waiting.
///
/// # Errors
/// When the lake itself cannot be read.
pub async fn upkeep(intake: &Intake) -> Result<()> {
    for code in intake.lake.resources()? {
        match intake.lake.maintain(&code).await {
            Ok(done) => tracing::debug!(resource = %code, ?done, "upkeep"),
            Err(e) => tracing::error!(resource = %code, error = ?e, "upkeep failed"),
        }
    }
    settle_pushes(intake).await?;
    intake.lake.blobs().sweep(LEFT_BEHIND)?;
    forget_exports(intake).await?;
    pulls::forget_runs(intake.db.conn(), intake.clock.now() - RUNS_KEPT).await?;
    Ok(())
}
