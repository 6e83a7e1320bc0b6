//! One row of the source tried out (预览): what it becomes, and what the target's checks say of it. As far as the reader may see it.

use intake::actions::derive::judge_rows;
use intake::actions::read_rows::{MAY_READ_ALL, shown_rows, sight};
use kernel::{Actor, OrgId, Result, SubmissionId};
use lake::check::render;
use lake::landing::Cells;
use lake::query::{Browse, ColumnInfo, Filter};
use lake::table::{ROW, SUBMISSION};
use serde_json::Value;
use shell::Cx;
use shell::ui::TableState;
use standards::pack::{Mapping, Resource, Severity};

use crate::actions::compiled;
use crate::context::Sharing;
use crate::model::plain;
use crate::store::entity::produced;

/// Rows offered to choose from.
const OFFERED: usize = 20;

/// A value of a row with its label.
pub(super) struct Cell {
    pub label: String,
    pub code: String,
    pub value: String,
}

/// What is said of the row.
pub(super) struct Said {
    pub severity: &'static str,
    pub text: String,
}

/// A row and what it becomes.
pub(super) struct Preview {
    /// Rows to choose from: address, and what names them.
    pub offered: Vec<(String, String, bool)>,
    pub source: Vec<Cell>,
    pub target: Vec<Cell>,
    pub said: Vec<Said>,
    /// In words: it stays, or waits for a person.
    pub stays: bool,
    pub waits: Vec<String>,
}

/// The row that is asked for, or the newest one that the reader may see; nothing where there is none.
pub(super) async fn preview(
    cx: &Cx,
    sharing: &Sharing,
    actor: &Actor,
    mapping: &Mapping,
    asked: &TableState,
    newest: Option<&produced::Model>,
) -> Result<Option<Preview>> {
    let intake = &sharing.intake;
    let (_, source) = intake.resource(&mapping.source)?;
    let (_, target) = intake.resource(&mapping.target)?;
    let named: Option<SubmissionId> = asked.filter("submission").parse().ok();
    let named = named.or(newest.map(|p| SubmissionId(p.source_id)));
    if !intake.lake.has_table(&mapping.source) || (named.is_none() && !actor.is_any(MAY_READ_ALL)) {
        return Ok(None);
    }
    let Ok(sight) = sight(intake, actor, named).await else { return Ok(None) };
    let filters = named.map(|id| Filter::equals(SUBMISSION, id.to_string())).into_iter().collect();
    let browse = Browse { filters, limit: OFFERED, ..Browse::default() };
    let found = intake.lake.browse(&mapping.source, &browse).await?;
    let at = |name: &str| found.columns.iter().position(|c| c.name == name);
    let cell = |row: &[Value], name: &str| at(name).map(|i| plain(row.get(i))).unwrap_or_default();
    let wanted = asked.filter("row");
    let chosen = found.rows.iter().find(|r| !wanted.is_empty() && cell(r, ROW) == wanted);
    let Some(row) = chosen.or(found.rows.first()) else { return Ok(None) };
    let mapper = compiled(sharing, mapping).await?;
    let cells: Cells = source.fields.iter().map(|f| (f.code.clone(), cell(row, &f.code))).collect();
    let mapped = mapper.map_cells(&[cells])?;
    let Some(mapped) = mapped.first() else { return Ok(None) };
    let org = match cell(row, SUBMISSION).parse::<SubmissionId>() {
        Ok(id) => intake::actions::derive::received(intake, id).await?.0,
        Err(_) => OrgId(uuid::Uuid::nil()),
    };
    let named_cells = mapper.named(mapped);
    let found_wrong = judge_rows(intake, &mapping.target, org, vec![named_cells.clone()]).await?;
    let said = found_wrong.iter().flatten().map(|f| {
        let in_words = render(&intake.packs, &mapping.target, f, cx.lang());
        Said {
            severity: if f.severity == Severity::Reject { "reject" } else { "warn" },
            text: format!("{}{}", in_words.why, in_words.fix),
        }
    });
    let document = source.time_limit.as_ref().map(|l| l.document.clone());
    let names = document.or_else(|| source.business_key.first().cloned()).unwrap_or_default();
    let offered = found.rows.iter().map(|r| {
        let href = format!(
            "/mappings/{}?submission={}&row={}#preview",
            mapping.mapping,
            cell(r, SUBMISSION),
            cell(r, ROW)
        );
        (href, cell(r, &names), std::ptr::eq(r, row))
    });
    let values: Vec<Value> = target
        .fields
        .iter()
        .map(|f| named_cells.get(&f.code).map_or(Value::Null, |v| v.as_str().into()))
        .collect();
    let left = shown(cx, source, &found.columns, row, sight);
    let mut right = shown(cx, target, &columns(target), &values, sight);
    // What is masked on the left is masked on the right: the target may know less of what kind of subject it is, or more.
    for cell in &mut right {
        let raw = named_cells.get(&cell.code).map_or("", String::as_str);
        let masked = left.iter().find(|l| at(&l.code).map(|i| plain(row.get(i))).as_deref() == Some(raw));
        if let Some(masked) = masked.filter(|l| l.value != raw && cell.value == raw && l.value.contains('*'))
        {
            cell.value.clone_from(&masked.value);
        }
    }
    let waits = mapped.by_hand.iter().filter_map(|at| mapping.by_hand.get(*at));
    Ok(Some(Preview {
        offered: offered.collect(),
        source: left,
        target: right,
        said: said.collect(),
        stays: !mapped.goes,
        waits: waits.map(|b| b.why.get(cx.lang()).to_owned()).collect(),
    }))
}

fn columns(resource: &Resource) -> Vec<ColumnInfo> {
    let column = |f: &standards::pack::Field| ColumnInfo { name: f.code.clone(), kind: "text".to_owned() };
    resource.fields.iter().map(column).collect()
}

/// The filled fields of a row, masked as the reader's sight asks.
fn shown(
    cx: &Cx,
    resource: &Resource,
    columns: &[ColumnInfo],
    row: &[Value],
    sight: intake::model::Sight,
) -> Vec<Cell> {
    let texts = shown_rows(resource, columns, std::slice::from_ref(&row.to_vec()), sight);
    let texts = texts.into_iter().next().unwrap_or_default();
    let cell = |(column, value): (&ColumnInfo, String)| {
        let field = resource.field(&column.name)?;
        let label = field.label.get(cx.lang()).to_owned();
        (!value.is_empty()).then(|| Cell { label, code: field.code.clone(), value })
    };
    columns.iter().zip(texts).filter_map(cell).collect()
}
