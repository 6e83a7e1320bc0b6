//! Exemptions and changes of scope.

use chrono::NaiveDate;
use identity::org::in_scope;
use kernel::{Actor, Error, Result};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use store::{OrFail as _, only_one};
use uuid::Uuid;

use super::entity::{exemption, scope_change};

/// Longest list shown; older ones are in the audit log.
const MOST: u64 = 500;

/// Adds an exemption that is asked for.
///
/// # Errors
/// `exemption-known`
pub(crate) async fn ask(conn: &impl ConnectionTrait, row: exemption::Model) -> Result<()> {
    let waiting = exemption::Entity::find()
        .filter(exemption::Column::OrgId.eq(row.org_id))
        .filter(exemption::Column::FromDay.eq(row.from_day))
        .filter(exemption::Column::ToDay.eq(row.to_day))
        .filter(exemption::Column::State.eq("asked"))
        .all(conn)
        .await
        .or_fail()?;
    if waiting.iter().any(|w| (&w.resource, w.record_id) == (&row.resource, row.record_id)) {
        return Err(Error::conflict(
            "exemption-known",
            "同样的豁免已经申请过，正在等待审批，没有重复提交。",
            "The same exemption has been asked for and waits for its approval; it was not asked for twice.",
        ));
    }
    exemption::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Writes the decision on an exemption that is still asked for. Of two that decide, one succeeds.
///
/// # Errors
/// `exemption-decided`
pub(crate) async fn decide(
    conn: &impl ConnectionTrait,
    id: Uuid,
    change: exemption::ActiveModel,
) -> Result<()> {
    change_in(conn, (id, "asked"), change, || {
        Error::conflict(
            "exemption-decided",
            "这项豁免已经有人处理，请刷新页面。",
            "This exemption has been decided already. Reload the page.",
        )
    })
    .await
}

/// Takes an approved exemption back. Of two that do, one succeeds.
///
/// # Errors
/// `exemption-not-approved`
pub(crate) async fn take_back(
    conn: &impl ConnectionTrait,
    id: Uuid,
    change: exemption::ActiveModel,
) -> Result<()> {
    change_in(conn, (id, "approved"), change, || {
        Error::conflict(
            "exemption-not-approved",
            "只有已批准的豁免可以撤销；这项豁免未批准或已撤销，请刷新页面。",
            "Only an approved exemption is taken back; this one is not approved, or was taken back already. Reload the page.",
        )
    })
    .await
}

/// Writes to an exemption that stands in a state. Of two that do, one succeeds.
async fn change_in(
    conn: &impl ConnectionTrait,
    (id, state): (Uuid, &str),
    mut change: exemption::ActiveModel,
    moved: impl FnOnce() -> Error,
) -> Result<()> {
    change.id = sea_orm::ActiveValue::NotSet;
    let done = exemption::Entity::update_many()
        .set(change)
        .filter(exemption::Column::Id.eq(id))
        .filter(exemption::Column::State.eq(state))
        .exec(conn)
        .await
        .or_fail()?;
    only_one(&done, moved)
}

/// One exemption within the scope.
pub(crate) async fn get(conn: &impl ConnectionTrait, actor: &Actor, id: Uuid) -> Result<exemption::Model> {
    exemption::Entity::find_by_id(id)
        .filter(in_scope((exemption::Entity, exemption::Column::OrgId), &actor.scope))
        .one(conn)
        .await
        .or_fail()?
        .ok_or_else(|| Error::not_found("这项豁免", "exemption"))
}

/// The exemptions an actor may see, newest first.
pub(crate) async fn exemptions(conn: &impl ConnectionTrait, actor: &Actor) -> Result<Vec<exemption::Model>> {
    exemption::Entity::find()
        .filter(in_scope((exemption::Entity, exemption::Column::OrgId), &actor.scope))
        .order_by_desc(exemption::Column::AskedAt)
        .limit(MOST)
        .all(conn)
        .await
        .or_fail()
}

/// Approved exemptions of facts in a stretch of days, by id.
pub(crate) async fn approved(conn: &impl ConnectionTrait, to: NaiveDate) -> Result<Vec<exemption::Model>> {
    exemption::Entity::find()
        .filter(exemption::Column::State.eq("approved"))
        .filter(exemption::Column::FromDay.lte(to))
        .order_by_asc(exemption::Column::Id)
        .all(conn)
        .await
        .or_fail()
}

/// Adds a change of scope.
pub(crate) async fn change_scope(conn: &impl ConnectionTrait, row: scope_change::Model) -> Result<()> {
    scope_change::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Takes a change of scope back.
///
/// # Errors
/// Not found where there is none in force.
pub(crate) async fn revoke(
    conn: &impl ConnectionTrait,
    id: Uuid,
    mut change: scope_change::ActiveModel,
) -> Result<()> {
    change.id = sea_orm::ActiveValue::NotSet;
    let done = scope_change::Entity::update_many()
        .set(change)
        .filter(scope_change::Column::Id.eq(id))
        .filter(scope_change::Column::RevokedAt.is_null())
        .exec(conn)
        .await
        .or_fail()?;
    only_one(&done, || Error::not_found("这项范围调整", "change of scope"))
}

/// Changes of scope in the order in which they take effect; those taken back only where they are asked for.
pub(crate) async fn changes(conn: &impl ConnectionTrait, revoked: bool) -> Result<Vec<scope_change::Model>> {
    let which = match revoked {
        true => Condition::all(),
        false => Condition::all().add(scope_change::Column::RevokedAt.is_null()),
    };
    scope_change::Entity::find()
        .filter(which)
        .order_by_asc(scope_change::Column::FromDay)
        .order_by_asc(scope_change::Column::At)
        .order_by_asc(scope_change::Column::Id)
        .all(conn)
        .await
        .or_fail()
}
