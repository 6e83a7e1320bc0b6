//! Lists of what is published: for the public only what is shown, for the console by what the actor may see.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use identity::org::in_scope;
use kernel::{Actor, Error, RecordId, Result};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, FromQueryResult, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::publication::{Column, Entity, Model};
use crate::model::publication::{Reason, State};

/// Filters of the public lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    pub kind: Option<String>,
    pub authority: Option<String>,
    /// First and last day of decision.
    pub decided: Option<(NaiveDate, NaiveDate)>,
}

impl Shown {
    fn condition(&self) -> Condition {
        let mut all = Condition::all().add(Column::Shown.eq(true));
        if let Some(kind) = &self.kind {
            all = all.add(Column::Kind.eq(kind));
        }
        if let Some(authority) = &self.authority {
            all = all.add(Column::Authority.eq(authority));
        }
        if let Some((from, to)) = self.decided {
            all = all.add(Column::Decided.between(from, to));
        }
        all
    }
}

/// Shown records, the newest decision first.
///
/// # Errors
/// When the database fails.
pub(crate) async fn newest(
    conn: &impl ConnectionTrait,
    which: &Shown,
    (offset, limit): (u64, u64),
) -> Result<Vec<Model>> {
    Entity::find()
        .filter(which.condition())
        .order_by_desc(Column::Decided)
        .order_by_desc(Column::Id)
        .offset(offset)
        .limit(limit)
        .all(conn)
        .await
        .or_fail()
}

/// Shown records after a place in the order of [`newest`], for lists that are sent piece by piece.
///
/// # Errors
/// When the database fails.
pub(crate) async fn newest_after(
    conn: &impl ConnectionTrait,
    which: &Shown,
    after: Option<(NaiveDate, Uuid)>,
    limit: u64,
) -> Result<Vec<Model>> {
    let mut condition = which.condition();
    if let Some((decided, id)) = after {
        condition = condition.add(
            Condition::any()
                .add(Column::Decided.lt(decided))
                .add(Condition::all().add(Column::Decided.eq(decided)).add(Column::Id.lt(id))),
        );
    }
    Entity::find()
        .filter(condition)
        .order_by_desc(Column::Decided)
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(conn)
        .await
        .or_fail()
}

/// Shown records by their places in the search index, in the order asked.
///
/// # Errors
/// When the database fails.
pub(crate) async fn shown_at(conn: &impl ConnectionTrait, places: &[i64]) -> Result<Vec<Model>> {
    let mut found: Vec<Model> = Vec::with_capacity(places.len());
    for batch in places.chunks(500) {
        let rows = Entity::find()
            .filter(Column::Place.is_in(batch.iter().copied()))
            .filter(Column::Shown.eq(true))
            .all(conn)
            .await
            .or_fail()?;
        found.extend(rows);
    }
    let order: HashMap<i64, usize> = places.iter().enumerate().map(|(i, p)| (*p, i)).collect();
    found.sort_by_key(|r| order.get(&r.place).copied().unwrap_or(usize::MAX));
    Ok(found)
}

/// One record by its public id, whatever its state.
///
/// # Errors
/// Not found when it was never public.
pub(crate) async fn by_public(conn: &impl ConnectionTrait, id: Uuid) -> Result<Model> {
    Entity::find()
        .filter(Column::PublicId.eq(id))
        .filter(Column::PublishedAt.is_not_null())
        .one(conn)
        .await
        .or_fail()?
        .ok_or_else(|| Error::not_found("这条公示记录", "published record"))
}

/// What the search index needs of a record.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Changed {
    pub id: Uuid,
    pub place: i64,
    pub kind: String,
    pub subject: String,
    pub code: String,
    pub document: String,
    pub authority: String,
    pub decided: NaiveDate,
    pub shown: bool,
    pub rev: i64,
}

/// Records after a revision, in the order in which they changed: for the search index.
///
/// # Errors
/// When the database fails.
pub(crate) async fn changed_after(
    conn: &impl ConnectionTrait,
    (rev, id): (i64, Uuid),
    limit: u64,
) -> Result<Vec<Changed>> {
    let after = Condition::any()
        .add(Column::Rev.gt(rev))
        .add(Condition::all().add(Column::Rev.eq(rev)).add(Column::Id.gt(id)));
    Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::Place,
            Column::Kind,
            Column::Subject,
            Column::Code,
            Column::Document,
            Column::Authority,
            Column::Decided,
            Column::Shown,
            Column::Rev,
        ])
        .filter(Column::Rev.gte(rev))
        .filter(after)
        .order_by_asc(Column::Rev)
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_model::<Changed>()
        .all(conn)
        .await
        .or_fail()
}

