//! Telling, once a day at most: the unique keys of the tables decide.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use kernel::Result;
use sea_orm::sea_query::{Expr, OnConflict, SimpleExpr};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QuerySelect as _,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::{notice, outbox};
use crate::model::NoticeKind;
use crate::store::records::instant;

/// Rows written with one statement: below SQLite's limit of bound values.
const BATCH: usize = 400;

/// Adds notices; one whose recipient was told the same thing on that day already is left out. The ids of those added.
pub(crate) async fn add(conn: &impl ConnectionTrait, notices: &[notice::Model]) -> Result<HashSet<Uuid>> {
    use notice::Column;
    let mut added = HashSet::with_capacity(notices.len());
    for batch in notices.chunks(BATCH) {
        let rows = batch.iter().map(|n| n.clone().into_active_model().reset_all());
        notice::Entity::insert_many(rows)
            .on_conflict(
                OnConflict::columns([Column::Recipient, Column::Thing, Column::Day]).do_nothing().to_owned(),
            )
            .exec_without_returning(conn)
            .await
            .or_fail()?;
        let there: Vec<Uuid> = notice::Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Id.is_in(batch.iter().map(|n| n.id)))
            .into_tuple()
            .all(conn)
            .await
            .or_fail()?;
        added.extend(there);
    }
    Ok(added)
}

/// Settles what was told of a subject before, on an earlier step or day: the newest notice says it all.
pub(crate) async fn supersede(
    conn: &impl ConnectionTrait,
    subject: &str,
    (thing, day): (&str, NaiveDate),
    now: DateTime<Utc>,
) -> Result<()> {
    use notice::Column;
    notice::Entity::update_many()
        .col_expr(Column::SettledAt, Expr::value(instant(now)))
        .filter(Column::Subject.eq(subject))
        .filter(Column::SettledAt.is_null())
        .filter(Condition::any().add(Column::Thing.ne(thing)).add(Column::Day.lt(day)))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Settles what was told of a subject.
pub(crate) async fn settle_subject(
    conn: &impl ConnectionTrait,
    subject: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    use notice::Column;
    notice::Entity::update_many()
        .col_expr(Column::SettledAt, Expr::value(instant(now)))
        .filter(Column::Subject.eq(subject))
        .filter(Column::SettledAt.is_null())
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Puts messages into the outbox; an address that was sent the same thing on that day already is left out. Those added.
pub(crate) async fn post(
    conn: &impl ConnectionTrait,
    messages: Vec<outbox::Model>,
) -> Result<Vec<outbox::Model>> {
    use outbox::Column;
    let mut added = Vec::with_capacity(messages.len());
    for message in messages {
        let rows = outbox::Entity::insert(message.clone().into_active_model().reset_all())
            .on_conflict(
                OnConflict::columns([Column::Address, Column::Thing, Column::Day]).do_nothing().to_owned(),
            )
            .exec_without_returning(conn)
            .await
            .or_fail()?;
        if rows == 1 {
            added.push(message);
        }
    }
    Ok(added)
}

/// Settles the digests of the days before.
pub(crate) async fn settle_digests(
    conn: &impl ConnectionTrait,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<()> {
    use notice::Column;
    notice::Entity::update_many()
        .col_expr(Column::SettledAt, Expr::value(instant(now)))
        .filter(Column::Kind.eq(NoticeKind::Digest.name()))
        .filter(Column::SettledAt.is_null())
        .filter(Column::Day.lt(today))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// The things of some kinds that were told of deadlines on or after a day.
pub(crate) async fn things_due_since(
    conn: &impl ConnectionTrait,
    kinds: &[&str],
    due: NaiveDate,
) -> Result<HashSet<String>> {
    things(conn, kinds, notice::Column::Due.gte(due)).await
}

/// The things of some kinds that were told on or after a day.
pub(crate) async fn things_since(
    conn: &impl ConnectionTrait,
    kinds: &[&str],
    day: NaiveDate,
) -> Result<HashSet<String>> {
    things(conn, kinds, notice::Column::Day.gte(day)).await
}

/// The subjects of the notices of a kind that are not settled yet, read or not.
pub(crate) async fn unsettled(conn: &impl ConnectionTrait, kind: NoticeKind) -> Result<HashSet<String>> {
    use notice::Column;
    let found: Vec<String> = notice::Entity::find()
        .select_only()
        .column(Column::Subject)
        .distinct()
        .filter(Column::Kind.eq(kind.name()))
        .filter(Column::SettledAt.is_null())
        .into_tuple()
        .all(conn)
        .await
        .or_fail()?;
    Ok(found.into_iter().collect())
}

/// Of a kind, by subject, when the newest notice was made that somebody has read.
pub(crate) async fn read_up_to(
    conn: &impl ConnectionTrait,
    kind: NoticeKind,
) -> Result<HashMap<String, DateTime<Utc>>> {
    use notice::Column;
    let found: Vec<(String, DateTime<Utc>)> = notice::Entity::find()
        .select_only()
        .column(Column::Subject)
        .column_as(Column::CreatedAt.max(), "newest")
        .filter(Column::Kind.eq(kind.name()))
        .filter(Column::ReadAt.is_not_null())
        .group_by(Column::Subject)
        .into_tuple()
        .all(conn)
        .await
        .or_fail()?;
    Ok(found.into_iter().collect())
}

async fn things(conn: &impl ConnectionTrait, kinds: &[&str], which: SimpleExpr) -> Result<HashSet<String>> {
    use notice::Column;
    let found: Vec<String> = notice::Entity::find()
        .select_only()
        .column(Column::Thing)
        .distinct()
        .filter(Column::Kind.is_in(kinds.iter().copied()))
        .filter(which)
        .into_tuple()
        .all(conn)
        .await
        .or_fail()?;
    Ok(found.into_iter().collect())
}
