//! `GET /mappings`: how rows of one standard become rows of another, and what came of it.

use askama::Template;
use axum::extract::{Form, Path, State as Shared};
use axum::response::Response;
use serde::Deserialize;
use shell::ui::Crumbs;
use shell::{Cx, Flash, Reply, Signed, page, redirect};
use standards::pack::{Mapping, Proof};

use super::resource_title;
use crate::actions::switch_mapping;
use crate::context::Sharing;
use crate::store::mappings::{self, Sums};

/// One mapping.
struct Line {
    code: String,
    title: String,
    source: String,
    target: String,
    on: bool,
    missing: usize,
    conditional: usize,
    unused: usize,
    sums: Sums,
    waiting: u64,
}

#[derive(Template)]
#[template(path = "sharing/mappings.html")]
struct List {
    cx: Cx,
    rows: Vec<Line>,
}

impl List {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).here("mappings").to_string()
    }
}

/// What a mapping can and cannot give.
pub(super) fn proof<'a>(sharing: &'a Sharing, mapping: &Mapping) -> Proof<'a> {
    let resource = |code: &str| sharing.intake.packs.resource(code).map(|(_, r)| r);
    match (resource(&mapping.source), resource(&mapping.target)) {
        (Some(source), Some(target)) => mapping.proof(source, target),
        _ => Proof::default(),
    }
}

/// `GET /mappings`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(sharing): Shared<Sharing>) -> Reply {
    let conn = sharing.intake.db.conn();
    let states = mappings::states(conn).await?;
    let sums = mappings::sums(conn, &actor).await?;
    let mut rows = Vec::new();
    for (_, mapping) in sharing.intake.packs.mappings() {
        let proof = proof(&sharing, mapping);
        let (_, waiting) = mappings::held(conn, &actor, Some(&mapping.mapping), (0, 1)).await?;
        rows.push(Line {
            code: mapping.mapping.clone(),
            title: mapping.title.get(cx.lang()).to_owned(),
            source: resource_title(&cx, &sharing, &mapping.source),
            target: resource_title(&cx, &sharing, &mapping.target),
            on: states.iter().any(|s| s.mapping == mapping.mapping && s.enabled),
            missing: proof.missing.len(),
            conditional: proof.conditional.len(),
            unused: proof.unused.len(),
            sums: sums.iter().find(|s| s.mapping == mapping.mapping).cloned().unwrap_or_default(),
            waiting,
        });
    }
    page(&List { rows, cx })
}

/// From when on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Switched {
    from_start: String,
}

/// `POST /mappings/{code}/enable`
pub async fn enable(
    cx: Cx,
    Signed(actor): Signed,
    Shared(sharing): Shared<Sharing>,
    Path(code): Path<String>,
    Form(given): Form<Switched>,
) -> Reply<Response> {
    switch_mapping(&sharing, &actor, &code, (true, given.from_start == "yes")).await?;
    Ok(redirect(&cx, &format!("/mappings/{code}"), Some(Flash::ok(cx.t("mapping-switched-on")))))
}

/// `POST /mappings/{code}/disable`
pub async fn disable(
    cx: Cx,
    Signed(actor): Signed,
    Shared(sharing): Shared<Sharing>,
    Path(code): Path<String>,
) -> Reply<Response> {
    switch_mapping(&sharing, &actor, &code, (false, false)).await?;
    Ok(redirect(&cx, &format!("/mappings/{code}"), Some(Flash::ok(cx.t("mapping-switched-off")))))
}