/// Filters of the console's list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub state: Option<String>,
    pub kind: Option<String>,
    /// Beginning of a document number or part of a subject's name.
    pub text: Option<String>,
    /// Only records of decisions about an earlier record of which people decide.
    pub beside: bool,
}

fn condition(actor: &Actor, filter: &Filter) -> Condition {
    let mut all = in_scope((Entity, Column::OrgId), &actor.scope);
    if let Some(state) = &filter.state {
        all = all.add(Column::State.eq(state));
    }
    if let Some(kind) = &filter.kind {
        all = all.add(Column::Kind.eq(kind));
    }
    if filter.beside {
        all = all.add(Column::Id.in_subquery(rectify::beside_an_earlier()));
    }
    if let Some(text) = &filter.text {
        all = all.add(
            Condition::any().add(Column::Document.starts_with(text)).add(Column::Subject.contains(text)),
        );
    }
    all
}

/// A part of the console's list, the last changed first.
///
/// # Errors
/// When the database fails.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    (offset, limit): (u64, u64),
) -> Result<Vec<Model>> {
    Entity::find()
        .filter(condition(actor, filter))
        .order_by_desc(Column::ChangedAt)
        .order_by_asc(Column::Id)
        .offset(offset)
        .limit(limit)
        .all(conn)
        .await
        .or_fail()
}

/// How many lines the list has.
///
/// # Errors
/// When the database fails.
pub(crate) async fn count(conn: &impl ConnectionTrait, actor: &Actor, filter: &Filter) -> Result<u64> {
    Entity::find().filter(condition(actor, filter)).count(conn).await.or_fail()
}

/// The records beside an earlier one of the same decision that are not on the site, or not yet.
///
/// # Errors
/// When the database fails.
pub(crate) async fn beside_off_site(conn: &impl ConnectionTrait) -> Result<Vec<Uuid>> {
    let beside = rectify::actions::beside_an_earlier(conn).await?;
    let mut on_site = HashSet::new();
    for batch in beside.chunks(500) {
        let find =
            Entity::find().select_only().column(Column::Id).filter(Column::Id.is_in(batch.iter().copied()));
        on_site.extend(find.into_tuple::<Uuid>().all(conn).await.or_fail()?);
    }
    Ok(beside.into_iter().filter(|id| !on_site.contains(id)).collect())
}

/// Why a record is down that a decision took down, and since when.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Down {
    pub id: Uuid,
    pub org_id: Uuid,
    reason_kind: String,
    reason: String,
    ended_at: Option<DateTime<Utc>>,
    changed_at: DateTime<Utc>,
}

impl Down {
    /// Whether two records are down because of the same decision.
    pub(crate) fn is_for_the_same(&self, other: &Self) -> bool {
        (&self.reason_kind, &self.reason) == (&other.reason_kind, &other.reason)
    }

    /// Since when; of what was never shown since it changed last.
    pub(crate) fn since(&self) -> DateTime<Utc> {
        self.ended_at.unwrap_or(self.changed_at)
    }
}

/// The records beside an earlier one of the same decision that a decision took down.
///
/// # Errors
/// When the database fails.
pub(crate) async fn down_beside(conn: &impl ConnectionTrait) -> Result<Vec<Down>> {
    down(conn, Column::Id.in_subquery(rectify::beside_an_earlier())).await
}

/// Those among some records that a decision took down.
///
/// # Errors
/// When the database fails.
pub(crate) async fn down_among(conn: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Down>> {
    let mut found = HashMap::new();
    for batch in ids.chunks(500) {
        let rows = down(conn, Column::Id.is_in(batch.iter().copied())).await?;
        found.extend(rows.into_iter().map(|d| (d.id, d)));
    }
    Ok(found)
}

async fn down(conn: &impl ConnectionTrait, which: SimpleExpr) -> Result<Vec<Down>> {
    let decided = Reason::ALL.into_iter().filter(|r| r.is_decided()).map(Reason::name);
    Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::OrgId,
            Column::ReasonKind,
            Column::Reason,
            Column::EndedAt,
            Column::ChangedAt,
        ])
        .filter(which)
        .filter(Column::State.eq(State::Withdrawn.name()))
        .filter(Column::ReasonKind.is_in(decided))
        .into_model()
        .all(conn)
        .await
        .or_fail()
}

/// One record the actor may see.
///
/// # Errors
/// Not found, also outside the scope.
pub(crate) async fn get(conn: &impl ConnectionTrait, actor: &Actor, id: RecordId) -> Result<Model> {
    Entity::find_by_id(id.0)
        .filter(in_scope((Entity, Column::OrgId), &actor.scope))
        .one(conn)
        .await
        .or_fail()?
        .ok_or_else(|| Error::not_found("这条公示记录", "published record"))
}
