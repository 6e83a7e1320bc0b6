//! `GET /targets`: who gets rows of which resources, and how that stands.

use askama::Template;
use axum::extract::State as Shared;
use kernel::Result;
use shell::ui::Crumbs;
use shell::{Cx, Reply, Signed, page};

use super::resource_title;
use crate::actions::MAY_DELIVER;
use crate::context::Sharing;
use crate::store::deliveries::{self, Sums};
use crate::store::entity::{feed, target};
use crate::store::targets;

/// One target.
pub(super) struct Line {
    pub href: String,
    pub code: String,
    pub title: String,
    pub way: String,
    pub resources: Vec<String>,
    pub limit: String,
    pub enabled: bool,
    pub sums: Sums,
}

impl Line {
    pub(super) fn of(
        cx: &Cx,
        sharing: &Sharing,
        row: &target::Model,
        feeds: &[feed::Model],
        sums: Sums,
    ) -> Self {
        let own = feeds.iter().filter(|f| f.target_id == row.id);
        Self {
            href: format!("/targets/{}", row.id),
            code: row.code.clone(),
            title: row.title().get(cx.lang()).to_owned(),
            way: way(cx, row),
            resources: own.map(|f| resource_title(cx, sharing, &f.resource)).collect(),
            limit: limit(cx, row),
            enabled: row.enabled,
            sums,
        }
    }
}

fn way(cx: &Cx, row: &target::Model) -> String {
    let way = cx.t(&format!("target-way-{}", row.way));
    if row.way == "file" { format!("{way}（{}）", row.format.to_uppercase()) } else { way }
}

/// The limit in words.
fn limit(cx: &Cx, row: &target::Model) -> String {
    match row.workdays {
        None => cx.t("target-limit-standard"),
        Some(n) if row.limit_source.is_empty() => cx.t1("target-limit-days", "n", n),
        Some(n) => cx.t2("target-limit-own", "n", n, "source", row.limit_source.as_str()),
    }
}

#[derive(Template)]
#[template(path = "sharing/targets.html")]
struct List {
    cx: Cx,
    rows: Vec<Line>,
    may_edit: bool,
}

impl List {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).here("targets").to_string()
    }
}

/// `GET /targets`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(sharing): Shared<Sharing>) -> Reply {
    let (conn, today) = (sharing.intake.db.conn(), sharing.intake.clock.today());
    let feeds = targets::feeds(conn).await?;
    let mut rows = Vec::new();
    for row in targets::all(conn).await? {
        let filter = deliveries::Filter { target: Some(row.id), ..deliveries::Filter::default() };
        let sums = deliveries::total(conn, &actor, &filter, today).await?;
        rows.push(Line::of(&cx, &sharing, &row, &feeds, sums));
    }
    page(&List { rows, may_edit: cx.can(MAY_DELIVER), cx })
}

/// Targets to choose from, in the reader's language.
pub(super) async fn choice(cx: &Cx, sharing: &Sharing) -> Result<Vec<(String, String)>> {
    let all = targets::all(sharing.intake.db.conn()).await?;
    Ok(all.into_iter().map(|t| (t.id.to_string(), t.title().get(cx.lang()).to_owned())).collect())
}
