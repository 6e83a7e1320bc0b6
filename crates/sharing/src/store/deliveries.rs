//! Queries on deliveries. Lists are filtered in SQL by what the actor may see.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use identity::org::in_scope;
use kernel::{Actor, Error, OrgId, Result, Scope};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait as _,
    ActiveValue::{NotSet, Set},
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, FromQueryResult, IntoActiveModel as _,
    Order, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::delivery::{ActiveModel, Column, Entity, Model};
use super::{count, instant, sum};
use crate::model::DeliveryState;

/// Adds a delivery. False when it was made before.
pub(crate) async fn insert(conn: &impl ConnectionTrait, row: Model) -> Result<bool> {
    let added = Entity::insert(row.into_active_model().reset_all())
        .on_conflict(OnConflict::column(Column::MadeOf).do_nothing().to_owned())
        .exec_without_returning(conn)
        .await
        .or_fail()?;
    Ok(added > 0)
}

/// One delivery the actor may see.
pub(crate) async fn get(conn: &impl ConnectionTrait, actor: &Actor, id: Uuid) -> Result<Model> {
    Entity::find_by_id(id)
        .filter(in_scope((Entity, Column::OrgId), &actor.scope))
        .one(conn)
        .await
        .or_fail()?
        .ok_or_else(missing)
}

fn missing() -> Error {
    Error::not_found("这张推送单", "delivery")
}

/// A delivery by its number.
pub(crate) async fn by_number(conn: &impl ConnectionTrait, number: &str) -> Result<Option<Model>> {
    Entity::find().filter(Column::Number.eq(number)).one(conn).await.or_fail()
}

/// The oldest delivery of a target that is still to be sent: later ones wait for it, so that the newest state of a record
/// arrives last.
pub(crate) async fn next_of(conn: &impl ConnectionTrait, target: Uuid) -> Result<Option<Model>> {
    Entity::find()
        .filter(Column::TargetId.eq(target))
        .filter(Column::State.eq(DeliveryState::Queued.name()))
        .order_by_asc(Column::Id)
        .one(conn)
        .await
        .or_fail()
}

/// Targets with a delivery that is due to be sent.
pub(crate) async fn due_targets(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Vec<Uuid>> {
    Entity::find()
        .select_only()
        .column(Column::TargetId)
        .distinct()
        .filter(Column::State.eq(DeliveryState::Queued.name()))
        .filter(Column::NextTryAt.lte(instant(now)))
        .into_tuple()
        .all(conn)
        .await
        .or_fail()
}

/// Takes a delivery to be sent, so that no other process sends it at the same time; for so long, lest one that was killed
/// keeps it. False when somebody has it.
pub(crate) async fn claim(
    conn: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
    lease: TimeDelta,
) -> Result<bool> {
    let change = ActiveModel { claimed_until: Set(Some(instant(now + lease))), ..Default::default() };
    let taken = Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(DeliveryState::Queued.name()))
        .filter(
            Condition::any().add(Column::ClaimedUntil.is_null()).add(Column::ClaimedUntil.lt(instant(now))),
        )
        .exec(conn)
        .await
        .or_fail()?;
    Ok(taken.rows_affected == 1)
}

/// Writes the columns set in `change`.
pub(crate) async fn update(conn: &impl ConnectionTrait, id: Uuid, mut change: ActiveModel) -> Result<()> {
    change.id = NotSet;
    Entity::update_many().set(change).filter(Column::Id.eq(id)).exec(conn).await.or_fail()?;
    Ok(())
}

/// Writes an answer; false where the delivery has been sent again meanwhile, or answered by somebody else.
pub(crate) async fn answer(
    conn: &impl ConnectionTrait,
    seen: &Model,
    mut change: ActiveModel,
) -> Result<bool> {
    change.id = NotSet;
    let done = Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(seen.id))
        .filter(Column::State.eq(&seen.state))
        .exec(conn)
        .await
        .or_fail()?;
    Ok(done.rows_affected == 1)
}

/// Which deliveries to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Which {
    #[default]
    All,
    Queued,
    Sent,
    Acknowledged,
    Refused,
    /// Not acknowledged though the limit is past.
    Late,
}

impl Which {
    pub(crate) const ALL: [Self; 6] =
        [Self::All, Self::Queued, Self::Sent, Self::Acknowledged, Self::Refused, Self::Late];

