//! `GET /submissions/{id}/changes`: what a submission changed in its table, row by row: added, changed, removed.

use askama::Template;
use axum::extract::{Path, State as Shared};
use lake::table::{Change, Landed};
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Reply, Signed, page};
use standards::pack::Resource;

use super::{clip, submission_id};
use crate::Intake;
use crate::actions::look_up::{Summary, summary};
use crate::actions::read_rows::sight;
use crate::model::Sight;
use crate::model::personal::Cells;

/// Fields told of a row that was added or removed.
const FIELDS: usize = 4;
/// Characters of a value shown.
const SHOWN: usize = 40;

#[derive(Template)]
#[template(path = "intake/changes.html")]
struct Page {
    cx: Cx,
    from: Summary,
    title: String,
    state: TableState,
    landed: Landed,
    /// Rows gone for which none came.
    gone: u64,
    rows: Vec<Changed>,
    total: u64,
    masked: bool,
}

/// One changed row.
struct Changed {
    /// `added`, `changed`, `same` or `removed`.
    kind: &'static str,
    tone: &'static str,
    key: String,
    cells: Vec<CellChange>,
}

struct CellChange {
    label: String,
    old: Option<String>,
    new: Option<String>,
}

impl Page {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx)
            .to("submissions", "/submissions")
            .to_named(&self.from.file, format!("/submissions/{}", self.from.id))
            .here("changes")
            .to_string()
    }
}

fn told(cx: &Cx, resource: &Resource, cells: &Cells<'_>, change: &Change) -> Changed {
    let label =
        |code: &str| resource.field(code).map(|f| f.label.get(cx.lang()).to_owned()).unwrap_or_default();
    let text = |row: &[serde_json::Value], code: &str| {
        let whole = cells.at(code).map(|at| cells.text(row, at)).unwrap_or_default();
        clip(&whole, SHOWN)
    };
    let raw = |row: &[serde_json::Value], code: &str| {
        crate::model::personal::plain(cells.at(code).and_then(|at| row.get(at)))
    };
    let codes = || resource.fields.iter().map(|f| f.code.as_str());
    let (kind, tone, row) = match (&change.new, &change.old) {
        (Some(new), Some(old)) if codes().any(|c| raw(new, c) != raw(old, c)) => ("changed", "warn", new),
        (Some(new), Some(_)) => ("same", "", new),
        (Some(new), None) => ("added", "pass", new),
        (None, Some(old)) => ("removed", "reject", old),
        (None, None) => return Changed { kind: "same", tone: "", key: String::new(), cells: Vec::new() },
    };
    let keys = resource.business_key.iter().filter_map(|alternatives| {
        alternatives.split('|').map(|code| text(row, code)).find(|v| !v.is_empty())
    });
    let is_key = |code: &str| resource.business_key.iter().any(|k| k.split('|').any(|c| c == code));
    let cells = match (&change.new, &change.old) {
        (Some(new), Some(old)) => codes()
            .filter(|c| raw(new, c) != raw(old, c))
            .map(|c| CellChange { label: label(c), old: Some(text(old, c)), new: Some(text(new, c)) })
            .collect(),
        (new, _) => codes()
            .filter(|c| !is_key(c) && !raw(row, c).is_empty())
            .take(FIELDS)
            .map(|c| {
                let value = Some(text(row, c));
                let (old, new) = if new.is_some() { (None, value) } else { (value, None) };
                CellChange { label: label(c), old, new }
            })
            .collect(),
    };
    Changed { kind, tone, key: keys.collect::<Vec<_>>().join(" · "), cells }
}

/// `GET /submissions/{id}/changes`
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
) -> Reply {
    let id = submission_id(&id)?;
    let sight = sight(&intake, &actor, Some(id)).await?;
    let from = summary(&intake, &actor, id).await?;
    let (_, resource) = intake.resource(&from.resource)?;
    let state = TableState::read(&cx, &[""]);
    let limit = usize::try_from(state.limit()).map_err(kernel::Error::internal)?;
    let found = intake.lake.changes(&from.resource, id, state.offset(), limit).await?;
    let cells = Cells::new(resource, &found.columns, sight);
    let gone = found.landed.removed.saturating_sub(found.landed.updated);
    page(&Page {
        title: resource.title.get(cx.lang()).to_owned(),
        rows: found.changes.iter().map(|c| told(&cx, resource, &cells, c)).collect(),
        total: found.landed.rows + gone,
        gone,
        landed: found.landed,
        masked: sight == Sight::Masked,
        from,
        state,
        cx: cx.clone(),
    })
}
