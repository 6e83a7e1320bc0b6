//! `GET /publication/samples`: the daily samples of what the public sees, and how the search index stands.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State as Shared;
use intake::Orgs;
use kernel::OrgId;
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Reply, Signed, page};

use crate::actions::publish::{MAY_REBUILD, SAMPLES};
use crate::context::Portal;
use crate::search;
use crate::store::publication::{samples, write};

/// One sample.
struct Line {
    href: String,
    document: String,
    org: String,
    at: String,
    ok: bool,
    /// What is wrong, in words.
    fault: String,
}

#[derive(Template)]
#[template(path = "portal/publication/samples.html")]
struct Samples {
    cx: Cx,
    lines: Vec<Line>,
    total: u64,
    faults: u64,
    faults_only: bool,
    daily: u64,
    in_step: bool,
    may_rebuild: bool,
    state: TableState,
}

impl Samples {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("publication", "/publication").here("samples").to_string()
    }
}

/// `GET /publication/samples`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(portal): Shared<Portal>) -> Reply {
    let state = TableState::read(&cx, &["-at"]);
    let faults_only = state.filter("faults") == "yes";
    let conn = portal.intake.db.conn();
    let rows = samples::page(conn, &actor, faults_only, (state.offset(), state.limit())).await?;
    let total = samples::count(conn, &actor, faults_only).await?;
    let faults = samples::count(conn, &actor, true).await?;
    let ids: Vec<_> = rows.iter().map(|r| r.record_id).collect();
    let records: HashMap<_, _> = write::by_ids(conn, &ids).await?;
    let orgs = Orgs::load(&cx).await?;
    let lines = rows
        .iter()
        .map(|r| {
            let (kind, field) = r.fault.as_deref().unwrap_or_default().split_once(':').unwrap_or_default();
            let found = portal.intake.packs.resource(&r.resource).and_then(|(_, res)| res.field(field));
            let label = found.map_or_else(String::new, |f| f.label.get(cx.lang()).to_owned());
            Line {
                href: format!("/publication/{}", r.record_id),
                document: records.get(&r.record_id).map(|p| p.document.clone()).unwrap_or_default(),
                org: orgs.name(OrgId(r.org_id), cx.lang()),
                at: cx.time(&r.sampled_at),
                ok: r.ok,
                fault: match (r.ok, kind) {
                    (true, _) => cx.t("sample-ok"),
                    (false, "leaks") => cx.t1("sample-leaks", "field", label),
                    (false, "differs") => cx.t1("sample-differs", "field", label),
                    (false, _) => cx.t("sample-gone"),
                },
            }
        })
        .collect();
    page(&Samples {
        lines,
        total,
        faults,
        faults_only,
        daily: SAMPLES as u64,
        in_step: search::is_in_step(&portal).await?,
        may_rebuild: cx.can(MAY_REBUILD),
        state,
        cx,
    })
}
