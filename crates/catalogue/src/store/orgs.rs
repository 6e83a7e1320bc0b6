//! Organisations over time: the tree as it was on a day, who took over from whom, and moving a subtree.

use ::store::{OrFail, Tx};
use chrono::{Days, NaiveDate};
use kernel::{Error, OrgId, Result};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, Statement,
};
use uuid::Uuid;

pub use super::entity::{org_past, org_succession};
use identity::org::{self, Org};

/// All organisations in the order of the tree.
pub async fn all(conn: &impl ConnectionTrait) -> Result<Vec<Org>> {
    org::Entity::find().order_by_asc(org::Column::Path).all(conn).await.or_fail()
}

/// Whether it exists on a day.
pub fn valid_on(org: &Org, day: NaiveDate) -> bool {
    org.valid_from <= day && org.valid_to.is_none_or(|to| to >= day)
}

/// Earlier names and spans, newest first.
pub async fn past(conn: &impl ConnectionTrait, id: OrgId) -> Result<Vec<org_past::Model>> {
    org_past::Entity::find()
        .filter(org_past::Column::OrgId.eq(id.0))
        .order_by_desc(org_past::Column::ValidTo)
        .all(conn)
        .await
        .or_fail()
}

/// Units that took over from it.
pub async fn successors(conn: &impl ConnectionTrait, id: OrgId) -> Result<Vec<(org_succession::Model, Org)>> {
    let rows = org_succession::Entity::find()
        .filter(org_succession::Column::FromId.eq(id.0))
        .order_by_asc(org_succession::Column::Id)
        .all(conn)
        .await
        .or_fail()?;
    with_org(conn, rows, |r| r.to_id).await
}

/// Units it took over from.
pub async fn predecessors(
    conn: &impl ConnectionTrait,
    id: OrgId,
) -> Result<Vec<(org_succession::Model, Org)>> {
    let rows = org_succession::Entity::find()
        .filter(org_succession::Column::ToId.eq(id.0))
        .order_by_asc(org_succession::Column::Id)
        .all(conn)
        .await
        .or_fail()?;
    with_org(conn, rows, |r| r.from_id).await
}

async fn with_org(
    conn: &impl ConnectionTrait,
    rows: Vec<org_succession::Model>,
    other: impl Fn(&org_succession::Model) -> Uuid,
) -> Result<Vec<(org_succession::Model, Org)>> {
    let ids: Vec<Uuid> = rows.iter().map(&other).collect();
    let orgs = org::Entity::find().filter(org::Column::Id.is_in(ids)).all(conn).await.or_fail()?;
    Ok(rows
        .into_iter()
        .filter_map(|r| {
            let id = other(&r);
            orgs.iter().find(|o| o.id == id).cloned().map(|o| (r, o))
        })
        .collect())
}

/// Units directly below that exist on a day.
pub async fn children(conn: &impl ConnectionTrait, id: OrgId, day: NaiveDate) -> Result<Vec<Org>> {
    let below = org::Entity::find()
        .filter(org::Column::ParentId.eq(id.0))
        .order_by_asc(org::Column::Path)
        .all(conn)
        .await
        .or_fail()?;
    Ok(below.into_iter().filter(|o| valid_on(o, day)).collect())
}

/// Ends a unit: `on` is the first day on which it no longer exists.
pub async fn end(tx: &Tx, org: &Org, on: NaiveDate) -> Result<()> {
    let last = on.checked_sub_days(Days::new(1)).ok_or_else(|| Error::internal("no day before"))?;
    let mut row = org.clone().into_active_model();
    row.valid_to = Set(Some(last));
    row.update(tx).await.or_fail()?;
    Ok(())
}

/// Records that `to` took over from `from`.
pub async fn succeed(tx: &Tx, from: OrgId, to: OrgId, kind: &str, on: NaiveDate) -> Result<()> {
    org_succession::ActiveModel {
        id: Set(Uuid::now_v7()),
        from_id: Set(from.0),
        to_id: Set(to.0),
        kind: Set(kind.to_owned()),
        on_day: Set(on),
    }
    .insert(tx)
    .await
    .or_fail()?;
    Ok(())
}

/// Keeps the name as it was up to `last`; its span begins where the one before ended.
pub async fn keep_past(tx: &Tx, org: &Org, last: NaiveDate) -> Result<()> {
    let before = past(tx, org.org_id()).await?;
    let first = before.first().and_then(|p| p.valid_to.checked_add_days(Days::new(1)));
    org_past::ActiveModel {
        id: Set(Uuid::now_v7()),
        org_id: Set(org.id),
        name_zh: Set(org.name_zh.clone()),
        name_en: Set(org.name_en.clone()),
        valid_from: Set(first.unwrap_or(org.valid_from)),
        valid_to: Set(last),
    }
    .insert(tx)
    .await
    .or_fail()?;
    Ok(())
}

/// Puts a unit, with all below it, under another parent.
pub async fn move_below(tx: &Tx, child: &Org, parent: &Org) -> Result<()> {
    let path = format!("{}{}/", parent.path, child.code);
    let mut row = child.clone().into_active_model();
    row.parent_id = Set(Some(parent.id));
    row.path = Set(path.clone());
    row.update(tx).await.or_fail()?;
    let from = i32::try_from(child.path.len() + 1).map_err(Error::internal)?;
    // Codes hold letters and digits only, so the old path is no pattern.
    tx.execute_raw(Statement::from_sql_and_values(
        tx.get_database_backend(),
        "update org set path = $1 || substr(path, $2) where path like $3",
        [path.into(), from.into(), format!("{}_%", child.path).into()],
    ))
    .await
    .or_fail()?;
    Ok(())
}
