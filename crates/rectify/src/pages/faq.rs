//! `GET /faq`: the frequent questions (常见问题清单), made of the causes that occurred, with what the bureau adds.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Form, State as Shared};
use axum::response::Response;
use kernel::{Error, Result};
use lake::check::{Finding, render};
use serde::Deserialize;
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Flash, Reply, Signed, WithPart, page_or_part, redirect};

use super::resource_title;
use crate::actions::{MAY_CHASE, add_to_faq};
use crate::context::Rectify;
use crate::model::{Cause, HIDDEN, as_example};
use crate::store::faq::{self, Frequent};

/// One question with its answer.
pub(crate) struct Question {
    pub cause: Cause,
    pub why: String,
    pub fix: String,
    pub resource: String,
    pub field: String,
    pub findings: i64,
    pub orgs: i64,
    pub note: String,
}

impl Question {
    pub(crate) fn of(
        cx: &Cx,
        rectify: &Rectify,
        row: Frequent,
        notes: &HashMap<Cause, String>,
    ) -> Result<Self> {
        let packs = &rectify.intake.packs;
        let first: Finding = serde_json::from_str(&row.finding).map_err(Error::internal)?;
        let example = as_example(first, cx.lang());
        let said = render(packs, &row.resource, &example, cx.lang());
        let field = packs.resource(&row.resource).and_then(|(_, r)| r.field(&row.field));
        let resource = resource_title(cx, rectify, &row.resource);
        let label = field.map_or_else(|| row.field.clone(), |f| f.label.get(cx.lang()).to_owned());
        let cause = Cause { resource: row.resource, code: row.code, pattern: row.pattern, field: row.field };
        Ok(Self {
            why: said.why,
            fix: said.fix,
            resource,
            field: label,
            findings: row.findings,
            orgs: row.orgs,
            note: notes.get(&cause).cloned().unwrap_or_default(),
            cause,
        })
    }

    /// A question that nobody's rows were rejected for: a warning, or something that has not happened yet. In the words of the
    /// standard.
    fn plain(cx: &Cx, rectify: &Rectify, cause: Cause, notes: &HashMap<Cause, String>) -> Result<Self> {
        let unseen = serde_json::json!({
            "file": "", "row": 0, "field": Some(&cause.field).filter(|f| !f.is_empty()), "code": cause.code,
            "pattern": cause.pattern, "severity": "warn", "value": HIDDEN,
        });
        let row = Frequent {
            finding: unseen.to_string(),
            findings: 0,
            orgs: 0,
            resource: cause.resource,
            code: cause.code,
            pattern: cause.pattern,
            field: cause.field,
        };
        Self::of(cx, rectify, row, notes)
    }

    /// Its place in the page, and in the addresses that lead to it.
    pub(crate) fn anchor(&self) -> String {
        let Cause { resource, code, pattern, field } = &self.cause;
        [resource, code, pattern, field].map(String::as_str).join("-")
    }

    /// Whether every word that is searched for stands somewhere in it.
    fn has(&self, text: &str) -> bool {
        let own = [&self.why, &self.fix, &self.field, &self.note, &self.cause.code].map(|t| t.to_lowercase());
        text.to_lowercase().split_whitespace().all(|word| own.iter().any(|t| t.contains(word)))
    }
}

#[derive(Template)]
#[template(path = "rectify/faq.html")]
struct Faq {
    cx: Cx,
    part: Part,
    resources: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "rectify/faq_part.html")]
struct Part {
    cx: Cx,
    /// Whether a link led to one question.
    one: bool,
    rows: Vec<Question>,
    total: i64,
    state: TableState,
    may_add: bool,
}

impl WithPart for Faq {
    type Part = Part;

    fn part(&self) -> &Part {
        &self.part
    }
}

impl Faq {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).here("faq").to_string()
    }
}

/// The cause a link leads to.
fn cause_named(state: &TableState) -> Option<Cause> {
    let of = |name: &str| state.filter(name).to_owned();
    let cause =
        Cause { resource: of("resource"), code: of("code"), pattern: of("pattern"), field: of("field") };
    Some(cause).filter(|c| !c.code.is_empty())
}

/// What the bureau added, by cause.
pub(crate) async fn notes_by_cause(rectify: &Rectify) -> Result<HashMap<Cause, String>> {
    let notes = faq::notes(rectify.intake.db.conn()).await?.into_iter();
    let cause = |n: crate::store::entity::faq_note::Model| {
        (Cause { resource: n.resource, code: n.code, pattern: n.pattern, field: n.field }, n.note)
    };
    Ok(notes.map(cause).collect())
}

/// `GET /faq`
pub async fn show(cx: Cx, Signed(_): Signed, Shared(rectify): Shared<Rectify>) -> Reply {
    let state = TableState::read(&cx, &["-findings"]);
    let conn = rectify.intake.db.conn();
    let resource = Some(state.filter("resource")).filter(|r| !r.is_empty());
    let notes = notes_by_cause(&rectify).await?;
    let found = faq::frequent(conn, resource, None).await?.into_iter();
    let mut rows =
        found.map(|f| Question::of(&cx, &rectify, f, &notes)).collect::<Result<Vec<Question>>>()?;
    let named = cause_named(&state);
    if let Some(cause) = &named {
        rows.retain(|q| q.cause == *cause);
        let known = rectify.intake.packs.message(&cause.code).is_some();
        if rows.is_empty() && known && rectify.intake.packs.resource(&cause.resource).is_some() {
            rows.push(Question::plain(&cx, &rectify, cause.clone(), &notes)?);
        }
    }
    let text = state.filter("q").trim();
    if !text.is_empty() {
        rows.retain(|q| q.has(text));
    }
    let total = i64::try_from(rows.len()).map_err(Error::internal)?;
    let at = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let rows = rows.into_iter().skip(at(state.offset())).take(at(state.limit())).collect();
    let resources = rectify.intake.packs.resources();
    let whole = Faq {
        resources: resources.map(|(_, r)| (r.resource.clone(), r.title.get(cx.lang()).to_owned())).collect(),
        part: Part { cx: cx.clone(), one: named.is_some(), rows, total, state, may_add: cx.can(MAY_CHASE) },
        cx: cx.clone(),
    };
    page_or_part(&cx, &whole)
}

/// What the bureau adds, and to which cause.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Added {
    resource: String,
    code: String,
    pattern: String,
    field: String,
    note: String,
}

/// `POST /faq/note`
pub async fn note(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Form(added): Form<Added>,
) -> Reply<Response> {
    let Added { resource, code, pattern, field, note } = added;
    let back = format!("/faq?resource={}&q={}", shell::ui::encode(&resource), shell::ui::encode(&code));
    let cause = Cause { resource, code, pattern, field };
    add_to_faq(&rectify.intake.db, &actor, &cause, &note, cx.now()).await?;
    Ok(redirect(&cx, &back, Some(Flash::ok(cx.t("faq-noted")))))
}
