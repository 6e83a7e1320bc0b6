//! `GET /mappings/{code}`: how each field is filled, what cannot be given, what is not used; one row tried out.

use askama::Template;
use axum::extract::{Path, State as Shared};
use chrono::{DateTime, Utc};
use intake::Orgs;
use kernel::{Error, OrgId};
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Reply, Signed, page};
use standards::pack::{Field, Filled, Mapping, NeedMark, Resource};

use super::mappings::proof;
use super::preview::{Preview, preview};
use super::{resource_title, words};
use crate::actions::MAY_DELIVER;
use crate::context::Sharing;
use crate::store::mappings;

/// How one field of the target is filled.
struct Row {
    code: String,
    label: String,
    need: &'static str,
    how: String,
    expression: String,
    basis: String,
}

/// Fields with the reason why they are as they are.
struct Reason {
    fields: Vec<String>,
    why: String,
}

/// What was made of one submission.
struct Made {
    at: DateTime<Utc>,
    source: String,
    submission: Option<String>,
    org: String,
    rows: i64,
    left_out: i64,
    waiting: i64,
    note: String,
}

#[derive(Template)]
#[template(path = "sharing/mapping.html")]
struct Detail {
    cx: Cx,
    code: String,
    title: String,
    source: (String, String),
    target: (String, String),
    basis: String,
    limit: String,
    when: String,
    cases: Vec<(String, String, Vec<String>)>,
    on: bool,
    rows: Vec<Row>,
    missing: Vec<Reason>,
    conditional: Vec<String>,
    unused: Vec<Reason>,
    made: Vec<Made>,
    preview: Option<Preview>,
    may_switch: bool,
}

impl Detail {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("mappings", "/mappings").here_named(&self.title).to_string()
    }
}

/// The key of the word for whether a field must be filled.
fn need(field: &Field) -> &'static str {
    if field.is_required() {
        return "need-required";
    }
    match field.need.mark(None) {
        NeedMark::C => "need-conditional",
        _ => "need-optional",
    }
}

fn how(cx: &Cx, source: &Resource, filled: Option<&Filled>) -> String {
    let Some(filled) = filled else { return cx.t("mapping-how-none") };
    let label = |code: &str| source.field(code).map_or(code, |f| f.label.get(cx.lang())).to_owned();
    match (&filled.from, &filled.value) {
        (_, Some(value)) => cx.t1("mapping-how-value", "value", value.as_str()),
        (Some(from), _) if filled.lookup.is_some() => cx.t1("mapping-how-lookup", "field", label(from)),
        (Some(from), _) if !filled.codes.is_empty() => cx.t1("mapping-how-codes", "field", label(from)),
        (Some(from), _) => cx.t1("mapping-how-copy", "field", label(from)),
        (None, None) => cx.t("mapping-how-sql"),
    }
}

fn reasons(cx: &Cx, fields: &[&Field], known: &[standards::pack::Known]) -> Vec<Reason> {
    let label = |f: &Field| format!("{}（{}）", f.label.get(cx.lang()), f.code);
    let mut out: Vec<Reason> = Vec::new();
    for reason in known {
        let of: Vec<String> =
            fields.iter().filter(|f| reason.fields.contains(&f.code)).map(|f| label(f)).collect();
        if !of.is_empty() {
            out.push(Reason { fields: of, why: reason.why.get(cx.lang()).to_owned() });
        }
    }
    let told = |f: &&&Field| !known.iter().any(|k| k.fields.contains(&f.code));
    let rest: Vec<String> = fields.iter().filter(told).map(|f| label(f)).collect();
    if !rest.is_empty() {
        out.push(Reason { fields: rest, why: String::new() });
    }
    out
}

fn rows(cx: &Cx, mapping: &Mapping, source: &Resource, target: &Resource) -> Vec<Row> {
    let today = kernel::beijing_date(cx.now());
    let row = |field: &Field| {
        let filled = mapping.filled(&field.code);
        Row {
            code: field.code.clone(),
            label: field.label.get(cx.lang()).to_owned(),
            need: need(field),
            how: how(cx, source, filled),
            expression: filled.map(|f| f.expression(today)).unwrap_or_default(),
            basis: filled.and_then(|f| f.basis.clone()).unwrap_or_default(),
        }
    };
    target.fields.iter().map(row).collect()
}

/// `GET /mappings/{code}`
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Shared(sharing): Shared<Sharing>,
    Path(code): Path<String>,
) -> Reply {
    let conn = sharing.intake.db.conn();
    let (_, mapping) =
        sharing.intake.packs.mapping(&code).ok_or_else(|| Error::not_found("这个转换", "mapping"))?;
    let (_, source) = sharing.intake.resource(&mapping.source)?;
    let (_, target) = sharing.intake.resource(&mapping.target)?;
    let proof = proof(&sharing, mapping);
    let states = mappings::states(conn).await?;
    let orgs = Orgs::load(&cx).await?;
    let newest = mappings::newest(conn, &actor, &code, 20).await?;
    let made = newest.iter().map(|m| Made {
        at: m.at,
        source: m.source_id.to_string(),
        submission: (m.rows_made > 0).then(|| m.id.to_string()),
        org: orgs.name(OrgId(m.org_id), cx.lang()),
        rows: m.rows_made,
        left_out: m.left_out,
        waiting: m.waiting,
        note: words(&cx, &m.note),
    });
    let asked = TableState::read(&cx, &[""]);
    let preview = preview(&cx, &sharing, &actor, mapping, &asked, newest.first()).await?;
    let labels = |codes: &[String]| {
        let label = |c: &String| target.field(c).map_or(c.as_str(), |f| f.label.get(cx.lang())).to_owned();
        codes.iter().map(label).collect()
    };
    let limit = &mapping.limit;
    page(&Detail {
        title: mapping.title.get(cx.lang()).to_owned(),
        source: (mapping.source.clone(), resource_title(&cx, &sharing, &mapping.source)),
        target: (mapping.target.clone(), resource_title(&cx, &sharing, &mapping.target)),
        basis: mapping.basis.clone(),
        limit: cx.t2("mapping-limit-days", "n", limit.workdays, "source", limit.source.as_str()),
        when: mapping.when.clone().unwrap_or_default(),
        cases: mapping
            .by_hand
            .iter()
            .map(|b| (b.when.clone(), b.why.get(cx.lang()).to_owned(), labels(&b.fields)))
            .collect(),
        on: states.iter().any(|s| s.mapping == code && s.enabled),
        rows: rows(&cx, mapping, source, target),
        missing: reasons(&cx, &proof.missing, &mapping.missing),
        conditional: proof
            .conditional
            .iter()
            .map(|f| format!("{}（{}）", f.label.get(cx.lang()), f.code))
            .collect(),
        unused: reasons(&cx, &proof.unused, &mapping.unused),
        made: made.collect(),
        preview,
        may_switch: cx.can(MAY_DELIVER),
        code,
        cx: cx.clone(),
    })
}
