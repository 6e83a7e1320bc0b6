//! `GET /dashboard`: rows in by day and department, pass rates, open issues, freshness; every figure opens the rows behind it.

use askama::Template;
use axum::extract::State as Shared;
use chrono::{DateTime, Utc};
use kernel::OrgId;
use shell::ui::{Chart, ChartKind, Tone};
use shell::{Cx, Reply, Signed, page};

use super::Orgs;
use crate::Intake;
use crate::store::figures;

/// Days shown.
const DAYS: i64 = 90;

#[derive(Template)]
#[template(path = "intake/dashboard.html")]
struct Dashboard {
    cx: Cx,
    by_day: String,
    by_org: String,
    empty: bool,
    fresh: Vec<Fresh>,
    total: figures::Total,
}

struct Fresh {
    code: String,
    title: String,
    at: Option<DateTime<Utc>>,
    rows: i64,
    open: i64,
}

/// `GET /dashboard`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(intake): Shared<Intake>) -> Reply {
    let conn = intake.db.conn();
    let latest = figures::latest_day(conn, &actor).await?;
    // A city that was quiet for months still sees its last ninety days.
    let until = latest.unwrap_or_else(|| intake.clock.today());
    let since = until - chrono::Duration::days(DAYS);
    let days = figures::by_day(conn, &actor, since).await?;
    let orgs = Orgs::load(&cx).await?;
    let by_org = figures::by_org(conn, &actor, since).await?;
    let value = |n: i64| Some(n as f64);
    let by_day = Chart::new(ChartKind::StackedBar, days.iter().map(|d| d.day.clone()).collect())
        .series(cx.t("rows-passed"), Tone::Pass, days.iter().map(|d| value(d.passed)).collect())
        .series(cx.t("rows-rejected"), Tone::Reject, days.iter().map(|d| value(d.rejected)).collect())
        .html(&cx, cx.t("dashboard-by-day"));
    let link = |id: uuid::Uuid| Some(format!("/submissions?org={id}&open=1"));
    let mut chart = Chart::new(
        ChartKind::StackedBar,
        by_org.iter().map(|o| orgs.name(OrgId(o.org_id), cx.lang())).collect(),
    )
    .series(cx.t("rows-passed"), Tone::Pass, by_org.iter().map(|o| value(o.passed)).collect())
    .links(by_org.iter().map(|o| Some(format!("/submissions?org={}", o.org_id))).collect())
    .series(cx.t("rows-rejected"), Tone::Reject, by_org.iter().map(|o| value(o.rejected)).collect())
    .links(by_org.iter().map(|o| link(o.org_id)).collect());
    chart.horizontal = true;
    let fresh = figures::freshness(conn, &actor).await?.into_iter().map(|f| Fresh {
        title: intake
            .packs
            .resource(&f.resource)
            .map_or_else(|| f.resource.clone(), |(_, r)| r.title.get(cx.lang()).to_owned()),
        code: f.resource,
        at: f.at,
        rows: f.rows,
        open: f.open,
    });
    page(&Dashboard {
        empty: days.is_empty(),
        by_day,
        by_org: chart.html(&cx, cx.t("dashboard-by-org")),
        fresh: fresh.collect(),
        total: figures::total(conn, &actor).await?,
        cx: cx.clone(),
    })
}
