//! What is on its way out, and how it went.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Error, Result, Text};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use store::{OrFail as _, only_one};
use uuid::Uuid;

use super::entity::notice;
use super::entity::outbox::{Column, Entity, Model};
use crate::store::records::instant;

/// States in the order of the filter.
pub(crate) const STATES: [&str; 3] = ["waiting", "failed", "sent"];

/// What to list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub state: Option<String>,
    pub channel: Option<String>,
    /// In the address.
    pub text: Option<String>,
    pub day: Option<NaiveDate>,
}

fn condition(filter: &Filter) -> Condition {
    let mut all = Condition::all();
    if let Some(state) = &filter.state {
        all = all.add(Column::State.eq(state));
    }
    if let Some(channel) = &filter.channel {
        all = all.add(Column::Channel.eq(channel));
    }
    if let Some(text) = filter.text.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
        all = all.add(Column::Address.contains(text));
    }
    if let Some(day) = filter.day {
        all = all.add(Column::Day.eq(day));
    }
    all
}

/// A part of the list, newest first, each with its notice.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    filter: &Filter,
    (offset, limit): (u64, u64),
) -> Result<Vec<(Model, Option<notice::Model>)>> {
    let rows = Entity::find()
        .filter(condition(filter))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .offset(offset)
        .limit(limit)
        .all(conn)
        .await
        .or_fail()?;
    let notices = notice::Entity::find()
        .filter(notice::Column::Id.is_in(rows.iter().map(|r| r.notice_id)))
        .all(conn)
        .await
        .or_fail()?;
    let of = |id| notices.iter().find(|n| n.id == id).cloned();
    Ok(rows.into_iter().map(|r| (of(r.notice_id), r)).map(|(n, r)| (r, n)).collect())
}

/// How many meet the conditions.
pub(crate) async fn total(conn: &impl ConnectionTrait, filter: &Filter) -> Result<u64> {
    Entity::find().filter(condition(filter)).count(conn).await.or_fail()
}

/// One message with its notice.
pub(crate) async fn get(conn: &impl ConnectionTrait, id: Uuid) -> Result<(Model, notice::Model)> {
    let missing = || Error::not_found("这条待发消息", "message");
    let message = Entity::find_by_id(id).one(conn).await.or_fail()?.ok_or_else(missing)?;
    let notice =
        notice::Entity::find_by_id(message.notice_id).one(conn).await.or_fail()?.ok_or_else(missing)?;
    Ok((message, notice))
}

/// It was taken at the other end.
pub(crate) async fn sent(conn: &impl ConnectionTrait, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value("sent"))
        .col_expr(Column::SentAt, Expr::value(instant(now)))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .col_expr(Column::ErrorZh, Expr::value(""))
        .col_expr(Column::ErrorEn, Expr::value(""))
        .filter(Column::Id.eq(id))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// It was not taken; `given_up` when nobody tries again by himself.
pub(crate) async fn not_taken(
    conn: &impl ConnectionTrait,
    id: Uuid,
    said: &Text,
    given_up: bool,
) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(if given_up { "failed" } else { "waiting" }))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .col_expr(Column::ErrorZh, Expr::value(said.zh.as_str()))
        .col_expr(Column::ErrorEn, Expr::value(said.en.as_str()))
        .filter(Column::Id.eq(id))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// It waits until an instant.
pub(crate) async fn hold(conn: &impl ConnectionTrait, id: Uuid, until: DateTime<Utc>) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::HeldUntil, Expr::value(instant(until)))
        .filter(Column::Id.eq(id))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Takes one that failed up again. Of two that try, one succeeds.
///
/// # Errors
/// `outbox-moved` when it did not fail (any more).
pub(crate) async fn take_up(conn: &impl ConnectionTrait, id: Uuid) -> Result<()> {
    let moved = Entity::update_many()
        .col_expr(Column::State, Expr::value("waiting"))
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq("failed"))
        .exec(conn)
        .await
        .or_fail()?;
    only_one(&moved, || {
        Error::conflict(
            "outbox-moved",
            "这条消息不在发送失败状态，无需重新发送。请刷新页面查看。",
            "This message has not failed, so it need not be sent again. Reload the page.",
        )
    })
}
