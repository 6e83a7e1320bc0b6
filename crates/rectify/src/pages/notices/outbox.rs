//! `GET /notices/outbox`: what goes out by mail and webhook, and how it went (发送记录).

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use chrono::{DateTime, Utc};
use kernel::{Lang, Result};
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Flash, Reply, Signed, WithPart, page_or_part, redirect};

use super::notice_id;
use crate::actions::notices::retry_sending;
use crate::context::Rectify;
use crate::model::NoticeKind;
use crate::store::notices::outbox::{self, Filter, STATES};
use crate::store::notices::{entity, hooks};

/// One message as the list shows it.
struct Line {
    id: String,
    kind: Option<NoticeKind>,
    title: String,
    channel: String,
    /// Mail address, or the name of the webhook.
    address: String,
    state: String,
    attempts: i64,
    error: String,
    created_at: DateTime<Utc>,
    held_until: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
}

impl Line {
    fn tone(&self) -> &'static str {
        match self.state.as_str() {
            "sent" => "pass",
            "failed" => "reject",
            _ => "info",
        }
    }

    fn is_failed(&self) -> bool {
        self.state == "failed"
    }

    fn is_held(&self) -> bool {
        self.state == "waiting" && self.held_until > self.created_at
    }
}

#[derive(Template)]
#[template(path = "rectify/outbox.html")]
struct List {
    cx: Cx,
    part: Part,
}

#[derive(Template)]
#[template(path = "rectify/outbox_part.html")]
struct Part {
    cx: Cx,
    rows: Vec<Line>,
    total: u64,
    state: TableState,
}

impl WithPart for List {
    type Part = Part;

    fn part(&self) -> &Part {
        &self.part
    }
}

impl List {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("notices", "/notices").here("outbox").to_string()
    }
}

fn line(
    cx: &Cx,
    row: entity::outbox::Model,
    of: Option<entity::notice::Model>,
    hooks: &[entity::webhook::Model],
) -> Line {
    let hook = hooks.iter().find(|h| h.id.to_string() == row.address);
    let zh = cx.lang() == Lang::Zh;
    let title = of.as_ref().map(|n| if zh { n.title_zh.clone() } else { n.title_en.clone() });
    Line {
        id: row.id.to_string(),
        kind: of.and_then(|n| n.kind.parse().ok()),
        title: title.unwrap_or_default(),
        address: match row.channel.as_str() {
            "webhook" => hook.map_or_else(|| cx.t("webhook-gone"), |h| h.title.clone()),
            _ => row.address,
        },
        channel: cx.t(&format!("outbox-{}", row.channel)),
        state: row.state,
        attempts: row.attempts,
        error: if zh { row.error_zh } else { row.error_en },
        created_at: row.created_at,
        held_until: row.held_until,
        sent_at: row.sent_at,
    }
}

/// `GET /notices/outbox`
pub async fn show(cx: Cx, Shared(rectify): Shared<Rectify>) -> Reply {
    let state = TableState::read(&cx, &["-at"]);
    let conn = rectify.intake.db.conn();
    let given = |name: &str| Some(state.filter(name).to_owned()).filter(|v| !v.is_empty());
    let filter = Filter {
        state: given("state"),
        channel: given("channel"),
        text: given("q"),
        day: state.filter("day").parse().ok(),
    };
    let rows = outbox::page(conn, &filter, (state.offset(), state.limit())).await?;
    let total = outbox::total(conn, &filter).await?;
    let hooks = hooks::all(conn).await?;
    let rows = rows.into_iter().map(|(row, of)| line(&cx, row, of, &hooks)).collect();
    let whole = List { part: Part { cx: cx.clone(), rows, total, state }, cx: cx.clone() };
    page_or_part(&cx, &whole)
}

/// `POST /notices/outbox/{id}/retry`
pub async fn retry(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Path(id): Path<String>,
) -> Reply<Response> {
    retry_sending(&rectify.intake.db, &actor, notice_id(&id)?, cx.now()).await?;
    Ok(redirect(&cx, "/notices/outbox", Some(Flash::ok(cx.t("outbox-retried")))))
}

impl Part {
    fn kind(&self, line: &Line) -> Result<String> {
        Ok(line.kind.map(|k| self.cx.t(&format!("notice-kind-{}", k.name()))).unwrap_or_default())
    }
}
