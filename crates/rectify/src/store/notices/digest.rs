//! The figures of the daily digest: two queries over the whole city, counted in the database.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::Result;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, FromQueryResult, QueryFilter as _,
    QuerySelect as _,
};
use store::OrFail as _;
use uuid::Uuid;

use crate::model::IssueState;
use crate::store::entity::{issue, record};
use crate::store::records::instant;
use crate::store::{count, sum};

/// What stands with one department and resource.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Figures {
    pub org_id: Uuid,
    pub resource: String,
    /// Issues opened since.
    pub new: i64,
    /// Issues closed since.
    pub closed: i64,
    /// Issues open.
    pub open: i64,
    /// Cells that wait in them.
    pub rows: i64,
    pub due_today: i64,
    pub due_soon: i64,
    pub overdue: i64,
    pub disputed: i64,
    /// Decisions never received whose deadline is past.
    pub missing: i64,
}

impl Figures {
    /// Adds what stands with another resource or department.
    pub(crate) fn add(&mut self, other: &Self) {
        self.new += other.new;
        self.closed += other.closed;
        self.open += other.open;
        self.rows += other.rows;
        self.due_today += other.due_today;
        self.due_soon += other.due_soon;
        self.overdue += other.overdue;
        self.disputed += other.disputed;
        self.missing += other.missing;
    }

    /// Whether there is nothing to tell.
    pub(crate) const fn is_quiet(&self) -> bool {
        self.new == 0 && self.closed == 0 && self.open == 0 && self.disputed == 0 && self.missing == 0
    }
}

/// The figures by department and resource. `soon` is the last day that counts as soon.
pub(crate) async fn figures(
    conn: &impl ConnectionTrait,
    since: DateTime<Utc>,
    today: NaiveDate,
    soon: NaiveDate,
) -> Result<Vec<Figures>> {
    use issue::Column;
    let since = instant(since);
    let open = || Condition::all().add(Column::State.eq(IssueState::Open.name()));
    let rows = Expr::case(open(), Expr::col((issue::Entity, Column::Open))).finally(0);
    let mut all = issue::Entity::find()
        .select_only()
        .column(Column::OrgId)
        .column(Column::Resource)
        .column_as(count(Condition::all().add(Column::OpenedAt.gte(since))), "new")
        .column_as(count(Condition::all().add(Column::ClosedAt.gte(since))), "closed")
        .column_as(count(open()), "open")
        .column_as(sum(Expr::expr(rows)), "rows")
        .column_as(count(open().add(Column::Due.eq(today))), "due_today")
        .column_as(count(open().add(Column::Due.gt(today)).add(Column::Due.lte(soon))), "due_soon")
        .column_as(count(open().add(Column::Due.lt(today))), "overdue")
        .column_as(count(Condition::all().add(Column::State.eq(IssueState::Disputed.name()))), "disputed")
        .column_as(Expr::val(0_i64).cast_as("bigint"), "missing")
        .filter(
            Condition::any()
                .add(Column::State.is_in([IssueState::Open.name(), IssueState::Disputed.name()]))
                .add(Column::ClosedAt.gte(since)),
        )
        .group_by(Column::OrgId)
        .group_by(Column::Resource)
        .into_model::<Figures>()
        .all(conn)
        .await
        .or_fail()?;
    for (org_id, resource, missing) in missing(conn, today).await? {
        match all.iter_mut().find(|f| f.org_id == org_id && f.resource == resource) {
            Some(known) => known.missing = missing,
            None => all.push(Figures { org_id, resource, missing, ..Figures::default() }),
        }
    }
    Ok(all)
}

async fn missing(conn: &impl ConnectionTrait, today: NaiveDate) -> Result<Vec<(Uuid, String, i64)>> {
    use record::Column;
    record::Entity::find()
        .select_only()
        .column(Column::OrgId)
        .column(Column::Resource)
        .column_as(Column::Id.count(), "n")
        .filter(Column::FirstValidAt.is_null())
        .filter(Column::FirstReceivedAt.is_null())
        .filter(Column::WithdrawnAt.is_null())
        .filter(Column::Deadline.lt(today))
        .group_by(Column::OrgId)
        .group_by(Column::Resource)
        .into_tuple()
        .all(conn)
        .await
        .or_fail()
}
