//! The card of rectify on the home page: how the clock stands.

use askama::Template;
use kernel::{Error, Result};
use shell::Cx;

use crate::context::Rectify;
use crate::store::records::{self, Counts, Filter};

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
