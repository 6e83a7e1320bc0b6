//! `GET /deliveries`: what was sent to whom, and what came back (推送单).

use askama::Template;
use axum::extract::State as Shared;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use intake::Orgs;
use intake::export::{self, Sheet};
use kernel::{Actor, OrgId, Result};
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Reply, Signed, WithPart, page_or_part};

use super::targets::choice;
use super::{resource_title, words};
use crate::actions::MAY_DELIVER;
use crate::context::Sharing;
use crate::model::DeliveryState;
use crate::store::deliveries::{self, Filter, SORTS, Sums, Which};
use crate::store::entity::delivery::Model;

/// One delivery as lists show it.
pub(super) struct Line {
    pub href: String,
    pub number: String,
    pub target: String,
    pub resource: String,
    pub org: String,
    pub state: DeliveryState,
    pub rows: i64,
    pub withdrawn: i64,
    pub refused: i64,
    pub due: Option<String>,
    pub late: bool,
    pub created_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub answer: String,
}

impl Line {
    pub(super) fn of(
        cx: &Cx,
        sharing: &Sharing,
        row: &Model,
        (orgs, targets): (&Orgs, &[(String, String)]),
        today: NaiveDate,
    ) -> Result<Self> {
        let id = row.target_id.to_string();
        let target = targets.iter().find(|(t, _)| *t == id);
        let ended = row.answered_at.map_or(today, kernel::beijing_date);
        Ok(Self {
            href: format!("/deliveries/{}", row.id),
            number: row.number.clone(),
            target: target.map(|(_, title)| title.clone()).unwrap_or_default(),
            resource: resource_title(cx, sharing, &row.resource),
            org: orgs.name(OrgId(row.org_id), cx.lang()),
            state: row.state.parse()?,
            rows: row.rows_total,
            withdrawn: row.rows_withdrawn,
            refused: row.rows_refused,
            due: row.due.map(|d| cx.date(d)),
            late: row.due.is_some_and(|d| d < ended),
            created_at: row.created_at,
            sent_at: row.sent_at,
            answered_at: row.answered_at,
            answer: words(cx, &row.answer),
        })
    }

    /// The state in words: key of its text.
    pub(super) fn state_key(&self) -> String {
        format!("delivery-{}", self.state.name())
    }
}

#[derive(Template)]
#[template(path = "sharing/deliveries.html")]
struct List {
    cx: Cx,
    part: Part,
    targets: Vec<(String, String)>,
    resources: Vec<(String, String)>,
    orgs: Vec<(String, String)>,
    may_deliver: bool,
}

#[derive(Template)]
#[template(path = "sharing/deliveries_part.html")]
struct Part {
    cx: Cx,
    rows: Vec<Line>,
    sums: Sums,
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
        Crumbs::new(&self.cx).here("deliveries").to_string()
    }
}

impl Part {
    /// The figures over the list: each leads to its deliveries.
    fn stats(&self) -> Vec<(String, i64, String, &'static str)> {
        let tone = |which: Which, n: i64| match which {
            Which::Refused | Which::Late if n > 0 => "reject",
            Which::Acknowledged => "pass",
            _ => "",
        };
        [Which::Queued, Which::Sent, Which::Acknowledged, Which::Refused, Which::Late]
            .into_iter()
            .map(|w| {
                let n = self.sums.of(w);
                let label = self.cx.t(&format!("deliveries-{}", w.name()));
                (label, n, self.state.with("which", w.name()), tone(w, n))
            })
            .collect()
    }
}

fn filter(state: &TableState) -> Filter {
    let given = |name: &str| Some(state.filter(name).to_owned()).filter(|v| !v.is_empty());
    Filter {
        which: Which::named(state.filter("which")),
        target: state.filter("target").parse().ok(),
        resource: given("resource"),
        org: state.filter("org").parse().ok(),
        text: given("q"),
    }
}

fn sort(state: &TableState) -> (&str, bool) {
    (state.sort(), state.descending())
}

/// `GET /deliveries`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(sharing): Shared<Sharing>) -> Reply {
    let state = TableState::read(&cx, &SORTS);
    let filter = filter(&state);
    let (conn, today) = (sharing.intake.db.conn(), sharing.intake.clock.today());
    let part = (state.offset(), state.limit());
    let found = deliveries::page(conn, &actor, &filter, today, sort(&state), part).await?;
    let all = Filter { which: Which::All, ..filter.clone() };
    let sums = deliveries::total(conn, &actor, &all, today).await?;
    let total = sums.of(filter.which);
    let (orgs, targets) = (Orgs::load(&cx).await?, choice(&cx, &sharing).await?);
    let line = |r: &Model| Line::of(&cx, &sharing, r, (&orgs, &targets), today);
    let rows = found.iter().map(line).collect::<Result<Vec<_>>>()?;
    let resources = sharing.intake.packs.resources();
    let whole = List {
        resources: resources.map(|(_, r)| (r.resource.clone(), r.title.get(cx.lang()).to_owned())).collect(),
        orgs: orgs.choice(filter.org, cx.lang()),
        targets,
        may_deliver: cx.can(MAY_DELIVER),
        part: Part { cx: cx.clone(), rows, sums, total, state },
        cx: cx.clone(),
    };
    page_or_part(&cx, &whole)
}

/// `GET /deliveries.xlsx`
pub async fn xlsx(cx: Cx, Signed(actor): Signed, Shared(sharing): Shared<Sharing>) -> Reply<Response> {
    let sheet = sheet(&cx, &actor, &sharing).await?;
    Ok(export::workbook(&cx.t("deliveries"), vec![sheet]).await?)
}

async fn sheet(cx: &Cx, actor: &Actor, sharing: &Sharing) -> Result<Sheet> {
    let state = TableState::read(cx, &SORTS);
    let filter = filter(&state);
    let (conn, today) = (sharing.intake.db.conn(), sharing.intake.clock.today());
    let count = deliveries::total(conn, actor, &filter, today).await?.deliveries;
    let (orgs, targets) = (Orgs::load(cx).await?, choice(cx, sharing).await?);
    let mut rows = Vec::new();
    for part in export::parts(count)? {
        for row in &deliveries::page(conn, actor, &filter, today, sort(&state), part).await? {
            let line = Line::of(cx, sharing, row, (&orgs, &targets), today)?;
            let state = cx.t(&line.state_key());
            rows.push(vec![
                line.number.into(),
                line.target.into(),
                line.resource.into(),
                line.org.into(),
                state.into(),
                line.rows.into(),
                line.withdrawn.into(),
                line.refused.into(),
                line.due.unwrap_or_default().into(),
                cx.time(&line.created_at).into(),
                cx.time_or_dash(&line.sent_at).into(),
                cx.time_or_dash(&line.answered_at).into(),
                line.answer.into(),
            ]);
        }
    }
    let columns = export::columns(
        cx,
        &[
            ("delivery-number", 18),
            ("delivery-target", 24),
            ("column-resource", 24),
            ("column-department", 24),
            ("column-state", 12),
            ("delivery-rows", 10),
            ("delivery-withdrawn", 10),
            ("delivery-rows-refused", 10),
            ("delivery-due", 12),
            ("delivery-made", 17),
            ("delivery-sent-at", 17),
            ("delivery-answered-at", 17),
            ("delivery-answer", 40),
        ],
    );
    Ok(Sheet { title: cx.t("deliveries"), columns, rows })
}
