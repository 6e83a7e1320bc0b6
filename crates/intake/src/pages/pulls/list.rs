//! `GET /pulls`: all sources one may see.

use askama::Template;
use axum::extract::State as Shared;
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Reply, Signed, page};

use super::Line;
use crate::Intake;
use crate::actions::create_pull::MAY_PULL;
use crate::pages::Orgs;
use crate::store::pulls::{self, Filter};

#[derive(Template)]
#[template(path = "intake/pulls.html")]
struct List {
    cx: Cx,
    table: TableState,
    rows: Vec<Line>,
    total: u64,
    may_pull: bool,
}

/// `GET /pulls`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(intake): Shared<Intake>) -> Reply {
    let table = TableState::read(&cx, &["name", "last", "next"]);
    let filter = Filter {
        state: table.filter("state").to_owned(),
        sort: table.sort().to_owned(),
        descending: table.descending(),
        offset: table.offset(),
        limit: table.limit(),
    };
    let (rows, total) = pulls::list(intake.db.conn(), &actor, &filter).await?;
    let orgs = Orgs::load(&cx).await?;
    let rows = rows.iter().map(|r| Line::of(&cx, &intake, r, &orgs)).collect::<kernel::Result<_>>()?;
    page(&List { table, rows, total, may_pull: cx.can(MAY_PULL), cx: cx.clone() })
}
