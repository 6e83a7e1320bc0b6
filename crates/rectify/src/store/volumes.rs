//! Decisions that arrived, by organisation, resource and month of decision.

use identity::org::in_scope;
use kernel::{Actor, OrgId, Result, Scope};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, DbErr, EntityTrait as _, FromQueryResult, QueryFilter as _,
    QueryResult, QuerySelect as _,
};
use store::OrFail as _;
use uuid::Uuid;

use super::count;
use super::entity::record::{Column, Entity};
use crate::model::{MONTHS, month_after, month_back};

/// What one organisation handed in of one resource.
#[derive(Debug)]
pub(crate) struct Arrived {
    pub org_id: Uuid,
    pub resource: String,
    /// By month of decision, newest first.
    pub months: [i64; MONTHS],
}

impl FromQueryResult for Arrived {
    fn from_query_result(row: &QueryResult, pre: &str) -> Result<Self, DbErr> {
        let mut months = [0; MONTHS];
        for (k, n) in months.iter_mut().enumerate() {
            *n = row.try_get(pre, &format!("m{k}"))?;
        }
        Ok(Self { org_id: row.try_get(pre, "org_id")?, resource: row.try_get(pre, "resource")?, months })
    }
}

/// What arrived of a month and the twelve before it. One line for each organisation and resource with a decision in them.
pub(crate) async fn arrived(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    org: Option<OrgId>,
    resource: Option<&str>,
    month: chrono::NaiveDate,
) -> Result<Vec<Arrived>> {
    let within = |first, last| {
        Condition::all().add(Column::DecisionDate.gte(first)).add(Column::DecisionDate.lt(last))
    };
    let end = month_after(month);
    let mut all = in_scope((Entity, Column::OrgId), &actor.scope)
        .add(within(month_back(month, MONTHS - 1), end))
        .add(Column::FirstReceivedAt.is_not_null())
        .add(Column::Derived.eq(false));
    if let Some(org) = org {
        all = all.add(in_scope((Entity, Column::OrgId), &Scope::Org(org)));
    }
    if let Some(resource) = resource {
        all = all.add(Column::Resource.eq(resource));
    }
    let mut asked = Entity::find().select_only().column(Column::OrgId).column(Column::Resource);
    for k in 0..MONTHS {
        let last = if k == 0 { end } else { month_back(month, k - 1) };
        asked = asked.column_as(count(within(month_back(month, k), last)), format!("m{k}"));
    }
    asked
        .filter(all)
        .group_by(Column::OrgId)
        .group_by(Column::Resource)
        .into_model::<Arrived>()
        .all(conn)
        .await
        .or_fail()
}
