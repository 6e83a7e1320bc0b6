//! What comes due, counted by department, resource and deadline: never a row each.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::Result;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, FromQueryResult, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Select, Statement,
};
use store::OrFail as _;
use uuid::Uuid;

use crate::model::IssueState;
use crate::store::entity::{entry, issue, record};
use crate::store::records::instant;

/// What of one department and resource is due on one day.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Due {
    pub org_id: Uuid,
    pub resource: String,
    pub due: NaiveDate,
    pub n: i64,
    /// Number of one of them.
    pub example: String,
}

/// Issues to be mended by a day in the range. What is disputed waits for its answer.
pub(crate) async fn issues(conn: &impl ConnectionTrait, range: (NaiveDate, NaiveDate)) -> Result<Vec<Due>> {
    use issue::Column;
    let due = [Column::Due.gte(range.0), Column::Due.lte(range.1)];
    issues_of(due).into_model::<Due>().all(conn).await.or_fail()
}

/// Issues opened from an instant until before another whose deadline was a day or before.
pub(crate) async fn opened(
    conn: &impl ConnectionTrait,
    (from, before): (DateTime<Utc>, DateTime<Utc>),
    due_until: NaiveDate,
) -> Result<Vec<Due>> {
    use issue::Column;
    let opened = [Column::OpenedAt.gte(instant(from)), Column::OpenedAt.lt(instant(before))];
    issues_of(opened.into_iter().chain([Column::Due.lte(due_until)]))
        .into_model::<Due>()
        .all(conn)
        .await
        .or_fail()
}

/// Open issues by department, resource and deadline.
fn issues_of(which: impl IntoIterator<Item = Expr>) -> Select<issue::Entity> {
    use issue::Column;
    issue::Entity::find()
        .select_only()
        .column(Column::OrgId)
        .column(Column::Resource)
        .column_as(Expr::col((issue::Entity, Column::Due)), "due")
        .column_as(Column::Id.count(), "n")
        .column_as(Column::Number.min(), "example")
        .filter(Column::State.eq(IssueState::Open.name()))
        .filter(which.into_iter().fold(Condition::all(), Condition::add))
        .group_by(Column::OrgId)
        .group_by(Column::Resource)
        .group_by(Column::Due)
}

/// Decisions expected by a day in the range and never received. What was received wrong is told by its issue.
pub(crate) async fn missing(conn: &impl ConnectionTrait, range: (NaiveDate, NaiveDate)) -> Result<Vec<Due>> {
    use record::Column;
    record::Entity::find()
        .select_only()
        .column(Column::OrgId)
        .column(Column::Resource)
        .column_as(Expr::col((record::Entity, Column::Deadline)), "due")
        .column_as(Column::Id.count(), "n")
        .column_as(Column::Document.min(), "example")
        .filter(Column::FirstValidAt.is_null())
        .filter(Column::FirstReceivedAt.is_null())
        .filter(Column::WithdrawnAt.is_null())
        .filter(Column::Deadline.gte(range.0))
        .filter(Column::Deadline.lte(range.1))
        .group_by(Column::OrgId)
        .group_by(Column::Resource)
        .group_by(Column::Deadline)
        .into_model::<Due>()
        .all(conn)
        .await
        .or_fail()
}

/// The only issue of a group.
pub(crate) async fn only_issue(conn: &impl ConnectionTrait, of: &Due) -> Result<Option<Uuid>> {
    use issue::Column;
    issue::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::State.eq(IssueState::Open.name()))
        .filter(Column::OrgId.eq(of.org_id))
        .filter(Column::Resource.eq(&of.resource))
        .filter(Column::Due.eq(of.due))
        .into_tuple()
        .one(conn)
        .await
        .or_fail()
}

/// The only decision of a group.
pub(crate) async fn only_record(conn: &impl ConnectionTrait, of: &Due) -> Result<Option<Uuid>> {
    use record::Column;
    record::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::FirstReceivedAt.is_null())
        .filter(Column::WithdrawnAt.is_null())
        .filter(Column::OrgId.eq(of.org_id))
        .filter(Column::Resource.eq(&of.resource))
        .filter(Column::Deadline.eq(of.due))
        .into_tuple()
        .one(conn)
        .await
        .or_fail()
}

/// Settles what was told of a deadline, or of records sent back, once nothing of it is left to do.
pub(crate) async fn settle(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<()> {
    let of = "update notice set settled_at = $1 where settled_at is null and kind in ('near', 'today', 'overdue', 'returned', 'escalated-missing')";
    let issues =
        "and subject like 'issues:%' and not exists (select 1 from issue i where i.org_id = notice.org_id
        and i.resource = notice.resource and i.due = notice.due and i.state = 'open')";
    let missing =
        "and subject like 'missing:%' and not exists (select 1 from record r where r.org_id = notice.org_id
        and r.resource = notice.resource and r.deadline = notice.due and r.first_received_at is null
        and r.withdrawn_at is null)";
    let returned =
        "and subject like 'returned:%' and not exists (select 1 from returned r where r.org_id = notice.org_id
        and r.resource = notice.resource and r.state = 'open'
        and (r.due = notice.due or notice.due is null))";
    // What the leader was told of up to a deadline.
    let escalated =
        "and subject like 'escalated-missing:%' and not exists (select 1 from record r where r.org_id = notice.org_id
        and r.resource = notice.resource and r.deadline <= notice.due and r.first_received_at is null
        and r.first_valid_at is null and r.withdrawn_at is null)";
    for which in [issues, missing, returned, escalated] {
        let sql = format!("{of} {which}");
        let now = [instant(now).into()];
        conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, now))
            .await
            .or_fail()?;
    }
    Ok(())
}

/// Something people wrote to an issue that others are told of.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Said {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub kind: String,
    pub issue_id: Uuid,
    pub org_id: Uuid,
    pub resource: String,
    pub number: String,
    pub open: i64,
    /// State of the issue now.
    pub state: String,
}

/// Disputes and answers since an instant, oldest first.
pub(crate) async fn said_since(
    conn: &impl ConnectionTrait,
    kinds: [&str; 2],
    since: DateTime<Utc>,
) -> Result<Vec<Said>> {
    entry::Entity::find()
        .select_only()
        .columns([entry::Column::Id, entry::Column::At, entry::Column::Kind, entry::Column::IssueId])
        .column_as(Expr::col((issue::Entity, issue::Column::OrgId)), "org_id")
        .column_as(Expr::col((issue::Entity, issue::Column::Resource)), "resource")
        .column_as(Expr::col((issue::Entity, issue::Column::Number)), "number")
        .column_as(Expr::col((issue::Entity, issue::Column::Open)), "open")
        .column_as(Expr::col((issue::Entity, issue::Column::State)), "state")
        .join(
            sea_orm::JoinType::InnerJoin,
            entry::Entity::belongs_to(issue::Entity)
                .from(entry::Column::IssueId)
                .to(issue::Column::Id)
                .into(),
        )
        .filter(entry::Column::Kind.is_in(kinds))
        .filter(entry::Column::At.gte(instant(since)))
        .order_by_asc(entry::Column::At)
        .into_model::<Said>()
        .all(conn)
        .await
        .or_fail()
}
