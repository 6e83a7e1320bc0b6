//! `GET /data`, `GET /data/{resource}`: what is in the lake, row by row, as it is now or as it was.

use askama::Template;
use axum::extract::{Path, State as Shared};
use chrono::{DateTime, Utc};
use kernel::{Actor, Error, Result, Role, SubmissionId};
use lake::query::{Browse, Filter, Order, Page, Test};
use lake::table::HistoryEntry;
use serde_json::Value;
use shell::ui::TableState;
use shell::{Cx, Reply, Signed, page};
use standards::mask;
use standards::pack::{Field, Personal, Resource};

use crate::Intake;
use crate::store::submissions;

/// Who reads whole tables; a data officer reads what a submission of the own department landed.
pub const MAY_READ_ALL: &[Role] = &[Role::BureauSteward, Role::Auditor, Role::Administrator];
/// Versions listed beside a table.
const HISTORY: usize = 12;

#[derive(Template)]
#[template(path = "intake/tables.html")]
struct Tables {
    cx: Cx,
    rows: Vec<TableRow>,
}

struct TableRow {
    code: String,
    title: String,
    rows: u64,
    version: u64,
    at: Option<DateTime<Utc>>,
}

/// `GET /data`
pub async fn list(cx: Cx, Shared(intake): Shared<Intake>) -> Reply {
    let mut rows = Vec::new();
    for code in intake.lake.resources()? {
        let history = intake.lake.history(&code, None, 1).await?;
        let title = intake.packs.resource(&code).map(|(_, r)| r.title.get(cx.lang()).to_owned());
        rows.push(TableRow {
            title: title.unwrap_or_else(|| code.clone()),
            rows: intake.lake.count(&code, None).await?,
            version: history.first().map_or(0, |h| h.version),
            at: history.first().map(|h| h.at),
            code,
        });
    }
    page(&Tables { cx, rows })
}

#[derive(Template)]
#[template(path = "intake/rows.html")]
struct Rows {
    cx: Cx,
    state: TableState,
    code: String,
    title: String,
    columns: Vec<(String, String)>,
    rows: Vec<Vec<String>>,
    total: u64,
    version: u64,
    past: bool,
    history: Vec<HistoryEntry>,
    submission: String,
    fields: Vec<(String, String)>,
    masked: bool,
}

/// `GET /data/{resource}?submission=&version=&field=&q=&sort=&page=`
pub async fn rows(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(code): Path<String>,
) -> Reply {
    let (_, resource) = intake.resource(&code)?;
    let sortable: Vec<&'static str> = vec!["_row", "-_received_at", "_received_at"];
    let state = TableState::read(&cx, &sortable);
    let submission = state.filter("submission").to_owned();
    let own = allowed(&intake, &actor, &submission).await?;
    let mut filters = Vec::new();
    if !submission.is_empty() {
        filters.push(Filter::equals("_submission", &submission));
    }
    let (field, q) = (state.filter("field").to_owned(), state.filter("q").to_owned());
    if !q.is_empty() && resource.field(&field).is_some() {
        filters.push(Filter { column: field, test: Test::Contains, value: q });
    }
    let version = state.filter("version").parse().ok();
    let browse = Browse {
        columns: Vec::new(),
        filters,
        order: vec![
            Order { column: "_received_at".to_owned(), descending: true },
            Order { column: "_row".to_owned(), descending: false },
        ],
        offset: usize::try_from(state.offset()).map_err(Error::internal)?,
        limit: usize::try_from(state.limit()).map_err(Error::internal)?,
        version,
    };
    let found = intake.lake.browse(&code, &browse).await?;
    let masked = !own;
    let label = |name: &str| match resource.field(name) {
        Some(f) => f.label.get(cx.lang()).to_owned(),
        None => name.to_owned(),
    };
    let shown: Vec<usize> = (0..found.columns.len()).filter(|i| found.columns[*i].name != "_key").collect();
    let history = intake.lake.history(&code, None, HISTORY).await?;
    page(&Rows {
        title: resource.title.get(cx.lang()).to_owned(),
        columns: shown
            .iter()
            .map(|i| (found.columns[*i].name.clone(), label(&found.columns[*i].name)))
            .collect(),
        rows: cells(resource, &found, &shown, masked),
        total: found.total,
        version: found.version,
        past: version.is_some(),
        history,
        submission,
        fields: resource.fields.iter().map(|f| (f.code.clone(), f.label.get(cx.lang()).to_owned())).collect(),
        masked,
        code,
        state,
        cx,
    })
}

/// Whether the rows are the actor's own, and so shown unmasked.
///
/// # Errors
/// Forbidden for who may neither read whole tables nor names a submission of the own department.
async fn allowed(intake: &Intake, actor: &Actor, submission: &str) -> Result<bool> {
    if submission.is_empty() {
        actor.require(MAY_READ_ALL)?;
        return Ok(false);
    }
    let id: SubmissionId = super::submission_id(submission)?;
    let row = submissions::get(intake.db.conn(), actor, id).await?;
    if actor.is_any(MAY_READ_ALL) {
        return Ok(false);
    }
    actor.require(&[Role::DataOfficer])?;
    Ok(actor.org.is_some_and(|o| o.0 == row.org_id))
}

/// Characters of a cell shown; the rest is in the export.
const SHOWN: usize = 48;

fn cells(resource: &Resource, page: &Page, shown: &[usize], masked: bool) -> Vec<Vec<String>> {
    let fields: Vec<Option<&Field>> = page.columns.iter().map(|c| resource.field(&c.name)).collect();
    let text = |row: &[Value], i: usize| match row.get(i) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(s)) => s.clone(),
        Some(other) => other.to_string(),
    };
    // Whose name it is decides whether it is masked: a firm's is public.
    let subject = resource.subject.as_ref().and_then(|s| {
        let at = page.columns.iter().position(|c| c.name == s.field)?;
        Some((at, &s.kinds))
    });
    page.rows
        .iter()
        .map(|row| {
            let kind = subject.and_then(|(at, kinds)| {
                let value = text(row, at);
                kinds.iter().find(|(_, v)| **v == value).map(|(k, _)| *k)
            });
            shown
                .iter()
                .map(|i| {
                    let whole = text(row, *i);
                    let field = fields.get(*i).copied().flatten();
                    let hidden = field.filter(|f| masked && f.is_personal(kind)).and_then(|f| f.personal);
                    let whole = match hidden {
                        None => whole,
                        Some(Personal::Name) => mask::person_name(&whole),
                        Some(Personal::Document) => mask::id_number(&whole),
                        Some(Personal::Phone) => mask::mobile(&whole),
                        Some(Personal::Address) => mask::address(&whole),
                        Some(Personal::FreeText) => mask::redact(&whole),
                    };
                    super::clip(&whole, SHOWN)
                })
                .collect()
        })
        .collect()
}
