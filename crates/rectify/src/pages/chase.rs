//! `GET /chase`: the chase list (催办清单) of whoever supports the departments: who, what, how late, by what telephone, last contact.

use askama::Template;
use axum::extract::State as Shared;
use axum::response::Response;
use catalogue::actions::{Answerable, whole_org};
use catalogue::model::Duty;
use chrono::{DateTime, Utc};
use intake::Orgs;
use intake::export::{self, Sheet};
use kernel::{Actor, OrgId, Result};
use shell::ui::Crumbs;
use shell::{Cx, Reply, Signed, page};

use crate::context::Rectify;
use crate::store::issues::{self, Filter};

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
    due: Option<String>,
    contacted_at: Option<DateTime<Utc>>,
}

#[derive(Template)]
#[template(path = "rectify/chase.html")]
struct Chase {
    cx: Cx,
    rows: Vec<Chased>,
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
    Ok(open
        .into_iter()
        .filter_map(|s| {
            let org = OrgId(s.org_id?);
            let of = |duty| named.iter().find(|(o, p)| *o == org && p.duty == duty).map(|(_, p)| p.clone());
            Some(Chased {
                href: format!("/issues?org={org}"),
                org: orgs.name(org, cx.lang()),
                person: of(Duty::Responsible),
                leader: of(Duty::Leader),
                issues: s.open,
                rows: s.rows,
                overdue: s.overdue,
                escalated: s.escalated,
                due: s.due.map(|d| cx.date(d)),
                contacted_at: s.contacted_at,
            })
        })
        .collect())
}

/// `GET /chase`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(rectify): Shared<Rectify>) -> Reply {
    let rows = chased(&cx, &actor, &rectify).await?;
    page(&Chase { cx, rows })
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
            c.due.unwrap_or_default().into(),
            cx.time_or_dash(&c.contacted_at).into(),
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
            ("chase-earliest", 14),
            ("issue-contacted", 17),
        ],
    );
    let sheet = Sheet { title: cx.t("chase"), columns, rows: rows.collect() };
    Ok(export::workbook(&cx.t("chase"), vec![sheet]).await?)
}
