//! 浏览与导出: who may read the rows of a table, in the clear or masked; and a download of them, which leaves a record.

use futures::StreamExt as _;
use kernel::{Actor, Error, Result, Role, SubmissionId};
use lake::query::{Browse, ColumnInfo, Stream};
use lake::sheet::{Book, Cell, Col};
use lake::table::RECEIVED_AT;
use serde_json::{Value, json};
use standards::pack::Resource;
use store::{Tx, audit};

use crate::context::Intake;
use crate::model::personal::Cells;
use crate::model::{Sight, Wanted};
use crate::store::submissions;

/// Who reads whole tables; a data officer reads what a submission of the own department landed.
pub const MAY_READ_ALL: &[Role] = &[Role::BureauSteward, Role::Auditor, Role::Administrator];

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

/// Most rows of a workbook that is sent at once; a larger one is made in the background.
pub const MOST_AT_ONCE: u64 = 10_000;

/// Counts the rows that are wanted and settles the version, so that what was counted is what is sent.
///
/// # Errors
/// As [`lake::Lake::browse`].
pub(crate) async fn count(intake: &Intake, wanted: &mut Wanted) -> Result<u64> {
    let counted = Browse { limit: 1, offset: 0, order: Vec::new(), ..wanted.browse.clone() };
    let page = intake.lake.browse(&wanted.resource, &counted).await?;
    wanted.browse.version = Some(page.version);
    Ok(page.total)
}

/// Begins a download and writes down who took what.
///
/// # Errors
/// `export-in-background` for a workbook of more than [`MOST_AT_ONCE`] rows; as [`lake::Lake::browse`].
pub(crate) async fn begin_export(
    intake: &Intake,
    actor: &Actor,
    wanted: &mut Wanted,
    format: &str,
) -> Result<Stream> {
    let rows = count(intake, wanted).await?;
    if format == "xlsx" && rows > MOST_AT_ONCE {
        return Err(Error::bad_input(
            "export-in-background",
            format!(
                "符合条件的有 {rows} 行，超过 {MOST_AT_ONCE} 行的 Excel 在后台生成。请回到数据页面点“导出 Excel”，或改用 CSV。"
            ),
            format!(
                "{rows} rows meet the conditions; a workbook of more than {MOST_AT_ONCE} is made in the background. Go back to the page of the data and press “Export XLSX”, or use CSV."
            ),
        ));
    }
    let stream = intake.lake.browse_all(&wanted.resource, &wanted.browse).await?;
    intake.db.tx(async |tx| write_down(intake, tx, actor, wanted, (format, rows)).await).await?;
    Ok(stream)
}

/// The record of who took what.
pub(crate) async fn write_down(
    intake: &Intake,
    tx: &Tx,
    actor: &Actor,
    wanted: &Wanted,
    (format, rows): (&str, u64),
) -> Result<()> {
    let filter = |f: &lake::query::Filter| json!({ "field": f.column, "test": format!("{:?}", f.test), "value": f.value });
    let filters: Vec<_> = wanted.browse.filters.iter().map(filter).collect();
    let detail = json!({
        "format": format, "rows": rows, "version": wanted.browse.version, "fields": wanted.browse.columns,
        "filters": filters, "masked": wanted.sight == Sight::Masked,
    });
    let subject = format!("resource:{}", wanted.resource);
    audit::record(tx, intake.clock.now(), actor, "data.export", &subject, &detail).await?;
    Ok(())
}

/// Rows of a resource as text, masked as the reader's sight asks; each the columns in their order.
#[must_use]
pub fn shown_rows(
    resource: &Resource,
    columns: &[ColumnInfo],
    rows: &[Vec<Value>],
    sight: Sight,
) -> Vec<Vec<String>> {
    let cells = Cells::new(resource, columns, sight);
    rows.iter().map(|row| (0..columns.len()).map(|at| cells.text(row, at)).collect()).collect()
}

/// The cells of one row as a file shows them.
pub(crate) fn line(cells: &Cells<'_>, columns: &[String], row: &[Value]) -> Vec<String> {
    let cell = |name: &String| match (name.as_str(), cells.at(name)) {
        (RECEIVED_AT, _) => cells.time(row, RECEIVED_AT),
        (_, Some(at)) => cells.text(row, at),
        (_, None) => String::new(),
    };
    columns.iter().map(cell).collect()
}

/// Chunks on their way to the writer of a workbook.
const UNDER_WAY: usize = 2;

/// Puts the rows into a workbook, row by row, and hands it to `finish`; `told` hears how many rows it holds.
///
/// # Errors
/// What reading or writing says.
pub(crate) async fn fill<T: Send + 'static>(
    intake: &Intake,
    wanted: &Wanted,
    mut stream: Stream,
    told: impl Fn(u64) + Send + 'static,
    finish: impl FnOnce(Book) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (_, resource) = intake.resource(&wanted.resource)?;
    let (resource, wanted) = (resource.clone(), wanted.clone());
    let read = std::mem::take(&mut stream.columns);
    let (send, mut receive) = tokio::sync::mpsc::channel::<Vec<Vec<Value>>>(UNDER_WAY);
    let writer = tokio::task::spawn_blocking(move || -> Result<T> {
        let cells = Cells::new(&resource, &read, wanted.sight);
        let heads: Vec<Col> = wanted.heads.into_iter().map(|(t, w)| Col::new(t, w)).collect();
        let mut book = Book::new();
        let sheet = book.sheet(&wanted.title, &heads)?;
        let mut written = 0;
        while let Some(rows) = receive.blocking_recv() {
            for row in rows {
                let line = line(&cells, &wanted.columns, &row);
                let line: Vec<Cell<'_>> = line.iter().map(|t| Cell::Text(t)).collect();
                book.row(sheet, &line)?;
                written += 1;
            }
            told(written);
        }
        finish(book)
    });
    while let Some(rows) = stream.rows.next().await {
        // A writer that gave up says why below.
        if send.send(rows?).await.is_err() {
            break;
        }
    }
    drop(send);
    writer.await.map_err(Error::internal)?
}
