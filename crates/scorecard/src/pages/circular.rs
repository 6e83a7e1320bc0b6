//! `GET /circulars`, `GET /circulars/{id}`: circulars (通报), edited before they are issued.

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use kernel::{Actor, Error, ErrorKind, Result};
use lake::blob::Digest;
use shell::ui::{Crumbs, FormState, attachment};
use shell::{Cx, Flash, Reply, Signed, form_pairs, page, redirect};
use std::io::Read as _;
use uuid::Uuid;

use super::id;
use crate::actions::{self, READERS, STEWARD, by_hand, seen_by};
use crate::circular::{Frozen, docx, pdf, xlsx};
use crate::context::Scorecard;
use crate::model::Texts;
use crate::store::entity::{circular::Model, copy};
use crate::store::{circulars, periods};

/// The media type of a DOCX.
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// One circular of the list.
struct Line {
    row: Model,
    title: String,
    period: String,
}

#[derive(Template)]
#[template(path = "scorecard/circulars.html")]
struct List {
    cx: Cx,
    rows: Vec<Line>,
}

impl List {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("board", "/board").here("circulars").to_string()
    }

    fn state(&self, row: &Model) -> String {
        self.cx.t(&format!("circular-state-{}", row.state))
    }

    fn issued(&self, row: &Model) -> String {
        self.cx.time_or_dash(&row.issued_at)
    }
}

/// `GET /circulars`
pub async fn list(cx: Cx, Signed(actor): Signed, Shared(scorecard): Shared<Scorecard>) -> Reply {
    let conn = scorecard.intake.db.conn();
    let names: Vec<(Uuid, String)> = periods::list(conn).await?.into_iter().map(|p| (p.id, p.name)).collect();
    let mut rows = Vec::new();
    for row in circulars::list(conn, seen_by(&actor)).await? {
        let newest = circulars::texts(conn, row.id).await?.into_iter().next();
        let title = newest.map(|t| read(&t.texts)).transpose()?.map(|t| t.title).unwrap_or_default();
        let period =
            names.iter().find(|(id, _)| *id == row.period_id).map(|(_, n)| n.clone()).unwrap_or_default();
        rows.push(Line { row, title, period });
    }
    page(&List { rows, cx })
}

fn read(texts: &str) -> Result<Texts> {
    serde_json::from_str(texts).map_err(Error::internal)
}

/// A version of the texts.
struct Version {
    version: i32,
    by: String,
    at: String,
}

#[derive(Template)]
#[template(path = "scorecard/circular.html")]
struct Page {
    cx: Cx,
    row: Model,
    period: String,
    texts: Texts,
    form: FormState,
    versions: Vec<Version>,
    copies: Vec<copy::Model>,
    read: usize,
    orgs: intake::Orgs,
    /// Whether it may be issued.
    editable: bool,
    /// Whether what was typed was refused: the page shows a text that is not kept, and nothing is issued from it.
    refused: bool,
    /// Whether the form stands there: of a draft, and where what was typed into it was refused.
    editing: bool,
    /// Whether somebody else saved meanwhile: what they changed has to be merged before this is saved again.
    moved: bool,
    /// The version over which the form is saved.
    seen: i32,
    may_read: bool,
    /// Whether periods and scores may be seen.
    reader: bool,
    steward: bool,
}

