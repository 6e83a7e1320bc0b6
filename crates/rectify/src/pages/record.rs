//! `GET /records/{id}`: one decision, every attempt to hand it in, and the calls about it.

use askama::Template;
use axum::extract::{Form, Path, State as Shared};
use axum::response::Response;
use chrono::{DateTime, Utc};
use intake::Orgs;
use kernel::{Error, RecordId, Result};
use shell::ui::Crumbs;
use shell::{Cx, Flash, Reply, Signed, page, redirect};

use super::issue::Said;
use super::records::Line;
use super::{diffs, resource_title, returns};
use crate::actions::{MAY_CHASE, MAY_CONFIRM, later_of_decision, note_record};
use crate::context::Rectify;
use crate::model::Standing;
use crate::store::record_notes::note::Model as Call;
use crate::store::{record_notes, records, replaced, returns as rows};

/// One receipt.
struct Attempt {
    at: DateTime<Utc>,
    valid: bool,
    /// The department took it back.
    given_up: bool,
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
    /// What was changed in it.
    diffs: Vec<diffs::Line>,
    /// What the province sent back of it.
    returned: Vec<returns::Line>,
    may_ask: bool,
    may_answer: bool,
    /// What was said on the telephone, newest first.
    calls: Vec<Call>,
    may_chase: bool,
    /// Made by a mapping: it counts where it was handed in.
    derived: bool,
    /// The page of the record that replaced it.
    replaced_by: Option<String>,
    /// Pages of other records of the same decision, and which of two sentences says so.
    beside: Vec<(String, &'static str)>,
    /// Pages and document numbers of those it replaced.
    replaced: Vec<(String, String)>,
    /// Where the limit is written: standard and clause.
    source: String,
    workdays: i64,
}

impl Detail {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("records", "/records").here_named(&self.line.document).to_string()
    }

    /// What to do where it was never handed in.
    fn never(&self) -> String {
        let late = matches!(self.line.standing, Standing::Overdue(_));
        self.cx.t(if late { "record-attempts-none-late" } else { "record-attempts-none" })
    }
}

fn record_id(text: &str) -> Result<RecordId> {
    text.parse().map_err(|_| Error::not_found("这条决定", "decision"))
}

/// `GET /records/{id}`
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Path(id): Path<String>,
) -> Reply {
    let id = record_id(&id)?;
    let conn = rectify.intake.db.conn();
    let row = records::get(conn, &actor, id).await?;
    let attempts = replaced::attempts(conn, id).await?;
    let replaced = replaced::of(conn, id).await?;
    let original = row.same_as.map(|of| (format!("/records/{of}"), "record-beside-original"));
    let later = later_of_decision(conn, id).await?.into_iter();
    let later = later.map(|r| (format!("/records/{}", r.record), "record-beside-later"));
    let orgs = Orgs::load(&cx).await?;
    let today = rectify.intake.clock.today();
    let returned = rows::of_record(conn, id).await?;
    let returned = returned.iter().map(|r| returns::Line::of(&cx, &rectify, r, &orgs, today));
    let packs = &rectify.intake.packs;
    let limit = packs.resource(&row.resource).and_then(|(_, r)| r.time_limit.clone());
    let titled = |code: &str| resource_title(&cx, &rectify, code);
    page(&Detail {
        diffs: diffs::of_record(&cx, &actor, &rectify, &row, &attempts).await?,
        returned: returned.collect::<Result<Vec<_>>>()?,
        may_ask: cx.can(MAY_CONFIRM),
        may_answer: cx.can(MAY_CHASE),
        calls: record_notes::of_record(conn, id).await?,
        may_chase: cx.can(MAY_CHASE),
        line: Line::of(&cx, &rectify, &row, &orgs, today),
        expected: row.expected_from.as_deref().map(titled).zip(row.expected_at),
        first_received: row.first_received_at,
        derived: row.derived,
        replaced_by: row.replaced_by.map(|by| format!("/records/{by}")),
        beside: original.into_iter().chain(later).collect(),
        replaced: replaced.into_iter().map(|r| (format!("/records/{}", r.id), r.document)).collect(),
        first_valid: row.first_valid_at,
        attempts: attempts
            .into_iter()
            .map(|a| Attempt {
                at: a.at,
                valid: a.valid,
                given_up: a.given_up,
                href: format!("/submissions/{}", a.submission_id),
            })
            .collect(),
        source: limit.as_ref().map(|l| l.source.clone()).unwrap_or_default(),
        workdays: limit.map_or(0, |l| i64::from(l.workdays)),
        cx,
    })
}

/// `POST /records/{id}/call`
pub async fn call(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Path(id): Path<String>,
    Form(said): Form<Said>,
) -> Reply<Response> {
    note_record(&rectify.intake.db, &actor, record_id(&id)?, &said.note, cx.now()).await?;
    Ok(redirect(&cx, &format!("/records/{id}"), Some(Flash::ok(cx.t("issue-called")))))
}
