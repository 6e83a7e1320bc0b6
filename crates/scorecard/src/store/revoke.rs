//! What was entered by hand is taken back once, and stays in its list.

use chrono::{DateTime, Utc};
use kernel::{Error, Result};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait, QueryFilter as _};
use store::{OrFail as _, only_one};
use uuid::Uuid;

use super::instant;

/// Takes an entry back; `columns` hold its id, who took it back and when, `what` names it in Chinese and English.
///
/// # Errors
/// Not found where there is none that stands.
pub(super) async fn revoke<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    columns: (E::Column, E::Column, E::Column),
    id: Uuid,
    (by, at): (&str, DateTime<Utc>),
    what: (&str, &str),
) -> Result<()> {
    let (key, revoked_by, revoked_at) = columns;
    let done = E::update_many()
        .col_expr(revoked_by, Expr::value(by))
        .col_expr(revoked_at, Expr::value(instant(at)))
        .filter(key.eq(id))
        .filter(revoked_at.is_null())
        .exec(conn)
        .await
        .or_fail()?;
    only_one(&done, || Error::not_found(what.0, what.1))
}
