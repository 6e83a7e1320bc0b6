//! `GET /publication/recalls`: quashed decisions that must be taken down within three working days.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State as Shared;
use chrono::NaiveDate;
use intake::Orgs;
use kernel::OrgId;
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Reply, Signed, page};
use standards::calendar::workdays_between;

use crate::context::Portal;
use crate::store::publication::{recalls, write};

/// One of them.
struct Line {
    href: String,
    document: String,
    subject: String,
    org: String,
    quashed_on: String,
    due: String,
    basis: String,
    closed: String,
    /// Working days left; fewer than none when it is overdue. None where no calendar is published.
    left: Option<i64>,
    overdue: bool,
}

#[derive(Template)]
#[template(path = "portal/publication/recalls.html")]
struct Recalls {
    cx: Cx,
    lines: Vec<Line>,
    total: u64,
    done: bool,
    state: TableState,
}

impl Recalls {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("publication", "/publication").here("recalls").to_string()
    }
}

fn left(today: NaiveDate, due: NaiveDate) -> Option<i64> {
    workdays_between(today, due).ok()
}

/// `GET /publication/recalls`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(portal): Shared<Portal>) -> Reply {
    let state = TableState::read(&cx, &["due"]);
    let done = state.filter("done") == "yes";
    let (conn, today) = (portal.intake.db.conn(), portal.intake.clock.today());
    let rows = recalls::page(conn, &actor, done, (state.offset(), state.limit())).await?;
    let total = recalls::count(conn, &actor, done).await?;
    let ids: Vec<_> = rows.iter().map(|r| r.record_id).collect();
    let records: HashMap<_, _> = write::by_ids(conn, &ids).await?;
    let orgs = Orgs::load(&cx).await?;
    let lines = rows
        .iter()
        .map(|r| {
            let record = records.get(&r.record_id);
            Line {
                href: format!("/publication/{}", r.record_id),
                document: record.map(|p| p.document.clone()).unwrap_or_default(),
                subject: record.map(|p| p.subject.clone()).unwrap_or_default(),
                org: orgs.name(OrgId(r.org_id), cx.lang()),
                quashed_on: cx.date(r.quashed_on),
                due: cx.date(r.due),
                basis: r.basis.clone(),
                closed: cx.time_or_dash(&r.closed_at),
                left: left(today, r.due),
                overdue: match r.closed_at {
                    Some(at) => kernel::beijing_date(at) > r.due,
                    None => today > r.due,
                },
            }
        })
        .collect();
    page(&Recalls { cx, lines, total, done, state })
}
