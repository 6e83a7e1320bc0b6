//! Downloads: the received file, all findings, the wrong rows as a workbook with comments, corrections for the source
//! system, and empty templates; and the workbook coming back.

use axum::extract::{Multipart, Path, State as Shared};
use axum::http::HeaderMap;
use kernel::{Error, Result, SubmissionId};
use lake::check::{Finding, render};
use lake::sheet::{Book, Cell, Col};
use shell::ui::{CSV_MARK, attachment};
use shell::{Cx, Flash, Reply, Signed, redirect};
use standards::pack::NeedMark;

use super::export::{self, XLSX};
use super::{broken, question, submission_id};
use crate::Intake;
use crate::actions::mend_by_workbook::{ROW_COLUMN, mend_by_workbook, row_number};
use crate::actions::process_submission::files;
use crate::store::{mends, submissions, wrong_rows};

/// The name without its ending.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// `GET /submissions/{id}/received`: the bytes as they came.
pub async fn received(
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
) -> Reply {
    let row = submissions::get(intake.db.conn(), &actor, submission_id(&id)?).await?;
    let path = intake.lake.blobs().path(&lake::blob::Digest::parse(&row.digest)?);
    let file = tokio::fs::File::open(path).await.map_err(|e| Error::unavailable("数据湖", "lake", e))?;
    let body = axum::body::Body::from_stream(tokio_util::io::ReaderStream::new(file));
    Ok(attachment(&row.file_name, "application/octet-stream", body))
}

