//! `GET /records/{id}`: one decision and every attempt to hand it in.

use askama::Template;
use axum::extract::{Path, State as Shared};
use chrono::{DateTime, Utc};
use intake::Orgs;
use kernel::{Error, RecordId};
use shell::ui::Crumbs;
use shell::{Cx, Reply, Signed, page};

use super::records::Line;
use super::resource_title;
use crate::context::Rectify;
use crate::store::records;

/// One receipt.
struct Attempt {
    at: DateTime<Utc>,
    valid: bool,
    href: String,
}

#[derive(Template)]
#[template(path = "rectify/record.html")]
struct Detail {
    cx: Cx,
    line: Line,
    /// The list from which it is known, and when it was read.
    expected: Option<(String, DateTime<Utc>)>,
    first_received: Option<DateTime<Utc>>,
    first_valid: Option<DateTime<Utc>>,
    attempts: Vec<Attempt>,
    /// Where the limit is written: standard and clause.
    source: String,
    workdays: i64,
}

impl Detail {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("records", "/records").here_named(&self.line.document).to_string()
    }
}

/// `GET /records/{id}`
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Path(id): Path<String>,
) -> Reply {
    let id: RecordId = id.parse().map_err(|_| Error::not_found("这条决定", "decision"))?;
    let conn = rectify.intake.db.conn();
    let row = records::get(conn, &actor, id).await?;
    let attempts = records::attempts(conn, id).await?;
    let orgs = Orgs::load(&cx).await?;
    let packs = &rectify.intake.packs;
    let limit = packs.resource(&row.resource).and_then(|(_, r)| r.time_limit.clone());
    let titled = |code: &str| resource_title(&cx, &rectify, code);
    page(&Detail {
        line: Line::of(&cx, &rectify, &row, &orgs, rectify.intake.clock.today())?,
        expected: row.expected_from.as_deref().map(titled).zip(row.expected_at),
        first_received: row.first_received_at,
        first_valid: row.first_valid_at,
        attempts: attempts
            .into_iter()
            .map(|a| Attempt { at: a.at, valid: a.valid, href: format!("/submissions/{}", a.submission_id) })
            .collect(),
        source: limit.as_ref().map(|l| l.source.clone()).unwrap_or_default(),
        workdays: limit.map_or(0, |l| i64::from(l.workdays)),
        cx,
    })
}
