//! `GET /chase`: the chase list (催办清单) of whoever supports the departments: who has something to put right or to hand in, how
//! late, by what telephone, last contact.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State as Shared;
use axum::response::Response;
use catalogue::actions::{Answerable, whole_org};
use catalogue::model::Duty;
use chrono::{DateTime, NaiveDate, Utc};
use intake::export::{self, Sheet};
use intake::{Orgs, clip};
use kernel::{Actor, OrgId, Result};
use shell::ui::Crumbs;
use shell::{Cx, Reply, Signed, page};
use standards::calendar::workdays_between;
use uuid::Uuid;

use super::calendar_ends::calendar_ends;
use crate::context::Rectify;
use crate::store::issues::{self, Filter, Sums};
use crate::store::missing::{self, Missing};

/// Characters of a note that the list shows; the issue has the whole of it.
const NOTE: usize = 40;

/// How late the earliest of what is open is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Late {
    /// Nothing is overdue, or nothing has a deadline.
    No,
    /// So many working days; 0 on days off right after the deadline.
    Days(i64),
    /// The working days since are not published.
    NoCalendar,
}

impl Late {
    fn since(due: Option<NaiveDate>, today: NaiveDate) -> Self {
        match due.filter(|d| *d < today).map(|d| workdays_between(d, today)) {
            None => Self::No,
            Some(Ok(days)) => Self::Days(days),
            Some(Err(_)) => Self::NoCalendar,
        }
    }

    fn words(self, cx: &Cx) -> String {
        match self {
            Self::No => "–".to_owned(),
            Self::Days(n) => cx.t1("chase-late-days", "n", n),
            Self::NoCalendar => format!("– {}", cx.t("record-no-calendar")),
        }
    }
}

/// One department.
struct Chased {
    href: String,
    org: String,
    person: Option<Answerable>,
    leader: Option<Answerable>,
    issues: i64,
    rows: i64,
    overdue: i64,
    escalated: i64,
    /// Decisions overdue and never handed in.
    missing: i64,
    /// The list of them.
    missing_href: String,
    due: Option<String>,
    late: Late,
    contacted_at: Option<DateTime<Utc>>,
    /// What was noted after the last call, shortened.
    note: String,
}

#[derive(Template)]
#[template(path = "rectify/chase.html")]
struct Chase {
    cx: Cx,
    rows: Vec<Chased>,
    calendar: String,
}

impl Chase {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("issues", "/issues").here("chase").to_string()
    }
}

async fn chased(cx: &Cx, actor: &Actor, rectify: &Rectify) -> Result<Vec<Chased>> {
    let (conn, today) = (rectify.intake.db.conn(), rectify.intake.clock.today());
    let orgs = Orgs::load(cx).await?;
    let named = whole_org(conn, &actor.scope, today).await?;
    let open = issues::by_org(conn, actor, &Filter::default(), today).await?;
    let missing = missing::by_org(conn, actor, today).await?;
    let mut all: BTreeMap<Uuid, (Sums, Option<Missing>)> = BTreeMap::new();
    for sums in open {
        if let Some(org) = sums.org_id {
            all.entry(org).or_default().0 = sums;
        }
    }
    for of in missing {
        let org = of.org_id;
        all.entry(org).or_default().1 = Some(of);
    }
    let called = missing::last_calls(conn, &all.keys().copied().collect::<Vec<_>>()).await?;
    let mut rows: Vec<(Option<NaiveDate>, Chased)> = all
        .into_iter()
        .map(|(id, (sums, missing))| {
            let org = OrgId(id);
            let of = |duty| named.iter().find(|(o, p)| *o == org && p.duty == duty).map(|(_, p)| p.clone());
            let due = sums.due.into_iter().chain(missing.as_ref().map(|m| m.due)).min();
            let call = called.iter().find(|c| c.org_id == id);
            let missing_href = format!("/records?which=missing&org={org}");
            let line = Chased {
                // Whoever has nothing but missing decisions has no issue to look at.
                href: match sums.open {
                    0 => missing_href.clone(),
                    _ => format!("/issues?org={org}"),
                },
                org: orgs.name(org, cx.lang()),
                person: of(Duty::Responsible),
                leader: of(Duty::Leader),
                issues: sums.open,
                rows: sums.rows,
                overdue: sums.overdue,
                escalated: sums.escalated,
                missing: missing.map_or(0, |m| m.n),
                missing_href,
                due: due.map(|d| cx.date(d)),
                late: Late::since(due, today),
                contacted_at: call.map(|c| c.at),
                note: call.map(|c| clip(&c.note, NOTE)).unwrap_or_default(),
            };
            (due, line)
        })
        .collect();
    rows.sort_by_key(|(due, r)| (due.is_none(), *due, Reverse(r.missing + r.rows)));
    Ok(rows.into_iter().map(|(_, line)| line).collect())
}

/// `GET /chase`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(rectify): Shared<Rectify>) -> Reply {
    let rows = chased(&cx, &actor, &rectify).await?;
    let calendar = calendar_ends(&cx, rectify.intake.clock.today());
    page(&Chase { cx, rows, calendar })
}

/// `GET /chase.xlsx`
pub async fn xlsx(cx: Cx, Signed(actor): Signed, Shared(rectify): Shared<Rectify>) -> Reply<Response> {
    let person = |p: Option<Answerable>| p.map(|p| (p.name, p.phone)).unwrap_or_default();
    let rows = chased(&cx, &actor, &rectify).await?.into_iter().map(|c| {
        let ((name, phone), (leader, leader_phone)) = (person(c.person), person(c.leader));
        vec![
            c.org.into(),
            name.into(),
            phone.into(),
            leader.into(),
            leader_phone.into(),
            c.issues.into(),
            c.rows.into(),
            c.overdue.into(),
            c.escalated.into(),
            c.missing.into(),
            c.due.unwrap_or_default().into(),
            c.late.words(&cx).into(),
            cx.time_or_dash(&c.contacted_at).into(),
            c.note.into(),
        ]
    });
    let columns = export::columns(
        &cx,
        &[
            ("column-department", 28),
            ("issue-assignee", 12),
            ("issue-phone", 16),
            ("duty-leader", 12),
            ("issue-phone", 16),
            ("issues", 10),
            ("issue-open", 10),
            ("issues-overdue", 10),
            ("issues-escalated", 10),
            ("records-missing", 12),
            ("chase-earliest", 14),
            ("chase-late", 16),
            ("issue-contacted", 17),
            ("chase-note", 40),
        ],
    );
    let sheet = Sheet { title: cx.t("chase"), columns, rows: rows.collect() };
    Ok(export::workbook(&cx.t("chase"), vec![sheet]).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lateness_is_counted_in_working_days_and_never_guessed() {
        let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
        let due = Some(day("2020-10-15"));
        assert_eq!(Late::since(due, day("2020-10-19")), Late::Days(2));
        assert_eq!(Late::since(due, day("2020-10-15")), Late::No);
        assert_eq!(Late::since(None, day("2020-10-19")), Late::No);
        let beyond = standards::calendar::last_day().succ_opt().unwrap();
        assert_eq!(Late::since(due, beyond), Late::NoCalendar);
    }

    #[test]
    fn a_long_note_is_cut() {
        assert_eq!(clip("明天改", NOTE), "明天改");
        assert_eq!(clip(&"长".repeat(41), NOTE), format!("{}…", "长".repeat(40)));
    }
}