impl Page {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("circulars", "/circulars").here_named(&self.texts.title).to_string()
    }

    fn state(&self) -> String {
        self.cx.t(&format!("circular-state-{}", self.row.state))
    }

    fn field(&self, field: &str, lines: &u8) -> String {
        let label = format!("circular-{}", field.replace('_', "-"));
        let part = self.form.field(&self.cx, field, &label);
        match lines {
            1 => part.to_string(),
            n => part.kind("textarea").attribute("rows", n).to_string(),
        }
    }

    fn number(&self) -> String {
        self.row.number.clone().unwrap_or_else(|| self.cx.t("circular-no-number"))
    }

    fn parts(&self) -> Vec<(String, &str)> {
        Texts::FIELDS
            .iter()
            .filter(|(f, _)| !self.texts.get(f).is_empty())
            .map(|(f, _)| {
                // What stands in brackets tells how to type it.
                let label = self.cx.t(&format!("circular-{}", f.replace('_', "-")));
                let end = label.find(['（', '(']).unwrap_or(label.len());
                (label[..end].trim().to_owned(), self.texts.get(f))
            })
            .collect()
    }

    fn receipt(&self, copy: &copy::Model) -> String {
        match (&copy.read_by, &copy.read_at) {
            // A member may sign on the platform after all.
            (Some(by), Some(at)) if by_hand(copy) && copy.kind != "main" => {
                self.cx.t2("circular-delivered-by", "by", by, "at", self.cx.time(at))
            }
            (Some(by), Some(at)) => format!("{by} {}", self.cx.time(at)),
            _ if copy.org_id.is_none() => self.cx.t("circular-on-paper"),
            _ if copy.kind == "leader" && copy.account_id.is_none() => self.cx.t("circular-by-mail"),
            _ => self.cx.t("circular-unread"),
        }
    }

    /// The name, of a leader with the organisation.
    fn to(&self, copy: &copy::Model) -> String {
        match copy.org_id.filter(|_| copy.kind == "leader") {
            Some(org) => {
                format!("{} · {}", copy.name, self.orgs.name(kernel::OrgId(org), self.cx.lang()))
            }
            None => copy.name.clone(),
        }
    }

    fn issued_on(&self) -> String {
        self.row.issued_at.map(|at| kernel::beijing_date(at).to_string()).unwrap_or_default()
    }

    /// Whether the steward ticks it off once it is delivered.
    fn to_deliver(&self, copy: &copy::Model) -> bool {
        self.steward && copy.read_at.is_none() && by_hand(copy)
    }

    /// How many were told; a member of whom nobody was told has to be called.
    fn told(&self, copy: &copy::Model) -> String {
        match (copy.kind.as_str(), copy.told) {
            ("copy", _) => "–".to_owned(),
            (_, 0) => self.cx.t("circular-told-nobody"),
            (_, n) => self.cx.t1("circular-told", "n", n),
        }
    }
}

fn circular_id(text: &str) -> Result<Uuid> {
    id(text, ("这份通报", "circular"))
}

/// `GET /circulars/{id}`
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
) -> Reply {
    build(cx, &actor, &scorecard, (circular_id(&id)?, None)).await
}

async fn build(
    cx: Cx,
    actor: &Actor,
    scorecard: &Scorecard,
    (id, refused): (Uuid, Option<(FormState, Option<i32>)>),
) -> Reply {
    let conn = scorecard.intake.db.conn();
    let row = circulars::get(conn, id, seen_by(actor)).await?;
    let period = periods::get(conn, row.period_id).await?;
    let versions = circulars::texts(conn, row.id).await?;
    let texts = versions.first().map(|v| read(&v.texts)).transpose()?.unwrap_or_default();
    let copies = circulars::copies(conn, actor, row.id).await?;
    let editable = row.state == "draft" && cx.can(STEWARD);
    let was_refused = refused.is_some();
    let kept =
        || Texts::FIELDS.iter().fold(FormState::new(), |form, (field, _)| form.with(field, texts.get(field)));
    let moved = matches!(refused, Some((_, None)));
    let (form, seen) = refused.unwrap_or_else(|| (kept(), None));
    page(&Page {
        may_read: !actions::signable(scorecard, actor, row.id).await?.is_empty(),
        reader: cx.can(READERS),
        steward: cx.can(STEWARD),
        orgs: intake::Orgs::load(&cx).await?,
        editable,
        refused: was_refused,
        editing: editable || was_refused,
        moved: moved && editable,
        seen: seen.unwrap_or(row.version),
        read: copies.iter().filter(|c| c.read_at.is_some()).count(),
        versions: versions
            .iter()
            .map(|v| Version { version: v.version, by: v.by_name.clone(), at: cx.time(&v.at) })
            .collect(),
        period: period.name,
        copies,
        texts,
        form,
        row,
        cx,
    })
}

fn seen(pairs: &[(String, String)]) -> Result<i32> {
    let version = pairs.iter().find(|(k, _)| k == "version").and_then(|(_, v)| v.parse().ok());
    version.ok_or_else(|| Error::not_found("这个版本", "version"))
}

/// `POST /circulars/{id}/edit`
pub async fn edit(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
    body: axum::body::Bytes,
) -> Reply<Response> {
    let (id, pairs) = (circular_id(&id)?, form_pairs(&body));
    let mut texts = Texts::default();
    for (field, value) in &pairs {
        texts.set(field, value);
    }
    let version = seen(&pairs)?;
    match actions::edit_circular(&scorecard, &actor, (id, version), &texts).await {
        Ok(()) => Ok(redirect(&cx, &format!("/circulars/{id}"), Some(Flash::ok(cx.t("circular-saved"))))),
        Err(e) => {
            let e = super::mendable(e)?;
            // Told to merge, one may save over what the other wrote; else the version seen stays the one seen.
            let version = Some(version).filter(|_| e.kind() != ErrorKind::Conflict);
            let form = FormState::of(&pairs).refused(&cx, "", &e);
            let shown = build(cx, &actor, &scorecard, (id, Some((form, version)))).await?;
            super::refused(&e, shown)
        }
    }
}

