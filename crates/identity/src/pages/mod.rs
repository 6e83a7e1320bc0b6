//! Pages.

pub mod accounts;
pub mod audit;
pub mod cards;
pub mod credentials;
pub mod password;
pub mod sign_in;

use kernel::{Lang, Result};
use shell::Cx;

use crate::org;

/// `(id, name)` of the organisations in scope, indented by their depth, for a `select`.
async fn org_options(cx: &Cx) -> Result<Vec<(String, String)>> {
    let lang: Lang = cx.lang();
    let orgs = org::list(cx.app().db().conn(), &cx.signed()?.scope).await?;
    Ok(orgs
        .iter()
        .map(|o| (o.id.to_string(), format!("{}{}", "　".repeat(o.depth()), o.name(lang))))
        .collect())
}

/// A secret shown this once.
#[derive(askama::Template)]
#[template(path = "identity/once.html")]
struct Once {
    cx: Cx,
    /// Message keys.
    title: &'static str,
    help: &'static str,
    /// Whose it is.
    name: String,
    secret: String,
    back: &'static str,
}
