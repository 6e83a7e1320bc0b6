//! Cards of identity on the home page.

use ::store::audit::{self, Find, Record};
use askama::Template;
use kernel::{Error, Result, Role, Scope};
use shell::Cx;

use crate::store::lists;

#[derive(Template)]
#[template(path = "identity/card_accounts.html")]
struct Accounts {
    cx: Cx,
    active: i64,
    never: i64,
    credentials: i64,
}

/// For administrators: how many accounts and credentials there are.
pub async fn accounts(cx: Cx) -> Result<Option<String>> {
    let actor = cx.signed()?;
    if !actor.is_any(&[Role::Administrator]) {
        return Ok(None);
    }
    let db = cx.app().db();
    let (active, never) = lists::account_counts(db, &actor.scope).await?;
    let credentials = lists::credential_count(db, &actor.scope).await?;
    let n = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    Accounts { active: n(active), never: n(never), credentials: n(credentials), cx }
        .render()
        .map(Some)
        .map_err(Error::internal)
}

#[derive(Template)]
#[template(path = "identity/card_audit.html")]
struct Audit {
    cx: Cx,
    rows: Vec<Record>,
    total: i64,
}

impl Audit {
    fn name(&self, action: &str) -> String {
        super::audit::action_name(&self.cx, action)
    }
}

/// For auditors of the whole city: what was done last.
pub async fn audit(cx: Cx) -> Result<Option<String>> {
    let actor = cx.signed()?;
    if !actor.is_any(&[Role::Auditor]) || actor.scope != Scope::City {
        return Ok(None);
    }
    let find = Find { descending: true, limit: 8, ..Find::default() };
    let (rows, total) = audit::find(cx.app().db(), &find).await?;
    Audit { cx, rows, total: i64::try_from(total).unwrap_or(i64::MAX) }
        .render()
        .map(Some)
        .map_err(Error::internal)
}
