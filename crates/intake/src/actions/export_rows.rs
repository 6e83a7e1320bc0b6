//! 后台导出: a workbook too long to be waited for is made by a job; who asked finds it again and fetches it.

use kernel::{Actor, Error, Result, Role, SubmissionId};
use store::jobs;
use uuid::Uuid;

use super::read_rows::{count, fill, sight, write_down};
use crate::context::Intake;
use crate::jobs::export_job;
use crate::model::{Sight, Wanted};
use crate::store::entity::data_export::Model;
use crate::store::exports;

/// Most rows of a workbook: a sheet of Excel holds no more.
pub const MOST_IN_WORKBOOK: u64 = 1_000_000;

/// Who may have rows exported at all; which ones is asked for each export.
pub const MAY_EXPORT: &[Role] = &[Role::DataOfficer, Role::BureauSteward, Role::Auditor, Role::Administrator];

/// How many days a workbook can be fetched.
pub const KEPT_DAYS: i64 = 7;

/// Asks for a workbook of the rows, and writes down who takes what. Returns its id.
///
/// # Errors
/// `export-workbook` beyond [`MOST_IN_WORKBOOK`] rows; as [`lake::Lake::browse`].
pub(crate) async fn export_rows(
    intake: &Intake,
    actor: &Actor,
    mut wanted: Wanted,
    submission: Option<SubmissionId>,
) -> Result<Uuid> {
    let rows = count(intake, &mut wanted).await?;
    if rows > MOST_IN_WORKBOOK {
        return Err(Error::bad_input(
            "export-workbook",
            format!(
                "符合条件的有 {rows} 行，Excel 一次最多导出 {MOST_IN_WORKBOOK} 行。请先筛选，或改用 CSV（不限行数）。"
            ),
            format!(
                "{rows} rows meet the conditions; a workbook takes at most {MOST_IN_WORKBOOK}. Narrow them, or use CSV, which has no limit."
            ),
        ));
    }
    let now = intake.clock.now();
    intake
        .db
        .tx(async |tx| {
            let id = exports::add(tx, actor, &wanted, (submission, rows), now).await?;
            jobs::enqueue(tx, export_job(id)?, now).await?;
            write_down(intake, tx, actor, &wanted, ("xlsx", rows)).await?;
            Ok(id)
        })
        .await
}

/// Where a workbook lies once it is made.
pub(crate) fn place(intake: &Intake, id: Uuid) -> Result<std::path::PathBuf> {
    Ok(intake.lake.work_folder("exports")?.join(format!("{id}.xlsx")))
}

/// Makes the workbook. Begun again after a crash it begins from its first row; a workbook is seen only when it is whole.
///
/// # Errors
/// What reading or writing says; nothing is to be done for a workbook that was forgotten or is there.
pub(crate) async fn make_export(
    intake: &Intake,
    id: Uuid,
    told: impl Fn(u64) + Send + 'static,
) -> Result<()> {
    let Some(row) = exports::find(intake.db.conn(), id).await?.filter(|r| r.finished_at.is_none()) else {
        return Ok(());
    };
    let wanted: Wanted = serde_json::from_str(&row.wanted).map_err(Error::internal)?;
    let stream = intake.lake.browse_all(&wanted.resource, &wanted.browse).await?;
    let to = place(intake, id)?;
    let size = fill(intake, &wanted, stream, told, move |book| {
        let cannot = |e: std::io::Error| Error::unavailable("导出文件", "export", e);
        let part = to.with_extension("part");
        book.save(&part)?;
        std::fs::rename(&part, &to).map_err(cannot)?;
        Ok(std::fs::metadata(&to).map_err(cannot)?.len())
    })
    .await?;
    exports::finish(intake.db.conn(), id, size, intake.clock.now()).await
}

/// A workbook of the actor's own that is ready, and where it lies. What the actor may no longer see is no longer handed out.
///
/// # Errors
/// Not found for others, and while it is not ready; forbidden where the rights have changed.
pub(crate) async fn fetch_export(
    intake: &Intake,
    actor: &Actor,
    id: Uuid,
) -> Result<(Model, std::path::PathBuf)> {
    let gone = || Error::not_found("这份导出文件（可能已过期）", "export; it may have expired");
    let row = exports::of(intake.db.conn(), actor, id).await?.ok_or_else(gone)?;
    let wanted: Wanted = serde_json::from_str(&row.wanted).map_err(Error::internal)?;
    let now = sight(intake, actor, row.submission_id.map(SubmissionId)).await?;
    if wanted.sight == Sight::Clear && now == Sight::Masked {
        return Err(gone());
    }
    let path = place(intake, id)?;
    if row.finished_at.is_none() || !path.is_file() {
        return Err(gone());
    }
    Ok((row, path))
}

/// Removes workbooks that were asked for too long ago.
pub(crate) async fn forget_exports(intake: &Intake) -> Result<()> {
    let before = intake.clock.now() - chrono::Duration::days(KEPT_DAYS);
    for id in exports::before(intake.db.conn(), before).await? {
        match std::fs::remove_file(place(intake, id)?) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(export = %id, error = %e, "cannot remove an old export");
            }
            _ => exports::forget(intake.db.conn(), id).await?,
        }
    }
    Ok(())
}
