//! Figures for the dashboard: sums over the receipts of what the actor may see, grouped by the day and the organisation that
//! each carries. One statement a figure, the same on both databases.

use chrono::{DateTime, NaiveDate, Utc};
use identity::org::in_scope;
use kernel::{Actor, Result};
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, FromQueryResult, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::receipt::{Column, Entity};
use super::receipts::{Filter, condition, sum};
use crate::model::{State, Way};

/// How time is divided along an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grain {
    Day,
    Month,
}

/// Rows in one stretch of time.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Span {
    /// `YYYY-MM-DD`, or `YYYY-MM` of a month.
    pub span: String,
    pub rows: i64,
    pub passed: i64,
    pub rejected: i64,
}

/// Rows of one organisation.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct OfOrg {
    pub org_id: Uuid,
    pub submissions: i64,
    pub rows: i64,
    pub passed: i64,
    pub rejected: i64,
    pub open: i64,
    pub at: Option<DateTime<Utc>>,
}

/// When an organisation last delivered a resource.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Delivered {
    pub org_id: Uuid,
    pub resource: String,
    /// The last day, in Beijing.
    pub day: String,
    pub rows: i64,
    pub open: i64,
}

/// The last day on which anything came in.
pub(crate) async fn latest_day(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
) -> Result<Option<NaiveDate>> {
    let day: Option<Option<String>> = Entity::find()
        .select_only()
        .column_as(Column::Day.max(), "day")
        .filter(condition(actor, filter))
        .into_tuple()
        .one(conn)
        .await
        .or_fail()?;
    Ok(day.flatten().and_then(|d| d.parse().ok()))
}

/// Rows that came in, by day or month; stretches without any are left out.
pub(crate) async fn by_time(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    grain: Grain,
) -> Result<Vec<Span>> {
    let span: SimpleExpr = match grain {
        Grain::Day => Expr::col((Entity, Column::Day)),
        Grain::Month => Expr::cust("substr(receipt.day, 1, 7)"),
    };
    Entity::find()
        .select_only()
        .expr_as(span.clone(), "span")
        .column_as(sum((Entity, Column::RowsTotal)), "rows")
        .column_as(sum((Entity, Column::RowsPassed)), "passed")
        .column_as(sum((Entity, Column::RowsRejected)), "rejected")
        .filter(condition(actor, filter))
        .group_by(span.clone())
        .order_by_asc(span)
        .into_model::<Span>()
        .all(conn)
        .await
        .or_fail()
}

/// Rows that came in, by the organisation that handed them in itself.
pub(crate) async fn by_org(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
) -> Result<Vec<OfOrg>> {
    Entity::find()
        .select_only()
        .column(Column::OrgId)
        .column_as(sum((Entity, Column::Submissions)), "submissions")
        .column_as(sum((Entity, Column::RowsTotal)), "rows")
        .column_as(sum((Entity, Column::RowsPassed)), "passed")
        .column_as(sum((Entity, Column::RowsRejected)), "rejected")
        .column_as(sum((Entity, Column::RowsOpen)), "open")
        .column_as(Column::CreatedAt.max(), "at")
        .filter(condition(actor, filter))
        .group_by(Column::OrgId)
        .into_model::<OfOrg>()
        .all(conn)
        .await
        .or_fail()
}

/// When each organisation last delivered each resource: what landed, whenever it was.
pub(crate) async fn deliveries(conn: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<Delivered>> {
    Entity::find()
        .select_only()
        .column(Column::OrgId)
        .column(Column::Resource)
        .column_as(Column::Day.max(), "day")
        .column_as(sum((Entity, Column::RowsLanded)), "rows")
        .column_as(sum((Entity, Column::RowsOpen)), "open")
        .filter(
            Condition::all()
                .add(Column::PushDayId.is_null())
                .add(Column::State.eq(State::Landed.name()))
                .add(Column::Way.is_not_in([Way::Mend, Way::Derive].map(Way::name)))
                .add(in_scope((Entity, Column::OrgId), &actor.scope)),
        )
        .group_by(Column::OrgId)
        .group_by(Column::Resource)
        .into_model::<Delivered>()
        .all(conn)
        .await
        .or_fail()
}

/// Background jobs that wait, run or failed, by state.
pub(crate) async fn jobs(conn: &impl ConnectionTrait) -> Result<Vec<(String, i64)>> {
    use store::jobs::entity::{Column as Job, Entity as Jobs};
    Jobs::find()
        .select_only()
        .column(Job::State)
        .column_as(Job::Id.count(), "n")
        .filter(Job::State.ne("done"))
        .group_by(Job::State)
        .into_tuple()
        .all(conn)
        .await
        .or_fail()
}