/// `GET /submissions/{id}/findings.xlsx`: every finding, none left out up to what a sheet holds, each with its frequent question.
pub async fn findings(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Reply {
    let id = submission_id(&id)?;
    let row = submissions::get(intake.db.conn(), &actor, id).await?;
    let (found, _, _) = files(&intake, id)?;
    let packs = std::sync::Arc::clone(&intake.packs);
    let (resource, lang) = (row.resource.clone(), cx.lang());
    let columns: Vec<Col> = [
        ("column-sheet", 12),
        ("column-row", 8),
        ("column-letter", 6),
        ("column-field", 20),
        ("column-code", 8),
        ("column-severity", 8),
        ("column-value", 30),
        ("why-wrong", 50),
        ("how-to-mend", 50),
        ("column-suggestion", 30),
        ("cause-faq", 14),
    ]
    .into_iter()
    .map(|(key, width)| Col::new(cx.t(key), width))
    .collect();
    let (site, faq) = (cx.site(&headers), cx.t("cause-faq"));
    let (title, reject, warn) = (cx.t("findings"), cx.t("severity-reject"), cx.t("severity-warn"));
    let bytes = tokio::task::spawn_blocking(move || -> Result<Vec<u8>> {
        use std::io::BufRead as _;
        let file = std::fs::File::open(found).map_err(|e| Error::unavailable("校验结果", "findings", e))?;
        let mut book = Book::new();
        let sheet = book.sheet(&title, &columns)?;
        for line in std::io::BufReader::new(file).lines() {
            let line = line.map_err(|e| Error::unavailable("校验结果", "findings", e))?;
            let f: Finding = serde_json::from_str(&line).map_err(Error::internal)?;
            let said = render(&packs, &resource, &f, lang);
            let severity = if f.severity == standards::pack::Severity::Reject { &reject } else { &warn };
            let header = f.column.as_ref().map_or("", |c| c.header.as_str());
            let letter = f.column.as_ref().map_or("", |c| c.letter.as_str());
            let field = f.field.as_deref().unwrap_or_default();
            let asked = format!("{site}{}", question(&resource, &f.code, &f.pattern, field));
            let cells = [
                Cell::Text(f.sheet.as_deref().unwrap_or(&f.file)),
                Cell::Number(f64::from(f.row)),
                Cell::Text(letter),
                Cell::Text(header),
                Cell::Text(&f.code),
                Cell::Text(severity),
                Cell::Text(&f.value),
                Cell::Text(&said.why),
                Cell::Text(&said.fix),
                Cell::Text(f.suggestion.as_deref().unwrap_or_default()),
                Cell::Link(&faq, &asked),
            ];
            if !book.row(sheet, &cells)? {
                break;
            }
        }
        book.bytes()
    });
    let bytes = bytes.await.map_err(Error::internal)??;
    Ok(attachment(&format!("{}-{}.xlsx", stem(&row.file_name), cx.t("findings")), XLSX, bytes))
}

/// `GET /submissions/{id}/wrong-rows.xlsx`: the rows still wrong, wrong cells in red with the message as a comment.
pub async fn wrong(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
) -> Reply {
    let id = submission_id(&id)?;
    let row = submissions::get(intake.db.conn(), &actor, id).await?;
    let (_, resource) = intake.resource(&row.resource)?;
    let mut columns = vec![Col::new(ROW_COLUMN, 12), Col::new(cx.t("mend-messages"), 50)];
    columns
        .extend(resource.fields.iter().map(|f| Col::new(f.label.zh.clone(), f.length.unwrap_or(12).min(30))));
    let mut book = Book::new();
    let sheet = book.sheet(&cx.t("mend-rows"), &columns)?;
    let mut offset = 0;
    loop {
        let filter = wrong_rows::Filter { unsettled: true, offset, limit: 1_000, ..Default::default() };
        let (rows, _) = wrong_rows::page(intake.db.conn(), id, &filter).await?;
        if rows.is_empty() {
            break;
        }
        offset += rows.len() as u64;
        for (wrong, found) in rows {
            let said = said(&cx, &intake, &row.resource, found)?;
            write_wrong(&mut book, sheet, resource, &wrong, &said)?;
        }
    }
    Ok(attachment(&format!("{}-{}.xlsx", stem(&row.file_name), cx.t("mend-rows")), XLSX, book.bytes()?))
}

/// Messages of a row: (field, severity, text).
type Said = Vec<(String, standards::pack::Severity, String)>;

fn said(
    cx: &Cx,
    intake: &Intake,
    resource: &str,
    found: Vec<crate::store::entity::finding::Model>,
) -> Result<Said> {
    found
        .into_iter()
        .map(|f| {
            let finding: Finding = serde_json::from_value(f.data).map_err(Error::internal)?;
            let words = render(&intake.packs, resource, &finding, cx.lang());
            let mut text = format!("{}\n{}", words.why, words.fix);
            if let Some(better) = &finding.suggestion {
                text.push_str(&format!("\n→ {better}"));
            }
            Ok((f.field, finding.severity, text))
        })
        .collect()
}

fn write_wrong(
    book: &mut Book,
    sheet: usize,
    resource: &standards::pack::Resource,
    wrong: &crate::store::entity::wrong_row::Model,
    said: &Said,
) -> Result<()> {
    let values: indexmap::IndexMap<String, String> =
        serde_json::from_value(wrong.cells.clone()).map_err(Error::internal)?;
    let all = said.iter().map(|(_, _, text)| text.replace('\n', " ")).collect::<Vec<_>>().join("\n");
    let number = row_number(SubmissionId(wrong.submission_id), wrong.ordinal);
    let notes: Vec<String> = resource
        .fields
        .iter()
        .map(|f| {
            let here = said.iter().filter(|(field, _, _)| *field == f.code);
            here.map(|(_, _, text)| text.as_str()).collect::<Vec<_>>().join("\n\n")
        })
        .collect();
    let mut cells = vec![Cell::Text(&number), Cell::Text(&all)];
    for (field, note) in resource.fields.iter().zip(&notes) {
        let value = values.get(&field.code).map_or("", String::as_str);
        let rejected =
            said.iter().any(|(f, s, _)| *f == field.code && *s == standards::pack::Severity::Reject);
        cells.push(match (note.is_empty(), rejected) {
            (true, _) => Cell::Text(value),
            (false, true) => Cell::Wrong(value, note),
            (false, false) => Cell::Doubtful(value, note),
        });
    }
    book.row(sheet, &cells)?;
    Ok(())
}

/// `POST /submissions/{id}/wrong-rows`: the workbook comes back mended.
pub async fn mended(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
    mut form: Multipart,
) -> Reply {
    let id = submission_id(&id)?;
    while let Some(part) = form.next_field().await.map_err(broken)? {
        if part.name() != Some("file") {
            continue;
        }
        let bytes = part.bytes().await.map_err(broken)?;
        let done = mend_by_workbook(&intake, &actor, id, &bytes).await?;
        let text = cx.ta(
            "mended-by-workbook",
            &[
                ("changed", (done.changed as i64).into()),
                ("mended", (done.mended as i64).into()),
                ("unmatched", (done.unmatched as i64).into()),
            ],
        );
        return Ok(redirect(&cx, &format!("/submissions/{id}#mend"), Some(Flash::ok(text))));
    }
    Err(Error::bad_input("upload-no-file", "请选择要上传的文件。", "Choose the file to be uploaded.").into())
}

/// `GET /submissions/{id}/patch.csv`: what was changed, cell by cell, for the source system. Values stand in it as they are,
/// also those that a spreadsheet would take for a formula: the page says so, and offers the workbook.
pub async fn patch(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
) -> Reply {
    let id = submission_id(&id)?;
    let row = submissions::get(intake.db.conn(), &actor, id).await?;
    let quote = |cells: [String; 7]| cells.map(|s| format!("\"{}\"", s.replace('"', "\"\""))).join(",");
    let mut text = String::from(CSV_MARK);
    for line in std::iter::once(PATCH.map(|(key, _)| cx.t(key))).chain(patch_of(&cx, &intake, id).await?) {
        text.push_str(&quote(line));
        text.push_str("\r\n");
    }
    let name = format!("{}-{}.csv", stem(&row.file_name), cx.t("patch"));
    Ok(attachment(&name, "text/csv; charset=utf-8", text))
}

/// `GET /submissions/{id}/patch.xlsx`: the same as a workbook, in which every cell is text.
pub async fn patch_workbook(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
) -> Reply {
    let id = submission_id(&id)?;
    let row = submissions::get(intake.db.conn(), &actor, id).await?;
    let title = cx.t("patch");
    let columns = PATCH.map(|(key, width)| (cx.t(key), width)).to_vec();
    let lines = patch_of(&cx, &intake, id).await?;
    let rows = lines.into_iter().map(|line| line.map(export::Value::Text).to_vec()).collect();
    let sheet = export::Sheet { title: title.clone(), columns, rows };
    Ok(export::workbook(&format!("{}-{title}", stem(&row.file_name)), vec![sheet]).await?)
}

/// The columns of a patch, with their widths.
const PATCH: [(&str, u32); 7] = [
    ("column-row", 8),
    ("column-key", 40),
    ("column-field", 20),
    ("column-before", 30),
    ("column-after", 30),
    ("column-by", 14),
    ("column-at", 17),
];

async fn patch_of(cx: &Cx, intake: &Intake, id: SubmissionId) -> Result<Vec<[String; 7]>> {
    let changes = mends::changed_cells(intake.db.conn(), id).await?;
    let line = |c: mends::ChangedCell| {
        let key = c.key.replace('\u{1f}', " ");
        [c.row.to_string(), key, c.field, c.before, c.after, c.by, cx.time(&c.at)]
    };
    Ok(changes.into_iter().map(line).collect())
}

/// `GET /resources/{code}/template.xlsx`: an empty file to fill in, with notes on the headers and one example.
pub async fn template(cx: Cx, Shared(intake): Shared<Intake>, Path(code): Path<String>) -> Reply {
    let (_, resource) = intake.resource(&code)?;
    let need = |f: &standards::pack::Field| match f.need.mark(None) {
        NeedMark::R => "*",
        _ => "",
    };
    let columns: Vec<Col> = resource
        .fields
        .iter()
        .map(|f| Col::new(format!("{}{}", f.label.zh, need(f)), f.length.unwrap_or(12).min(24)))
        .collect();
    let mut book = Book::new();
    book.sheet(&resource.title.zh, &columns)?;
    let about = [
        Col::new(cx.t("column-field"), 24),
        Col::new(cx.t("column-code"), 16),
        Col::new(cx.t("column-required"), 6),
        Col::new(cx.t("column-length"), 6),
        Col::new(cx.t("column-example"), 30),
        Col::new(cx.t("column-note"), 50),
    ];
    let sheet = book.sheet(&cx.t("template-notes"), &about)?;
    for f in &resource.fields {
        let length = f.length.map_or(Cell::Empty, |n| Cell::Number(f64::from(n)));
        let note = f.note.as_ref().map_or("", |n| n.get(cx.lang()));
        let example = f.example.as_deref().unwrap_or_default();
        let label = f.label.get(cx.lang());
        let row = [
            Cell::Text(label),
            Cell::Text(&f.code),
            Cell::Text(need(f)),
            length,
            Cell::Text(example),
            Cell::Text(note),
        ];
        book.row(sheet, &row)?;
    }
    Ok(attachment(&format!("{}.xlsx", resource.title.get(cx.lang())), XLSX, book.bytes()?))
}
