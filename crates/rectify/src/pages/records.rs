//! `GET /records`: decisions against the clock (报送时限): what is due, overdue, late or in time.

use askama::Template;
use axum::extract::State as Shared;
use axum::response::Response;
use chrono::NaiveDate;
use intake::Orgs;
use intake::export::{self, Sheet};
use kernel::{Actor, OrgId, Result};
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Reply, Signed, WithPart, page_or_part};

use super::calendar_ends::calendar_ends;
use super::resource_title;
use crate::context::Rectify;
use crate::model::{Standing, Times};
use crate::store::entity::record::Model;
use crate::store::records::{self, Counts, Filter, SORTS, Which};

/// One decision as lists show it.
pub(crate) struct Line {
    pub href: String,
    pub document: String,
    pub subject: String,
    pub resource: String,
    pub org: String,
    pub decided: String,
    /// None where no working days are published for it.
    pub deadline: Option<String>,
    pub standing: Standing,
    pub attempts: i64,
    /// Whether it is known from a list only and has not come yet.
    pub missing: bool,
}

impl Line {
    pub(crate) fn of(cx: &Cx, rectify: &Rectify, row: &Model, orgs: &Orgs, today: NaiveDate) -> Self {
        Self {
            href: format!("/records/{}", row.id),
            document: row.document.clone(),
            subject: row.subject.clone(),
            resource: resource_title(cx, rectify, &row.resource),
            org: orgs.name(OrgId(row.org_id), cx.lang()),
            decided: cx.date(row.decision_date),
            deadline: row.deadline.map(|d| cx.date(d)),
            standing: standing(row, today),
            attempts: row.attempts,
            missing: row.first_received_at.is_none(),
        }
    }
}

/// How a record stands today. Beyond the published calendar no days can be counted; the list says so instead of failing.
pub(crate) fn standing(row: &Model, today: NaiveDate) -> Standing {
    let times = Times {
        deadline: row.deadline,
        first_received_at: row.first_received_at,
        first_valid_at: row.first_valid_at,
        withdrawn_at: row.withdrawn_at,
    };
    Standing::on(today, &times).unwrap_or(Standing::NoCalendar)
}

#[derive(Template)]
#[template(path = "rectify/records.html")]
struct List {
    cx: Cx,
    part: Part,
    resources: Vec<(String, String)>,
    orgs: Vec<(String, String)>,
    calendar: String,
}

#[derive(Template)]
#[template(path = "rectify/records_part.html")]
struct Part {
    cx: Cx,
    rows: Vec<Line>,
    counts: Counts,
    /// Lines that the filter leaves.
    total: i64,
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
        Crumbs::new(&self.cx).here("records").to_string()
    }
}

impl Part {
    /// The figures over the list: each leads to its decisions.
    fn stats(&self) -> Vec<(String, i64, String, &'static str)> {
        let c = &self.counts;
        let tone = |n: i64, tone| if n > 0 { tone } else { "" };
        [
            (Which::Due, c.due, tone(c.due_today, "warn")),
            (Which::Overdue, c.overdue, tone(c.overdue, "reject")),
            (Which::Missing, c.missing, tone(c.missing, "reject")),
            (Which::Late, c.late, ""),
            (Which::Timely, c.timely, "pass"),
        ]
        .into_iter()
        .map(|(which, n, tone)| {
            let label = self.cx.t(&format!("records-{}", which.name()));
            (label, n, self.state.with("which", which.name()), tone)
        })
        .collect()
    }
}

fn filter(state: &TableState) -> Filter {
    let given = |name: &str| Some(state.filter(name).to_owned()).filter(|v| !v.is_empty());
    Filter {
        which: Which::named(state.filter("which")),
        resource: given("resource"),
        org: state.filter("org").parse().ok(),
        text: given("q"),
        from: state.filter("from").parse().ok(),
        to: state.filter("to").parse().ok(),
    }
}

fn sort(state: &TableState) -> (&str, bool) {
    (state.sort(), state.descending())
}

/// `GET /records`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(rectify): Shared<Rectify>) -> Reply {
    let state = TableState::read(&cx, &SORTS);
    let filter = filter(&state);
    let (conn, today) = (rectify.intake.db.conn(), rectify.intake.clock.today());
    let (offset, limit) = (state.offset(), state.limit());
    let rows = records::page(conn, &actor, &filter, today, sort(&state), (offset, limit)).await?;
    let all = Filter { which: Which::All, ..filter.clone() };
    let counts = records::counts(conn, &actor, &all, today).await?;
    let total = counts.of(filter.which);
    let orgs = Orgs::load(&cx).await?;
    let rows = rows.iter().map(|r| Line::of(&cx, &rectify, r, &orgs, today)).collect();
    let resources = rectify.intake.packs.resources().filter(|(_, r)| r.time_limit.is_some());
    let whole = List {
        calendar: calendar_ends(&cx, today),
        resources: resources.map(|(_, r)| (r.resource.clone(), r.title.get(cx.lang()).to_owned())).collect(),
        orgs: orgs.choice(filter.org, cx.lang()),
        part: Part { cx: cx.clone(), rows, counts, total, state },
        cx: cx.clone(),
    };
    page_or_part(&cx, &whole)
}

/// `GET /records.xlsx`
pub async fn xlsx(cx: Cx, Signed(actor): Signed, Shared(rectify): Shared<Rectify>) -> Reply<Response> {
    let sheet = sheet(&cx, &actor, &rectify).await?;
    Ok(export::workbook(&cx.t("records"), vec![sheet]).await?)
}

async fn sheet(cx: &Cx, actor: &Actor, rectify: &Rectify) -> Result<Sheet> {
    let state = TableState::read(cx, &SORTS);
    let filter = filter(&state);
    let (conn, today) = (rectify.intake.db.conn(), rectify.intake.clock.today());
    let lines = records::counts(conn, actor, &filter, today).await?.records;
    let orgs = Orgs::load(cx).await?;
    let mut rows = Vec::new();
    for part in export::parts(lines)? {
        let found = records::page(conn, actor, &filter, today, sort(&state), part).await?;
        for row in &found {
            let line = Line::of(cx, rectify, row, &orgs, today);
            let time = |t: Option<chrono::DateTime<chrono::Utc>>| t.map_or_else(String::new, |t| cx.time(&t));
            rows.push(vec![
                line.document.into(),
                line.subject.into(),
                line.resource.into(),
                line.org.into(),
                line.decided.into(),
                line.deadline.unwrap_or_default().into(),
                cx.t1(line.standing.key(), "n", line.standing.days()).into(),
                time(row.first_received_at).into(),
                time(row.first_valid_at).into(),
                line.attempts.into(),
            ]);
        }
    }
    let columns = export::columns(
        cx,
        &[
            ("record-document", 30),
            ("record-subject", 30),
            ("column-resource", 24),
            ("column-department", 24),
            ("record-decided", 12),
            ("record-deadline", 12),
            ("record-standing", 20),
            ("record-first-received", 17),
            ("record-first-valid", 17),
            ("record-attempts", 10),
        ],
    );
    Ok(Sheet { title: cx.t("records"), columns, rows })
}
