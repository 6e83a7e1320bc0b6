//! `GET /publication`: what the department has published, what is held back, what is down.

use askama::Template;
use axum::extract::State as Shared;
use axum::response::Response;
use intake::Orgs;
use intake::export::{self, Sheet};
use kernel::OrgId;
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Reply, Signed, WithPart, page_or_part};
use standards::pack::PublicKind;

use crate::context::Portal;
use crate::model::publication::State;
use crate::store::publication::entity::publication::Model;
use crate::store::publication::lists::{self, Filter};

/// The choice among the states that asks for records beside an earlier one of the same decision.
const BESIDE: &str = "beside";

/// One record as the list shows it.
struct Line {
    href: String,
    state: State,
    document: String,
    subject: String,
    kind: String,
    org: String,
    decided: String,
    until: String,
    /// Why it is not shown, or under which mark it is.
    note: String,
}

impl Line {
    fn of(cx: &Cx, row: &Model, orgs: &Orgs) -> Self {
        let note = match (row.reason_kind.as_str(), row.mark.as_str()) {
            ("", "") => String::new(),
            ("", mark) => cx.t(mark),
            (reason, _) => cx.t(&format!("publication-reason-{reason}")),
        };
        Self {
            href: format!("/publication/{}", row.id),
            state: row.state.parse().unwrap_or(State::Held),
            document: row.document.clone(),
            subject: row.subject.clone(),
            kind: cx.t(&format!("public-kind-{}", row.kind)),
            org: orgs.name(OrgId(row.org_id), cx.lang()),
            decided: cx.date(row.decided),
            until: row.until.map_or_else(|| cx.t("public-no-end"), |d| cx.date(d)),
            note,
        }
    }
}

#[derive(Template)]
#[template(path = "portal/publication/list.html")]
struct List {
    cx: Cx,
    part: Part,
}

#[derive(Template)]
#[template(path = "portal/publication/list_part.html")]
struct Part {
    cx: Cx,
    lines: Vec<Line>,
    total: u64,
    state: TableState,
}

impl WithPart for List {
    type Part = Part;

    fn part(&self) -> &Part {
        &self.part
    }
}

impl List {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).here("publication").to_string()
    }
}

fn filter(state: &TableState) -> Filter {
    let given = |name: &str| Some(state.filter(name).trim().to_owned()).filter(|v| !v.is_empty());
    Filter {
        state: given("state").filter(|s| s.parse::<State>().is_ok()),
        kind: given("kind").filter(|k| k.parse::<PublicKind>().is_ok()),
        text: given("q"),
        beside: state.filter("state") == BESIDE,
    }
}

/// `GET /publication`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(portal): Shared<Portal>) -> Reply {
    let state = TableState::read(&cx, &["-changed"]);
    let (conn, filter) = (portal.intake.db.conn(), filter(&state));
    let rows = lists::page(conn, &actor, &filter, (state.offset(), state.limit())).await?;
    let total = lists::count(conn, &actor, &filter).await?;
    let orgs = Orgs::load(&cx).await?;
    let lines = rows.iter().map(|r| Line::of(&cx, r, &orgs)).collect();
    page_or_part(&cx, &List { part: Part { cx: cx.clone(), lines, total, state }, cx: cx.clone() })
}

/// `GET /publication.xlsx`
pub async fn xlsx(cx: Cx, Signed(actor): Signed, Shared(portal): Shared<Portal>) -> Reply<Response> {
    let state = TableState::read(&cx, &["-changed"]);
    let (conn, filter) = (portal.intake.db.conn(), filter(&state));
    let total = lists::count(conn, &actor, &filter).await?;
    let orgs = Orgs::load(&cx).await?;
    let mut rows = Vec::new();
    for part in export::parts(i64::try_from(total).unwrap_or(i64::MAX))? {
        let found = lists::page(conn, &actor, &filter, part).await?;
        rows.extend(found.iter().map(|row| {
            let l = Line::of(&cx, row, &orgs);
            let state = cx.t(&format!("publication-state-{}", l.state.name()));
            [l.document, l.subject, l.kind, l.org, state, l.note, l.decided, l.until].map(Into::into).into()
        }));
    }
    let columns = export::columns(
        &cx,
        &[
            ("public-document", 30),
            ("public-subject", 30),
            ("public-kind", 12),
            ("column-department", 24),
            ("publication-state", 14),
            ("publication-note", 24),
            ("public-decided", 12),
            ("public-until", 12),
        ],
    );
    let sheet = Sheet { title: cx.t("publication"), columns, rows };
    Ok(export::workbook(&cx.t("publication"), vec![sheet]).await?)
}
