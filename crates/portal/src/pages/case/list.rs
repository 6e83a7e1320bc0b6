//! `GET /cases`: the cases of the desks, with the days they have left and the acknowledgements that are missing.

use askama::Template;
use axum::extract::State as Shared;
use axum::response::Response;
use intake::Orgs;
use intake::export::{self, Sheet};
use kernel::OrgId;
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Reply, Signed, WithPart, page_or_part};

use crate::actions::case::{self, CENTRE, Line as Found, MAY_WORK, case_counts};
use crate::context::Portal;
use crate::model::case::{Kind, Standing, State};
use crate::store::case::cases::{Counts, Filter, SORTS, Which};

/// One case as the list shows it.
struct Line {
    href: String,
    number: String,
    kind: String,
    state: State,
    state_text: String,
    standing: Standing,
    due: Option<String>,
    document: String,
    subject: String,
    org: String,
    opened: String,
    /// Target and since when it is waited for.
    missing: Vec<(String, String)>,
}

impl Line {
    fn of(cx: &Cx, orgs: &Orgs, found: Found) -> Self {
        let case = found.case;
        let target = |a: &crate::store::case::entity::ack::Model| {
            let zh = cx.lang() == kernel::Lang::Zh;
            (if zh { a.title_zh.clone() } else { a.title_en.clone() }, cx.time(&a.asked_at))
        };
        Self {
            href: format!("/cases/{}", case.id),
            kind: cx.t(&format!("case-kind-{}", case.kind)),
            state: found.state,
            state_text: match &case.pause {
                Some(pause) => cx.t(&format!("case-pause-{pause}")),
                None => cx.t(&format!("case-state-{}", case.state)),
            },
            standing: found.standing,
            due: case.due.map(|d| cx.date(d)),
            org: orgs.name(OrgId(case.org_id), cx.lang()),
            opened: cx.time(&case.opened_at),
            missing: found.missing.iter().map(target).collect(),
            number: case.number,
            document: case.document,
            subject: case.subject,
        }
    }
}

#[derive(Template)]
#[template(path = "portal/cases.html")]
struct List {
    cx: Cx,
    part: Part,
    orgs: Vec<(String, String)>,
    may_open: bool,
    may_choose: bool,
}

#[derive(Template)]
#[template(path = "portal/cases_part.html")]
struct Part {
    cx: Cx,
    rows: Vec<Line>,
    counts: Counts,
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
        Crumbs::new(&self.cx).here("cases").to_string()
    }
}

impl Part {
    fn stats(&self) -> Vec<(String, i64, String, &'static str)> {
        let tone = |n: i64, tone| if n > 0 { tone } else { "" };
        let c = &self.counts;
        [
            (Which::Open, c.open, ""),
            (Which::Today, c.today, tone(c.today, "warn")),
            (Which::Overdue, c.overdue, tone(c.overdue, "reject")),
            (Which::Paused, c.paused, ""),
            (Which::Unacknowledged, c.unacknowledged, tone(c.unacknowledged, "info")),
            (Which::Closed, c.closed, ""),
        ]
        .into_iter()
        .map(|(which, n, tone)| {
            let label = self.cx.t(&format!("cases-{}", which.name()));
            (label, n, self.state.with("which", which.name()), tone)
        })
        .collect()
    }
}

fn filter(state: &TableState) -> Filter {
    let some = |name: &str| Some(state.filter(name)).filter(|v| !v.is_empty()).map(str::to_owned);
    Filter {
        which: Which::named(state.filter("which")),
        kind: some("kind").and_then(|k| k.parse::<Kind>().ok()),
        org: some("org").and_then(|o| o.parse().ok()),
        text: some("q"),
    }
}

/// `GET /cases`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(portal): Shared<Portal>) -> Reply {
    let state = TableState::read(&cx, &SORTS);
    let filter = filter(&state);
    let orgs = Orgs::load(&cx).await?;
    let counts = case_counts(&portal, &actor, &filter).await?;
    let sort = (state.sort(), state.descending());
    let found = case::lines(&portal, &actor, &filter, sort, (state.offset(), state.limit())).await?;
    let whole = List {
        orgs: orgs.choice(filter.org, cx.lang()),
        may_open: cx.can(MAY_WORK),
        may_choose: cx.can(CENTRE),
        part: Part {
            rows: found.into_iter().map(|f| Line::of(&cx, &orgs, f)).collect(),
            total: counts.of(filter.which),
            counts,
            state,
            cx: cx.clone(),
        },
        cx: cx.clone(),
    };
    page_or_part(&cx, &whole)
}

/// `GET /cases.xlsx`
pub async fn xlsx(cx: Cx, Signed(actor): Signed, Shared(portal): Shared<Portal>) -> Reply<Response> {
    let state = TableState::read(&cx, &SORTS);
    let filter = filter(&state);
    let orgs = Orgs::load(&cx).await?;
    let total = case_counts(&portal, &actor, &filter).await?.of(filter.which);
    let mut rows = Vec::new();
    for part in export::parts(total)? {
        let found = case::lines(&portal, &actor, &filter, (state.sort(), state.descending()), part).await?;
        rows.extend(found.into_iter().map(|f| {
            let l = Line::of(&cx, &orgs, f);
            let missing: Vec<String> = l.missing.iter().map(|(t, at)| format!("{t} {at}")).collect();
            vec![
                l.number.into(),
                l.kind.into(),
                l.state_text.into(),
                l.due.unwrap_or_default().into(),
                cx.t1(l.standing.key(), "n", l.standing.days()).into(),
                l.document.into(),
                l.subject.into(),
                l.org.into(),
                l.opened.into(),
                missing.join("; ").into(),
            ]
        }));
    }
    let columns = export::columns(
        &cx,
        &[
            ("case-number", 18),
            ("case-kind", 10),
            ("column-state", 12),
            ("case-due", 12),
            ("case-standing", 16),
            ("record-document", 28),
            ("record-subject", 28),
            ("column-department", 26),
            ("case-opened", 17),
            ("case-missing", 30),
        ],
    );
    Ok(export::workbook(&cx.t("cases"), vec![Sheet { title: cx.t("cases"), columns, rows }]).await?)
}