/// `POST /circulars/{id}/issue`
pub async fn issue(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
    body: axum::body::Bytes,
) -> Reply<Response> {
    let (id, pairs) = (circular_id(&id)?, form_pairs(&body));
    let number = actions::issue_circular(&scorecard, &actor, (id, seen(&pairs)?)).await?;
    Ok(redirect(
        &cx,
        &format!("/circulars/{id}"),
        Some(Flash::ok(cx.t1("circular-issued", "number", number))),
    ))
}

/// `POST /circulars/{id}/read`
pub async fn receipt(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
) -> Reply<Response> {
    let id = circular_id(&id)?;
    let said = match actions::read_circular(&scorecard, &actor, id).await? {
        0 => Flash::warn(cx.t("circular-nothing-to-sign")),
        _ => Flash::ok(cx.t("circular-receipt")),
    };
    Ok(redirect(&cx, &format!("/circulars/{id}"), Some(said)))
}

/// `POST /circulars/{id}/copies/{copy}/delivered`
pub async fn delivered(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path((id, copy)): Path<(String, String)>,
) -> Reply<Response> {
    let id = circular_id(&id)?;
    actions::deliver_copy(&scorecard, &actor, (id, super::id(&copy, ("这份文件", "copy"))?)).await?;
    Ok(redirect(&cx, &format!("/circulars/{id}#copies"), Some(Flash::ok(cx.t("circular-delivered")))))
}

/// Which file of a circular.
#[derive(Clone, Copy, PartialEq, Eq)]
enum File {
    Document,
    Workbook,
}

/// The document or the workbook: as it was issued, or as the draft stands.
async fn file(actor: &Actor, scorecard: &Scorecard, id: &str, file: File) -> Result<(String, Vec<u8>)> {
    let conn = scorecard.intake.db.conn();
    let row = circulars::get(conn, circular_id(id)?, seen_by(actor)).await?;
    let newest = circulars::texts(conn, row.id).await?.into_iter().next();
    let texts = read(&newest.ok_or_else(|| Error::internal("a circular without texts"))?.texts)?;
    let name = match &row.number {
        Some(number) => format!("{number} {}", texts.title),
        None => texts.title.clone(),
    };
    let kept = if file == File::Document { &row.digest } else { &row.workbook };
    if let Some(digest) = kept {
        let digest = Digest::parse(digest)?;
        let mut from = scorecard.intake.lake.blobs().open_read(&digest)?;
        let bytes = tokio::task::spawn_blocking(move || {
            let mut bytes = Vec::new();
            from.read_to_end(&mut bytes).map(|_| bytes)
        });
        return Ok((name, bytes.await.map_err(Error::internal)?.map_err(Error::internal)?));
    }
    let period = periods::get(conn, row.period_id).await?;
    let (frozen, before) = (Frozen::of(&period)?, actions::before(conn, &period).await?);
    let both = (&frozen, before.as_ref());
    // Issued before workbooks were kept: texts and figures have not changed since.
    let issued = row.number.as_deref().zip(row.issued_at.map(kernel::beijing_date));
    let bytes = match file {
        File::Document => docx(&texts, both, issued)?,
        File::Workbook => xlsx(&texts, both, issued).await?,
    };
    Ok((name, bytes))
}

/// `GET /circulars/{id}/circular.docx`
pub async fn as_docx(
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
) -> Reply<Response> {
    let (name, bytes) = file(&actor, &scorecard, &id, File::Document).await?;
    Ok(attachment(&format!("{name}.docx"), DOCX, bytes))
}

/// `GET /circulars/{id}/circular.xlsx`
pub async fn as_xlsx(
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
) -> Reply<Response> {
    let (name, bytes) = file(&actor, &scorecard, &id, File::Workbook).await?;
    Ok(attachment(&format!("{name}.xlsx"), intake::export::XLSX, bytes))
}

/// `GET /circulars/{id}/circular.pdf`
pub async fn as_pdf(
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
) -> Reply<Response> {
    let (name, bytes) = file(&actor, &scorecard, &id, File::Document).await?;
    Ok(attachment(&format!("{name}.pdf"), "application/pdf", pdf(&bytes).await?))
}
