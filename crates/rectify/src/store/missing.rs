//! Decisions overdue and never handed in (逾期未报送), counted by department: never a row each.

use chrono::{DateTime, NaiveDate, Utc};
use identity::org::in_scope;
use kernel::{Actor, Result};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, FromQueryResult, QueryFilter as _,
    QuerySelect as _, Statement,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::record::{Column, Entity};
use super::records::Which;

/// What one department has not handed in.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Missing {
    pub org_id: Uuid,
    pub n: i64,
    /// The earliest deadline among them.
    pub due: NaiveDate,
}

/// What each department that the actor may see has not handed in by its deadline.
pub(crate) async fn by_org(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    today: NaiveDate,
) -> Result<Vec<Missing>> {
    Entity::find()
        .select_only()
        .column(Column::OrgId)
        .column_as(Column::Id.count(), "n")
        .column_as(Column::Deadline.min(), "due")
        .filter(in_scope((Entity, Column::OrgId), &actor.scope))
        .filter(overdue(today))
        .group_by(Column::OrgId)
        .into_model::<Missing>()
        .all(conn)
        .await
        .or_fail()
}

fn overdue(today: NaiveDate) -> Condition {
    Which::Missing.condition(today).add(Column::Derived.eq(false))
}

/// What one department has not handed in of one resource.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Stuck {
    pub org_id: Uuid,
    pub resource: String,
    pub n: i64,
    /// Number of one of them.
    pub example: String,
    /// The earliest deadline among them.
    pub due: NaiveDate,
    /// The latest one.
    pub until: NaiveDate,
}

/// What is missing and was due on a day or before, by department and resource.
pub(crate) async fn due_until(conn: &impl ConnectionTrait, day: NaiveDate) -> Result<Vec<Stuck>> {
    let after = day.succ_opt().unwrap_or(day);
    Entity::find()
        .select_only()
        .columns([Column::OrgId, Column::Resource])
        .column_as(Column::Id.count(), "n")
        .column_as(Column::Document.min(), "example")
        .column_as(Column::Deadline.min(), "due")
        .column_as(Column::Deadline.max(), "until")
        .filter(overdue(after))
        .group_by(Column::OrgId)
        .group_by(Column::Resource)
        .into_model::<Stuck>()
        .all(conn)
        .await
        .or_fail()
}

/// The last thing people wrote after a call with a department.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Called {
    pub org_id: Uuid,
    pub at: DateTime<Utc>,
    pub note: String,
}

/// The last call with each of some departments, about an issue or a decision.
pub(crate) async fn last_calls(conn: &impl ConnectionTrait, orgs: &[Uuid]) -> Result<Vec<Called>> {
    if orgs.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (1..=orgs.len()).map(|n| format!("${n}")).collect();
    let sql = format!(
        "select org_id, at, note from (
            select org_id, at, note, row_number() over (partition by org_id order by at desc, id desc) as place
            from (
                select i.org_id as org_id, e.at as at, e.note as note, e.id as id
                from issue i join issue_entry e on e.issue_id = i.id
                where i.contacted_at is not null and e.kind = 'call' and i.org_id in ({orgs})
                union all
                select r.org_id, n.at, n.note, n.id
                from record_note n join record r on r.id = n.record_id where r.org_id in ({orgs})
            ) as said) as calls where place = 1",
        orgs = places.join(", ")
    );
    let values = orgs.iter().map(|o| (*o).into());
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Called::find_by_statement(asked).all(conn).await.or_fail()
}
