//! `GET /public/statistics`: how many are shown, by month of decision, authority and kind.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State as Shared;
use chrono::{Datelike as _, Months, NaiveDate};
use shell::ui::{Chart, ChartKind, Tone};
use shell::{Cx, Reply, page};
use standards::pack::PublicKind;

use crate::context::Portal;
use crate::store::publication::counts::{self, Of};

/// Months in the chart.
const MONTHS: u32 = 24;
/// Authorities in the chart and the table.
const AUTHORITIES: usize = 20;

#[derive(Template)]
#[template(path = "portal/public/statistics.html")]
struct Statistics {
    cx: Cx,
    /// Kind and how many.
    kinds: Vec<(PublicKind, i64)>,
    months: String,
    authorities: String,
    /// Months of which a file can be had, the newest first, with how many decisions.
    files: Vec<(String, i64)>,
}

/// `GET /public/statistics`
pub async fn show(cx: Cx, Shared(portal): Shared<Portal>) -> Reply {
    portal.limits.page(&cx)?;
    let conn = portal.intake.db.conn();
    let today = portal.intake.clock.today();
    let first = NaiveDate::from_ymd_opt(today.year(), today.month(), 1)
        .and_then(|d| d.checked_sub_months(Months::new(MONTHS - 1)))
        .unwrap_or(today);
    let names: Vec<String> = (0..MONTHS)
        .filter_map(|i| first.checked_add_months(Months::new(i)))
        .map(|d| d.format("%Y-%m").to_string())
        .collect();
    let mut by_month = Chart::new(ChartKind::StackedBar, names.clone());
    let top: Vec<String> = counts::by_authority(conn, &Of::default())
        .await?
        .into_iter()
        .take(AUTHORITIES)
        .map(|f| f.name)
        .collect();
    let mut by_authority = Chart::new(ChartKind::StackedBar, top.clone());
    by_authority.horizontal = true;
    let mut kinds = Vec::new();
    for (kind, tone) in PublicKind::ALL.into_iter().zip([Tone::Brand, Tone::Warn]) {
        let of = Of { kind: Some(kind.name().to_owned()), ..Default::default() };
        let label = cx.t(&format!("public-kind-{}", kind.name()));
        let months: BTreeMap<String, i64> =
            counts::by_month(conn, &of).await?.into_iter().map(|f| (f.name, f.n)).collect();
        kinds.push((kind, months.values().sum()));
        let value = |n: Option<&i64>| Some(n.copied().unwrap_or_default() as f64);
        by_month = by_month.series(label.clone(), tone, names.iter().map(|m| value(months.get(m))).collect());
        let own: BTreeMap<String, i64> =
            counts::by_authority(conn, &of).await?.into_iter().map(|f| (f.name, f.n)).collect();
        let links = top
            .iter()
            .map(|a| Some(format!("/public/search?kind={}&authority={}", kind.name(), shell::ui::encode(a))));
        by_authority = by_authority
            .series(label, tone, top.iter().map(|a| value(own.get(a))).collect())
            .links(links.collect());
    }
    let mut files: Vec<(String, i64)> =
        counts::by_month(conn, &Of::default()).await?.into_iter().map(|f| (f.name, f.n)).collect();
    files.reverse();
    files.truncate(usize::try_from(MONTHS).unwrap_or_default());
    let months = by_month.html(&cx, cx.t("public-by-month"));
    let authorities = by_authority.html(&cx, cx.t("public-by-authority"));
    page(&Statistics { cx, kinds, months, authorities, files })
}
