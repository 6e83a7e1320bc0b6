//! 浏览与导出: who may read the rows of a table, in the clear or masked; and a download of them, which leaves a record.

use kernel::{Actor, Error, Result, Role, SubmissionId};
use lake::query::{Browse, Stream};
use serde_json::json;
use store::audit;

use crate::context::Intake;
use crate::store::submissions;

/// Who reads whole tables; a data officer reads what a submission of the own department landed.
pub const MAY_READ_ALL: &[Role] = &[Role::BureauSteward, Role::Auditor, Role::Administrator];

/// How rows may be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// As they are: the department's own.
    Clear,
    /// With what identifies a person masked.
    Masked,
}

/// How the actor may see the rows of a table, or of one submission in it.
///
/// # Errors
/// Forbidden for who may neither read whole tables nor names a submission of the own department.
pub async fn sight(intake: &Intake, actor: &Actor, submission: Option<SubmissionId>) -> Result<Sight> {
    let Some(id) = submission else {
        actor.require(MAY_READ_ALL)?;
        return Ok(Sight::Masked);
    };
    let row = submissions::get(intake.db.conn(), actor, id).await?;
    if actor.is_any(MAY_READ_ALL) {
        return Ok(Sight::Masked);
    }
    actor.require(&[Role::DataOfficer])?;
    if actor.org.is_some_and(|o| o.0 == row.org_id) { Ok(Sight::Clear) } else { Ok(Sight::Masked) }
}

/// Most rows of a workbook: it is made as a whole before the first byte is sent, and Excel opens no more than a million.
pub const MOST_IN_WORKBOOK: u64 = 100_000;

/// Begins a download and writes down who took what.
///
/// # Errors
/// `export-workbook` for a workbook of more than [`MOST_IN_WORKBOOK`] rows; as [`lake::Lake::browse`].
pub async fn begin_export(
    intake: &Intake,
    actor: &Actor,
    resource: &str,
    browse: &Browse,
    format: &str,
    sight: Sight,
) -> Result<Stream> {
    let counted = Browse { limit: 1, offset: 0, order: Vec::new(), ..browse.clone() };
    let page = intake.lake.browse(resource, &counted).await?;
    if format == "xlsx" && page.total > MOST_IN_WORKBOOK {
        return Err(Error::bad_input(
            "export-workbook",
            format!(
                "符合条件的有 {} 行，Excel 一次最多导出 {MOST_IN_WORKBOOK} 行。请先筛选，或改用 CSV（不限行数）。",
                page.total
            ),
            format!(
                "{} rows meet the conditions; a workbook takes at most {MOST_IN_WORKBOOK}. Narrow them, or use CSV, which has no limit.",
                page.total
            ),
        ));
    }
    // The very version that was counted is the one that is sent.
    let browse = Browse { version: Some(page.version), ..browse.clone() };
    let stream = intake.lake.browse_all(resource, &browse).await?;
    let filters: Vec<_> = browse
        .filters
        .iter()
        .map(|f| json!({ "field": f.column, "test": format!("{:?}", f.test), "value": f.value }))
        .collect();
    let detail = json!({
        "format": format, "rows": page.total, "version": page.version, "fields": browse.columns,
        "filters": filters, "masked": sight == Sight::Masked,
    });
    let now = intake.clock.now();
    let subject = format!("resource:{resource}");
    intake.db.tx(async |tx| audit::record(tx, now, actor, "data.export", &subject, &detail).await).await?;
    Ok(stream)
}