    /// The name in addresses and text keys.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Acknowledged => "acknowledged",
            Self::Refused => "refused",
            Self::Late => "late",
        }
    }

    pub(crate) fn named(text: &str) -> Self {
        Self::ALL.into_iter().find(|w| w.name() == text).unwrap_or_default()
    }

    fn condition(self, today: NaiveDate) -> Condition {
        let state = |s: DeliveryState| Condition::all().add(Column::State.eq(s.name()));
        match self {
            Self::All => Condition::all(),
            Self::Queued => state(DeliveryState::Queued),
            Self::Sent => state(DeliveryState::Sent),
            Self::Acknowledged => state(DeliveryState::Acknowledged),
            Self::Refused => state(DeliveryState::Refused),
            Self::Late => {
                Condition::all().add(Column::Due.lt(today)).add(Column::State.is_not_in(
                    [DeliveryState::Acknowledged, DeliveryState::Replaced].map(DeliveryState::name),
                ))
            }
        }
    }
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub which: Which,
    pub target: Option<Uuid>,
    pub resource: Option<String>,
    /// The organisation and all below it.
    pub org: Option<OrgId>,
    /// Number of the delivery.
    pub text: Option<String>,
}

fn condition(actor: &Actor, filter: &Filter, today: NaiveDate) -> Condition {
    let mut all = in_scope((Entity, Column::OrgId), &actor.scope).add(filter.which.condition(today));
    if let Some(target) = filter.target {
        all = all.add(Column::TargetId.eq(target));
    }
    if let Some(resource) = &filter.resource {
        all = all.add(Column::Resource.eq(resource));
    }
    if let Some(org) = filter.org {
        all = all.add(in_scope((Entity, Column::OrgId), &Scope::Org(org)));
    }
    if let Some(text) = filter.text.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
        all = all.add(Column::Number.contains(text.to_uppercase()));
    }
    all
}

/// By what the list is sorted: the newest first by default.
pub(crate) const SORTS: [&str; 4] = ["-made", "made", "due", "rows"];

/// A part of the list.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    today: NaiveDate,
    (sort, descending): (&str, bool),
    (offset, limit): (u64, u64),
) -> Result<Vec<Model>> {
    let order = if descending { Order::Desc } else { Order::Asc };
    let find = Entity::find().filter(condition(actor, filter, today));
    let find = match sort {
        "due" => find.order_by_asc(Column::Due.is_null()).order_by(Column::Due, order.clone()),
        "rows" => find.order_by(Column::RowsTotal, order.clone()),
        _ => find,
    };
    find.order_by(Column::Id, order).offset(offset).limit(limit).all(conn).await.or_fail()
}

/// Sums over deliveries; of one target and department where a list is by these.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Sums {
    pub target_id: Option<Uuid>,
    pub org_id: Option<Uuid>,
    pub deliveries: i64,
    pub queued: i64,
    pub sent: i64,
    pub acknowledged: i64,
    pub refused: i64,
    pub late: i64,
    /// Lines in all, and those turned down.
    pub lines: i64,
    pub lines_refused: i64,
}

impl Sums {
    pub(crate) const fn of(&self, which: Which) -> i64 {
        match which {
            Which::All => self.deliveries,
            Which::Queued => self.queued,
            Which::Sent => self.sent,
            Which::Acknowledged => self.acknowledged,
            Which::Refused => self.refused,
            Which::Late => self.late,
        }
    }
}

fn sums(today: NaiveDate) -> sea_orm::Select<Entity> {
    let which = |w: Which| count(w.condition(today));
    Entity::find()
        .select_only()
        .column_as(Column::Id.count(), "deliveries")
        .column_as(which(Which::Queued), "queued")
        .column_as(which(Which::Sent), "sent")
        .column_as(which(Which::Acknowledged), "acknowledged")
        .column_as(which(Which::Refused), "refused")
        .column_as(which(Which::Late), "late")
        .column_as(sum(Expr::col((Entity, Column::RowsTotal))), "lines")
        .column_as(sum(Expr::col((Entity, Column::RowsRefused))), "lines_refused")
}

/// The whole list in figures.
pub(crate) async fn total(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    today: NaiveDate,
) -> Result<Sums> {
    let none = || Expr::val(Option::<Uuid>::None);
    let one = sums(today)
        .column_as(none(), "target_id")
        .column_as(none(), "org_id")
        .filter(condition(actor, filter, today))
        .into_model::<Sums>()
        .one(conn)
        .await
        .or_fail()?;
    Ok(one.unwrap_or_default())
}

/// Figures of each target and department (按对象和单位).
pub(crate) async fn by_target_and_org(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    target: Option<Uuid>,
    today: NaiveDate,
) -> Result<Vec<Sums>> {
    let filter = Filter { target, ..Filter::default() };
    sums(today)
        .column(Column::TargetId)
        .column(Column::OrgId)
        .filter(condition(actor, &filter, today))
        .group_by(Column::TargetId)
        .group_by(Column::OrgId)
        .into_model::<Sums>()
        .all(conn)
        .await
        .or_fail()
}
