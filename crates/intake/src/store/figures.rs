//! Figures for the dashboard: sums over events and submissions of what the actor may see.

use chrono::{DateTime, NaiveDate, Utc};
use identity::org::in_scope;
use kernel::{Actor, Result};
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, SimpleExpr};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, FromQueryResult, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use store::OrFail as _;
use store::events::{Column as Event, Entity as Events};
use uuid::Uuid;

use super::entity::submission::{Column, Entity};
use crate::model::{State, Way};

/// A sum as a 64-bit whole number, 0 of nothing, on both databases.
fn sum(column: impl sea_orm::sea_query::IntoColumnRef) -> SimpleExpr {
    Func::coalesce([Expr::col(column).sum(), Expr::val(0)]).cast_as("bigint")
}

/// One day.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Day {
    pub day: String,
    pub passed: i64,
    pub rejected: i64,
}

/// One organisation.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct OfOrg {
    pub org_id: Uuid,
    pub passed: i64,
    pub rejected: i64,
}

/// One resource.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct OfResource {
    pub resource: String,
    pub at: Option<DateTime<Utc>>,
    pub rows: i64,
    pub open: i64,
}

/// All together.
#[derive(Debug, Clone, Copy, Default, FromQueryResult)]
pub(crate) struct Total {
    pub submissions: i64,
    pub rows: i64,
    pub passed: i64,
    pub open: i64,
}

/// The last day on which anything was checked.
pub(crate) async fn latest_day(conn: &impl ConnectionTrait, actor: &Actor) -> Result<Option<NaiveDate>> {
    #[derive(FromQueryResult)]
    struct Row {
        day: Option<String>,
    }
    let row = Events::find()
        .select_only()
        .column_as(Event::Day.max(), "day")
        .filter(Event::Kind.eq("validated"))
        .filter(in_scope((Events, Event::OrgId), &actor.scope))
        .into_model::<Row>()
        .one(conn)
        .await
        .or_fail()?;
    Ok(row.and_then(|r| r.day).and_then(|d| d.parse().ok()))
}

/// Rows checked, by day.
pub(crate) async fn by_day(conn: &impl ConnectionTrait, actor: &Actor, since: NaiveDate) -> Result<Vec<Day>> {
    Events::find()
        .select_only()
        .column(Event::Day)
        .column_as(sum((Events, Event::Passed)), "passed")
        .column_as(sum((Events, Event::Rejected)), "rejected")
        .filter(Event::Kind.eq("validated"))
        .filter(Event::Day.gte(since.to_string()))
        .filter(in_scope((Events, Event::OrgId), &actor.scope))
        .group_by(Event::Day)
        .order_by_asc(Event::Day)
        .into_model::<Day>()
        .all(conn)
        .await
        .or_fail()
}

/// Rows checked, by organisation, the one with the most rejections first.
pub(crate) async fn by_org(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    since: NaiveDate,
) -> Result<Vec<OfOrg>> {
    Events::find()
        .select_only()
        .column(Event::OrgId)
        .column_as(sum((Events, Event::Passed)), "passed")
        .column_as(sum((Events, Event::Rejected)), "rejected")
        .filter(Event::Kind.eq("validated"))
        .filter(Event::Day.gte(since.to_string()))
        .filter(Event::OrgId.is_not_null())
        .filter(in_scope((Events, Event::OrgId), &actor.scope))
        .group_by(Event::OrgId)
        .order_by_desc(sum((Events, Event::Rejected)))
        .into_model::<OfOrg>()
        .all(conn)
        .await
        .or_fail()
}

/// When each resource last got rows, how many landed, how many wait.
pub(crate) async fn freshness(conn: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<OfResource>> {
    Entity::find()
        .select_only()
        .column(Column::Resource)
        .column_as(Column::CreatedAt.max(), "at")
        .column_as(sum((Entity, Column::RowsLanded)), "rows")
        .column_as(sum((Entity, Column::RowsOpen)), "open")
        .filter(Column::State.eq(State::Landed.name()))
        .filter(in_scope((Entity, Column::OrgId), &actor.scope))
        .group_by(Column::Resource)
        .order_by_asc(Column::Resource)
        .into_model::<OfResource>()
        .all(conn)
        .await
        .or_fail()
}

/// Counts of all submissions but those of mended rows, whose rows were counted when they came.
pub(crate) async fn total(conn: &impl ConnectionTrait, actor: &Actor) -> Result<Total> {
    let total = Entity::find()
        .select_only()
        .column_as(Column::Id.count(), "submissions")
        .column_as(sum((Entity, Column::RowsTotal)), "rows")
        .column_as(sum((Entity, Column::RowsPassed)), "passed")
        .column_as(sum((Entity, Column::RowsOpen)), "open")
        .filter(Column::Way.ne(Way::Mend.name()))
        .filter(in_scope((Entity, Column::OrgId), &actor.scope))
        .into_model::<Total>()
        .one(conn)
        .await
        .or_fail()?;
    Ok(total.unwrap_or_default())
}
