//! `GET /data`: the tables of the lake.

use askama::Template;
use axum::extract::State as Shared;
use chrono::{DateTime, Utc};
use shell::ui::Crumbs;
use shell::{Cx, Reply, page};

use super::resource_title;
use crate::Intake;

#[derive(Template)]
#[template(path = "intake/tables.html")]
struct Tables {
    cx: Cx,
    rows: Vec<TableRow>,
}

struct TableRow {
    code: String,
    title: String,
    rows: u64,
    version: u64,
    at: Option<DateTime<Utc>>,
}

/// `GET /data`
pub async fn list(cx: Cx, Shared(intake): Shared<Intake>) -> Reply {
    let mut rows = Vec::new();
    for code in intake.lake.resources()? {
        let history = intake.lake.history(&code, None, 1).await?;
        rows.push(TableRow {
            title: resource_title(&cx, &intake, &code),
            rows: intake.lake.count(&code, None).await?,
            version: history.first().map_or(0, |h| h.version),
            at: history.first().map(|h| h.at),
            code,
        });
    }
    page(&Tables { cx, rows })
}

impl Tables {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).here("data-tables").to_string()
    }
}
