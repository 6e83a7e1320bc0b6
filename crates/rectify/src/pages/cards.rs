//! The cards of rectify on the home page: what the reader is reminded of, and how the clock stands.

use askama::Template;
use kernel::{Error, Result};
use shell::Cx;

use super::calendar_ends::calendar_ends;
use crate::context::Rectify;
use crate::model::NoticeKind;
use crate::store::notices::inbox;
use crate::store::records::{self, Counts, Filter};

/// That the calendar of working days ends, where it is the reader's business.
///
/// # Errors
/// Never.
pub async fn calendar(cx: Cx, rectify: Rectify) -> Result<Option<String>> {
    let told = calendar_ends(&cx, rectify.intake.clock.today());
    Ok(Some(told).filter(|t| !t.is_empty()))
}

#[derive(Template)]
#[template(path = "rectify/card_clock.html")]
struct Clock {
    cx: Cx,
    counts: Counts,
}

/// What is due today, what is overdue, what is missing. Nothing where no decision is known.
///
/// # Errors
/// When the database cannot be read.
pub async fn clock(cx: Cx, rectify: Rectify) -> Result<Option<String>> {
    let actor = cx.signed()?;
    let (conn, today) = (rectify.intake.db.conn(), rectify.intake.clock.today());
    let counts = records::counts(conn, actor, &Filter::default(), today).await?;
    if counts.records == 0 {
        return Ok(None);
    }
    Clock { cx: cx.clone(), counts }.render().map(Some).map_err(Error::internal)
}

/// Notices on the card; the rest is a click away.
const FOREMOST: u64 = 5;

struct Told {
    id: String,
    kind: NoticeKind,
    title: String,
    at: String,
}

#[derive(Template)]
#[template(path = "rectify/card_notices.html")]
struct Notices {
    cx: Cx,
    rows: Vec<Told>,
    unread: u64,
}

/// What the reader has not read yet, the most urgent first. Nothing where there is nothing.
///
/// # Errors
/// When the database cannot be read.
pub async fn notices(cx: Cx, rectify: Rectify) -> Result<Option<String>> {
    let actor = cx.signed()?;
    let (conn, filter) = (rectify.intake.db.conn(), inbox::Filter::default());
    if actor.user.is_none() {
        return Ok(None);
    }
    let unread = inbox::total(conn, actor, &filter, cx.lang()).await?;
    if unread == 0 {
        return Ok(None);
    }
    let rows = inbox::foremost(conn, actor, FOREMOST).await?;
    let rows = rows.into_iter().map(|n| {
        Ok(Told {
            id: n.id.to_string(),
            kind: n.kind.parse()?,
            title: if cx.lang() == kernel::Lang::Zh { n.title_zh } else { n.title_en },
            at: cx.time(&n.created_at),
        })
    });
    let rows = rows.collect::<Result<Vec<_>>>()?;
    Notices { rows, unread, cx: cx.clone() }.render().map(Some).map_err(Error::internal)
}
