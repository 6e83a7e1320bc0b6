//! `GET /data/{resource}/rows.csv`, `…/rows.xlsx`: the rows that the filters leave. CSV is sent as it is read, however long.

use axum::body::Body;
use axum::extract::{Path, State as Shared};
use futures::StreamExt as _;
use kernel::{Actor, Error, Result};
use lake::query::Stream;
use lake::sheet::{Book, Cell, Col};
use lake::table::{RECEIVED_AT, ROW, SUBMISSION};
use serde_json::Value;
use shell::ui::{CSV_MARK, attachment, csv_line};
use shell::{Cx, Reply, Signed};
use standards::pack::Resource;

use super::export::XLSX;
use super::personal::Cells;
use super::rows::Question;
use crate::Intake;
use crate::actions::read_rows::{Sight, begin_export};

/// What is sent, and how its cells are written.
struct Download {
    stream: Stream,
    resource: Resource,
    /// Columns written; what is read beside them only says whose row it is.
    columns: Vec<String>,
    heads: Vec<(String, u32)>,
    sight: Sight,
    name: String,
}

async fn begin(cx: &Cx, actor: &Actor, intake: &Intake, code: &str, format: &str) -> Result<Download> {
    let mut question = Question::read(cx, actor, intake, code).await?;
    // Whoever has chosen no columns gets them all.
    if question.state.filters("col").next().is_none() {
        question.columns = question.resource.fields.iter().collect();
    }
    if question.before || !intake.lake.has_table(code) {
        return Err(Error::not_found("当时的数据", "data of that day"));
    }
    let browse = question.browse(question.wanted())?;
    let stream = begin_export(intake, actor, code, &browse, format, question.sight).await?;
    let mut heads: Vec<(String, u32)> = question
        .columns
        .iter()
        .map(|f| (f.label.get(cx.lang()).to_owned(), f.length.unwrap_or(14).min(40)))
        .collect();
    heads.extend([(SUBMISSION, 36), (ROW, 8), (RECEIVED_AT, 17)].map(|(n, w)| (cx.t(head(n)), w)));
    let mut columns: Vec<String> = question.columns.iter().map(|f| f.code.clone()).collect();
    columns.extend([SUBMISSION, ROW, RECEIVED_AT].map(str::to_owned));
    let title = question.resource.title.get(cx.lang());
    let day = question.day.unwrap_or_else(|| intake.clock.today());
    Ok(Download {
        name: format!("{title}-{day}"),
        resource: question.resource.clone(),
        sight: question.sight,
        stream,
        columns,
        heads,
    })
}

fn head(column: &str) -> &'static str {
    match column {
        SUBMISSION => "column-number",
        ROW => "column-row",
        _ => "column-received",
    }
}

/// The cells of one row as they are written.
fn line(cx: &Cx, cells: &Cells<'_>, columns: &[String], row: &[Value]) -> Vec<String> {
    let cell = |name: &String| match (name.as_str(), cells.at(name)) {
        (RECEIVED_AT, _) => cells.time(cx, row, RECEIVED_AT),
        (_, Some(at)) => cells.text(row, at),
        (_, None) => String::new(),
    };
    columns.iter().map(cell).collect()
}

/// `GET /data/{resource}/rows.csv`
pub async fn csv(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(code): Path<String>,
) -> Reply {
    let Download { stream, resource, columns, heads, sight, name } =
        begin(&cx, &actor, &intake, &code, "csv").await?;
    let mut first = String::from(CSV_MARK);
    csv_line(&mut first, heads.into_iter().map(|(title, _)| title));
    let read = stream.columns;
    let lines = stream.rows.map(move |rows| {
        let cells = Cells::new(&resource, &read, sight);
        let mut out = String::new();
        for row in rows? {
            csv_line(&mut out, line(&cx, &cells, &columns, &row));
        }
        Ok::<_, Error>(out)
    });
    let body = futures::stream::once(async { Ok::<_, Error>(first) }).chain(lines);
    Ok(attachment(&format!("{name}.csv"), "text/csv; charset=utf-8", Body::from_stream(body)))
}

/// Chunks on their way to the writer of a workbook.
const UNDER_WAY: usize = 2;

/// `GET /data/{resource}/rows.xlsx`
pub async fn xlsx(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(code): Path<String>,
) -> Reply {
    let Download { mut stream, resource, columns, heads, sight, name } =
        begin(&cx, &actor, &intake, &code, "xlsx").await?;
    let (send, mut receive) = tokio::sync::mpsc::channel::<Vec<Vec<Value>>>(UNDER_WAY);
    let title = cx.text(&resource.title).to_owned();
    let read = std::mem::take(&mut stream.columns);
    let writer = tokio::task::spawn_blocking(move || -> Result<Vec<u8>> {
        let cells = Cells::new(&resource, &read, sight);
        let heads: Vec<Col> = heads.into_iter().map(|(t, w)| Col::new(t, w)).collect();
        let mut book = Book::new();
        let sheet = book.sheet(&title, &heads)?;
        while let Some(rows) = receive.blocking_recv() {
            for row in rows {
                let line = line(&cx, &cells, &columns, &row);
                let line: Vec<Cell<'_>> = line.iter().map(|t| Cell::Text(t)).collect();
                book.row(sheet, &line)?;
            }
        }
        book.bytes()
    });
    while let Some(rows) = stream.rows.next().await {
        // A writer that gave up says why below.
        if send.send(rows?).await.is_err() {
            break;
        }
    }
    drop(send);
    let bytes = writer.await.map_err(Error::internal)??;
    Ok(attachment(&format!("{name}.xlsx"), XLSX, bytes))
}
