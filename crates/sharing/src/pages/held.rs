//! `GET /mappings/waiting`: rows that a mapping cannot decide on (待人工决定), each with why and a form.

use askama::Template;
use axum::extract::{Path, RawForm, State as Shared};
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use intake::Orgs;
use intake::actions::read_rows::shown_rows;
use intake::model::Sight;
use kernel::{Actor, Error, OrgId, Result, Scope};
use lake::landing::Cells;
use lake::query::ColumnInfo;
use rectify::model::{Standing, Times};
use serde_json::Value;
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Flash, Reply, Signed, page, redirect};
use standards::pack::FieldKind;

use super::id;
use crate::actions::{MAY_DECIDE, asked, decide_row, decided};
use crate::context::Sharing;
use crate::store::entity::held;
use crate::store::mappings;

/// A field to be filled: code, label, and what may be chosen.
struct Asked {
    code: String,
    label: String,
    value: String,
    options: Vec<(String, String)>,
}

/// One row that waits.
struct Row {
    id: String,
    mapping: String,
    title: String,
    org: String,
    at: DateTime<Utc>,
    source: String,
    number: i64,
    /// The day of the decision, and the last day on which it is in time with how that stands.
    decided: Option<String>,
    due: Option<(String, Standing)>,
    why: Vec<String>,
    cells: Vec<(String, String)>,
    asked: Vec<Asked>,
}

#[derive(Template)]
#[template(path = "sharing/held.html")]
struct List {
    cx: Cx,
    rows: Vec<Row>,
    total: i64,
    state: TableState,
    may_decide: bool,
}

impl List {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("mappings", "/mappings").here("held-rows").to_string()
    }
}

/// `GET /mappings/waiting`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(sharing): Shared<Sharing>) -> Reply {
    let state = TableState::read(&cx, &[""]);
    let mapping = Some(state.filter("mapping")).filter(|m| !m.is_empty());
    let conn = sharing.intake.db.conn();
    let (found, total) = mappings::held(conn, &actor, mapping, (state.offset(), state.limit())).await?;
    let orgs = Orgs::load(&cx).await?;
    let rows = found.iter().map(|r| row(&cx, &sharing, &actor, r, &orgs)).collect::<Result<Vec<_>>>()?;
    let total = i64::try_from(total).map_err(Error::internal)?;
    page(&List { rows, total, state, may_decide: cx.can(MAY_DECIDE), cx })
}

/// A row is the department's own to its people; to all others it is masked.
fn sight(actor: &Actor, org: OrgId) -> Sight {
    match actor.scope {
        Scope::Org(own) if own == org || actor.org == Some(org) => Sight::Clear,
        _ => Sight::Masked,
    }
}

/// How a row stands that nobody has handed in yet; beyond the published calendar no days are counted.
fn standing(due: NaiveDate, today: NaiveDate) -> Standing {
    let times =
        Times { deadline: Some(due), first_received_at: None, first_valid_at: None, withdrawn_at: None };
    Standing::on(today, &times).unwrap_or(Standing::NoCalendar)
}

fn row(cx: &Cx, sharing: &Sharing, actor: &Actor, row: &held::Model, orgs: &Orgs) -> Result<Row> {
    let packs = &sharing.intake.packs;
    let gone = || Error::not_found("这个转换", "mapping");
    let (pack, mapping) = packs.mapping(&row.mapping).ok_or_else(gone)?;
    let (_, target) = packs.resource(&mapping.target).ok_or_else(gone)?;
    let target_pack = packs.resource(&mapping.target).map_or(pack, |(p, _)| p);
    let cells: Cells = serde_json::from_str(&row.cells).map_err(Error::internal)?;
    let columns: Vec<ColumnInfo> =
        cells.keys().map(|c| ColumnInfo { name: c.clone(), kind: "text".to_owned() }).collect();
    let values: Vec<Value> = cells.values().map(|v| Value::from(v.as_str())).collect();
    let shown = shown_rows(target, &columns, &[values], sight(actor, OrgId(row.org_id)));
    let shown = shown.into_iter().next().unwrap_or_default();
    let label = |code: &str| target.field(code).map_or(code, |f| f.label.get(cx.lang())).to_owned();
    let cases: Vec<usize> = serde_json::from_str(&row.cases).map_err(Error::internal)?;
    let today = sharing.intake.clock.today();
    let asked = asked(sharing, row)?.into_iter().map(|field| {
        let options = match &field.kind {
            FieldKind::Code { list, .. } => packs.code_list_at(target_pack, list, today).map(|edition| {
                let said = |v: &standards::pack::CodeValue| {
                    let words = match cx.lang() {
                        kernel::Lang::Zh => v.label.as_ref(),
                        kernel::Lang::En => v.en.as_ref().or(v.label.as_ref()),
                    };
                    let shown = words.map_or_else(|| v.value.clone(), |w| format!("{} {w}", v.value));
                    (v.value.clone(), shown)
                };
                edition.values.iter().map(said).collect()
            }),
            _ => None,
        };
        Asked {
            code: field.code.clone(),
            label: label(&field.code),
            value: cells.get(&field.code).cloned().unwrap_or_default(),
            options: options.unwrap_or_default(),
        }
    });
    Ok(Row {
        id: row.id.to_string(),
        mapping: row.mapping.clone(),
        title: mapping.title.get(cx.lang()).to_owned(),
        org: orgs.name(OrgId(row.org_id), cx.lang()),
        at: row.at,
        source: row.source_id.to_string(),
        number: row.source_row,
        decided: decided(packs, mapping, &cells).map(|d| cx.date(d)),
        due: row.due.map(|d| (cx.date(d), standing(d, today))),
        why: cases
            .iter()
            .filter_map(|at| mapping.by_hand.get(*at))
            .map(|b| b.why.get(cx.lang()).to_owned())
            .collect(),
        cells: columns.iter().map(|c| label(&c.name)).zip(shown).collect(),
        asked: asked.collect(),
    })
}

/// `POST /mappings/waiting/{id}/go`: the row goes, with what was filled in.
pub async fn go(
    cx: Cx,
    Signed(actor): Signed,
    Shared(sharing): Shared<Sharing>,
    Path(text): Path<String>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let values = shell::form_pairs(&body);
    decide_row(&sharing, &actor, id(&text, "这一行", "row")?, Some(&values)).await?;
    Ok(redirect(&cx, "/mappings/waiting", Some(Flash::ok(cx.t("held-went")))))
}

/// `POST /mappings/waiting/{id}/drop`: the row does not go.
pub async fn drop_row(
    cx: Cx,
    Signed(actor): Signed,
    Shared(sharing): Shared<Sharing>,
    Path(text): Path<String>,
) -> Reply<Response> {
    decide_row(&sharing, &actor, id(&text, "这一行", "row")?, None).await?;
    Ok(redirect(&cx, "/mappings/waiting", Some(Flash::ok(cx.t("held-dropped")))))
}
