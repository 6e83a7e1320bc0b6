//! The card of sharing on the home page: what targets have not taken yet, and what waits for a person.

use askama::Template;
use kernel::{Error, Result};
use shell::Cx;

use crate::context::Sharing;
use crate::store::deliveries::{self, Filter, Sums};
use crate::store::mappings;

#[derive(Template)]
#[template(path = "sharing/card_sharing.html")]
struct Card {
    cx: Cx,
    sums: Sums,
    /// Rows that a mapping cannot decide on.
    held: u64,
}

/// How deliveries stand, of what the reader may see. Nothing where nothing was delivered and nothing waits.
///
/// # Errors
/// When the database cannot be read.
pub async fn sharing(cx: Cx, sharing: Sharing) -> Result<Option<String>> {
    let actor = cx.signed()?;
    let (conn, today) = (sharing.intake.db.conn(), sharing.intake.clock.today());
    let sums = deliveries::total(conn, actor, &Filter::default(), today).await?;
    let (_, held) = mappings::held(conn, actor, None, (0, 1)).await?;
    if sums.deliveries == 0 && held == 0 {
        return Ok(None);
    }
    Card { sums, held, cx: cx.clone() }.render().map(Some).map_err(Error::internal)
}
