//! `GET /data/{resource}/rows.csv`, `…/rows.xlsx`: the rows that the filters leave. CSV is sent as it is read, however long; a
//! workbook only when it is short, see [`super::exports`].

use axum::body::Body;
use axum::extract::{Path, State as Shared};
use futures::StreamExt as _;
use kernel::{Actor, Error, Result, SubmissionId};
use lake::table::{RECEIVED_AT, ROW, SUBMISSION};
use shell::ui::{CSV_MARK, attachment, csv_line};
use shell::{Cx, Reply, Signed};

use super::export::XLSX;
use super::rows::Question;
use crate::Intake;
use crate::actions::read_rows::{begin_export, fill, line};
use crate::model::Wanted;
use crate::model::personal::Cells;

/// What the address asks for, as a file; and of which submission.
pub(crate) async fn wanted(
    cx: &Cx,
    actor: &Actor,
    intake: &Intake,
    code: &str,
) -> Result<(Wanted, Option<SubmissionId>)> {
    let mut question = Question::read(cx, actor, intake, code).await?;
    // Whoever has chosen no columns gets them all.
    if question.state.filters("col").next().is_none() {
        question.columns = question.resource.fields.iter().collect();
    }
    if question.before || !intake.lake.has_table(code) {
        return Err(Error::not_found("当时的数据", "data of that day"));
    }
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
    let wanted = Wanted {
        resource: code.to_owned(),
        browse: question.browse(question.wanted())?,
        columns,
        heads,
        sight: question.sight,
        title: title.to_owned(),
        name: format!("{title}-{day}"),
    };
    Ok((wanted, question.submission))
}

fn head(column: &str) -> &'static str {
    match column {
        SUBMISSION => "column-number",
        ROW => "column-row",
        _ => "column-received",
    }
}

/// `GET /data/{resource}/rows.csv`
pub async fn csv(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(code): Path<String>,
) -> Reply {
    let (mut wanted, _) = wanted(&cx, &actor, &intake, &code).await?;
    let stream = begin_export(&intake, &actor, &mut wanted, "csv").await?;
    let (_, resource) = intake.resource(&code)?;
    let (resource, name) = (resource.clone(), wanted.name.clone());
    let mut first = String::from(CSV_MARK);
    csv_line(&mut first, wanted.heads.iter().map(|(title, _)| title.clone()));
    let read = stream.columns;
    let lines = stream.rows.map(move |rows| {
        let cells = Cells::new(&resource, &read, wanted.sight);
        let mut out = String::new();
        for row in rows? {
            csv_line(&mut out, line(&cells, &wanted.columns, &row));
        }
        Ok::<_, Error>(out)
    });
    let body = futures::stream::once(async { Ok::<_, Error>(first) }).chain(lines);
    Ok(attachment(&format!("{name}.csv"), "text/csv; charset=utf-8", Body::from_stream(body)))
}

/// `GET /data/{resource}/rows.xlsx`
pub async fn xlsx(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(code): Path<String>,
) -> Reply {
    let (mut wanted, _) = wanted(&cx, &actor, &intake, &code).await?;
    let stream = begin_export(&intake, &actor, &mut wanted, "xlsx").await?;
    let bytes = fill(&intake, &wanted, stream, |_| {}, lake::sheet::Book::bytes).await?;
    Ok(attachment(&format!("{}.xlsx", wanted.name), XLSX, bytes))
}
