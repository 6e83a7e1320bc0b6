//! Pages.

pub mod cards;
pub mod change;
pub mod compare;
pub mod detail;
pub mod files;
mod form;
pub mod list;
pub mod org_changes;
pub mod orgs;
pub mod overrides;
pub mod people;
pub mod rules;
mod tree;

use std::str::FromStr;

use kernel::{Error, Result, beijing_date};
use shell::Cx;
use shell::ui::escape;

use crate::model::{EntryState, to_url};
use identity::org;

/// The address of an entry.
fn address(code: &str) -> String {
    format!("/catalogue/{}", to_url(code))
}

/// The state as a badge.
fn badge(cx: &Cx, state: &str) -> String {
    let tone = EntryState::from_str(state).map_or("", EntryState::tone);
    format!("<span class=\"badge {tone}\">{}</span>", escape(&cx.t(&format!("entry-state-{state}"))))
}

/// `(code, name)` of the organisations in scope that exist today, indented by their depth, for a `select`.
async fn providers(cx: &Cx) -> Result<Vec<(String, String)>> {
    let today = beijing_date(cx.now());
    let orgs = org::list(cx.app().db().conn(), &cx.signed()?.scope).await?;
    Ok(orgs
        .iter()
        .filter(|o| crate::store::orgs::valid_on(o, today))
        .map(|o| (o.code.clone(), format!("{}{}", "　".repeat(o.depth()), o.name(cx.lang()))))
        .collect())
}

/// Whether a refusal belongs on the form it answers.
fn mendable(e: &Error) -> bool {
    matches!(e.kind(), kernel::ErrorKind::BadInput | kernel::ErrorKind::Conflict)
}
