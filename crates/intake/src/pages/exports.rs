//! `GET /exports`: workbooks that are made in the background, with their progress; `POST /data/{resource}/exports` asks for one.

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::response::{Html, IntoResponse as _};
use kernel::{Error, Result};
use shell::ui::{Crumbs, Progress, attachment};
use shell::{Cx, Flash, Reply, Signed, page, redirect};
use uuid::Uuid;

use super::export::XLSX;
use super::{resource_title, rows_file, size_text};
use crate::Intake;
use crate::actions::export_rows::{export_rows, fetch_export};
use crate::jobs::export_subject;
use crate::store::entity::data_export::Model;
use crate::store::exports;

#[derive(Template)]
#[template(path = "intake/exports.html")]
struct List {
    cx: Cx,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "intake/export_line.html")]
struct Line {
    cx: Cx,
    row: Model,
    title: String,
    size: String,
    /// How far the job is, while it is not ready.
    progress: Option<String>,
}

impl List {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).here("exports").to_string()
    }
}

async fn line(cx: &Cx, intake: &Intake, row: Model) -> Result<Line> {
    let progress = progress(cx, intake, &row).await?.map(|p| p.to_string());
    let title = resource_title(cx, intake, &row.resource);
    Ok(Line { size: size_text(row.size), title, progress, row, cx: cx.clone() })
}

async fn progress(cx: &Cx, intake: &Intake, row: &Model) -> Result<Option<Progress>> {
    if row.finished_at.is_some() {
        return Ok(None);
    }
    let job = store::jobs::latest(intake.db.conn(), &export_subject(row.id)).await?;
    Ok(job.map(|job| Progress::of(cx, &job, format!("/exports/{}", row.id))))
}

/// `GET /exports`
pub async fn list(cx: Cx, Signed(actor): Signed, Shared(intake): Shared<Intake>) -> Reply {
    let mut lines = Vec::new();
    for row in exports::list(intake.db.conn(), &actor).await? {
        lines.push(line(&cx, &intake, row).await?);
    }
    page(&List { lines, cx: cx.clone() })
}

/// `GET /exports/{id}`: how far it is, to be followed; the list once the work has ended, and for who types the address.
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
) -> Reply {
    let row = exports::of(intake.db.conn(), &actor, export_id(&id)?).await?.ok_or_else(gone)?;
    match progress(&cx, &intake, &row).await?.filter(Progress::running) {
        Some(progress) if cx.htmx() => Ok(Html(progress.to_string()).into_response()),
        _ => Ok(redirect(&cx, "/exports", None)),
    }
}

/// `POST /data/{resource}/exports`: asks for a workbook of the rows that the address names.
pub async fn ask(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(code): Path<String>,
) -> Reply {
    let (wanted, submission) = rows_file::wanted(&cx, &actor, &intake, &code).await?;
    export_rows(&intake, &actor, wanted, submission).await?;
    Ok(redirect(&cx, "/exports", Some(Flash::ok(cx.t("export-begun")))))
}

/// `GET /exports/{id}/file`
pub async fn file(Signed(actor): Signed, Shared(intake): Shared<Intake>, Path(id): Path<String>) -> Reply {
    let (row, path) = fetch_export(&intake, &actor, export_id(&id)?).await?;
    let file = tokio::fs::File::open(path).await.map_err(|e| Error::unavailable("导出文件", "export", e))?;
    let body = axum::body::Body::from_stream(tokio_util::io::ReaderStream::new(file));
    Ok(attachment(&format!("{}.xlsx", row.name), XLSX, body))
}

fn export_id(text: &str) -> Result<Uuid> {
    text.parse().map_err(|_| gone())
}

fn gone() -> Error {
    Error::not_found("这份导出文件", "export")
}
