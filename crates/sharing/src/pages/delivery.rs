//! `GET /deliveries/{id}`: one delivery with its answer and its lines; its file; receipts; sending again.

use askama::Template;
use axum::extract::{Multipart, Path, State as Shared};
use axum::response::Response;
use chrono::{DateTime, Utc};
use intake::Orgs;
use kernel::{Error, Result, beijing_date};
use shell::ui::{Crumbs, TableState, attachment};
use shell::{Cx, Flash, Reply, Signed, page, redirect, uploaded};
use standards::pack::deadline;

use super::deliveries::Line;
use super::targets::choice;
use super::{id, words};
use crate::actions::{self, MAY_DELIVER};
use crate::context::Sharing;
use crate::model::{DeliveryState, Format, Mark, Way};
use crate::store::entity::{delivery, target};
use crate::store::{deliveries, lines, targets};

/// Most bytes of a receipt.
pub const LARGEST_RECEIPT: usize = 32 << 20;

/// One line: which record, and what became of it.
struct Row {
    number: i64,
    record: String,
    withdrawn: bool,
    /// What a case says of the record.
    mark: Option<Mark>,
    state: String,
    tone: &'static str,
    error: String,
}

#[derive(Template)]
#[template(path = "sharing/delivery.html")]
struct Detail {
    cx: Cx,
    id: String,
    line: Line,
    /// Why it has no deadline.
    no_due: &'static str,
    version: Option<i64>,
    attempts: i64,
    next_try_at: Option<DateTime<Utc>>,
    answer_code: String,
    answer: String,
    rows: Vec<Row>,
    total: i64,
    table: TableState,
    is_file: bool,
    may_deliver: bool,
    may_send: bool,
}

impl Detail {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("deliveries", "/deliveries").here_named(&self.line.number).to_string()
    }
}

/// The text that tells why a delivery has no deadline.
fn no_due(sharing: &Sharing, target: &target::Model, row: &delivery::Model) -> &'static str {
    let resource = sharing.intake.packs.resource(&row.resource).map(|(_, r)| r);
    if row.rows_withdrawn == row.rows_total {
        return "delivery-withdrawals-no-due";
    }
    match resource.and_then(|r| actions::limit(&sharing.intake.packs, target, r)) {
        None => "delivery-no-limit",
        Some((workdays, first)) if deadline(beijing_date(row.created_at), workdays, first).is_err() => {
            "delivery-no-calendar"
        }
        Some(_) => "delivery-again-no-due",
    }
}

fn delivery_id(text: &str) -> Result<uuid::Uuid> {
    id(text, "这张推送单", "delivery")
}

/// `GET /deliveries/{id}`
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Shared(sharing): Shared<Sharing>,
    Path(text): Path<String>,
) -> Reply {
    let (conn, today) = (sharing.intake.db.conn(), sharing.intake.clock.today());
    let row = deliveries::get(conn, &actor, delivery_id(&text)?).await?;
    let target = targets::get(conn, row.target_id).await?;
    let table = TableState::read(&cx, &[""]);
    let refused_only = table.filter("lines") == "refused";
    let found = lines::page(conn, row.id, refused_only, (table.offset(), table.limit())).await?;
    let rows = found.into_iter().map(|l| Row {
        number: l.ordinal,
        record: format!("/records/{}", l.record_id),
        withdrawn: l.withdrawn,
        mark: Mark::of(&l.mark),
        tone: match l.state.as_str() {
            "acknowledged" => "pass",
            "refused" => "reject",
            _ => "warn",
        },
        state: cx.t(&format!("delivery-line-{}", l.state)),
        error: l.error,
    });
    let (orgs, all) = (Orgs::load(&cx).await?, choice(&cx, &sharing).await?);
    let line = Line::of(&cx, &sharing, &row, (&orgs, &all), today)?;
    let waits = line.state == DeliveryState::Queued && row.attempts > 0;
    page(&Detail {
        id: text,
        no_due: no_due(&sharing, &target, &row),
        may_send: matches!(line.state, DeliveryState::Sent | DeliveryState::Refused) || waits,
        line,
        version: row.version,
        attempts: row.attempts,
        next_try_at: waits.then_some(row.next_try_at),
        answer: words(&cx, &row.answer),
        answer_code: row.answer_code,
        rows: rows.collect(),
        total: if refused_only { row.rows_refused } else { row.rows_total },
        table,
        is_file: target.way == Way::File.name(),
        may_deliver: cx.can(MAY_DELIVER),
        cx,
    })
}

/// `GET /deliveries/{id}/file`: the file as it was placed in the outbox.
pub async fn file(
    Signed(actor): Signed,
    Shared(sharing): Shared<Sharing>,
    Path(text): Path<String>,
) -> Reply<Response> {
    let (name, kind, bytes) = actions::delivered_file(&sharing, &actor, delivery_id(&text)?).await?;
    Ok(attachment(&name, kind, bytes))
}

/// `POST /deliveries/{id}/resend`
pub async fn resend(
    cx: Cx,
    Signed(actor): Signed,
    Shared(sharing): Shared<Sharing>,
    Path(text): Path<String>,
) -> Reply<Response> {
    let goes = actions::send_again(&sharing, &actor, delivery_id(&text)?).await?;
    Ok(redirect(&cx, &format!("/deliveries/{goes}"), Some(Flash::ok(cx.t("delivery-resent")))))
}

/// `POST /deliveries/receipt`: a multipart form with the file.
pub async fn receipt(
    cx: Cx,
    Signed(actor): Signed,
    Shared(sharing): Shared<Sharing>,
    mut form: Multipart,
) -> Reply<Response> {
    let answered = match uploaded(&mut form).await? {
        Some((_, bytes)) => Some(actions::take_receipt(&sharing, &actor, &bytes).await?),
        None => None,
    };
    let answered = i64::try_from(answered.unwrap_or_default()).map_err(Error::internal)?;
    let said = cx.t1("receipt-taken", "n", answered);
    Ok(redirect(&cx, "/deliveries", Some(Flash::ok(said))))
}

/// The media type of a format.
pub(crate) const fn media(format: Format) -> &'static str {
    match format {
        Format::Csv => "text/csv; charset=utf-8",
        Format::Xlsx => intake::export::XLSX,
        Format::Xml => "application/xml; charset=utf-8",
    }
}
