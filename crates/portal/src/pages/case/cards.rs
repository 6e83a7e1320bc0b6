//! The card of cases on the home page.

use askama::Template;
use kernel::{Error, Result};
use shell::Cx;

use crate::actions::case::{MAY_SEE, case_counts};
use crate::context::Portal;
use crate::store::case::cases::{Counts, Filter};

#[derive(Template)]
#[template(path = "portal/card_cases.html")]
struct Card {
    cx: Cx,
    counts: Counts,
}

/// Cases that wait. Nothing for who sees none, or where there was never one.
///
/// # Errors
/// When the database cannot be read.
pub async fn cases(cx: Cx, portal: Portal) -> Result<Option<String>> {
    if !cx.can(MAY_SEE) {
        return Ok(None);
    }
    let counts = case_counts(&portal, cx.signed()?, &Filter::default()).await?;
    if counts.all == 0 {
        return Ok(None);
    }
    Card { cx: cx.clone(), counts }.render().map(Some).map_err(Error::internal)
}
