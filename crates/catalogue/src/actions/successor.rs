//! What split, merge and closing have in common: the day, and handing over.

use ::store::{OrFail, Tx};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, Error, OrgId, Result, Role, beijing_date};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::model::EntryState;
use crate::store::{entries, orgs, people};
use identity::org::{self, NewOrg, Org};

/// Who reorganises.
pub(crate) const ORGS: &[Role] = &[Role::BureauSteward, Role::Administrator];

/// A unit that comes into being.
#[derive(Debug, Clone)]
pub struct NewUnit {
    /// Unified social credit code or division code; unique, never used before.
    pub code: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name; the Chinese one when empty.
    pub name_en: String,
}

impl NewUnit {
    pub(super) fn org(&self, kind: &str, parent: Option<OrgId>, from: NaiveDate) -> Result<NewOrg> {
        let zh = self.name_zh.trim();
        if zh.is_empty() || self.code.trim().is_empty() {
            return Err(Error::bad_input(
                "org-incomplete",
                "请填写机构名称和代码。",
                "Give the organisation's name and code.",
            ));
        }
        let en = self.name_en.trim();
        Ok(NewOrg {
            code: self.code.trim().to_uppercase(),
            name_zh: zh.to_owned(),
            name_en: if en.is_empty() { zh } else { en }.to_owned(),
            kind: kind.to_owned(),
            parent,
            valid_from: from,
        })
    }
}

/// A unit in the actor's scope that exists, and a day on which it can change: after its first day, not in the future.
pub(super) async fn changeable_org(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    id: OrgId,
    on: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Org> {
    let org = org::require_in_scope(conn, &actor.scope, id).await?;
    if let Some(last) = org.valid_to {
        return Err(Error::conflict(
            "org-closed",
            format!("“{}”已于 {last} 撤销，不能再变更。", org.name_zh),
            format!("“{}” was closed on {last} and cannot change any more.", org.name_en),
        ));
    }
    if on <= org.valid_from || on > beijing_date(now) {
        return Err(Error::bad_input(
            "org-day",
            format!(
                "生效日期 {on} 不对：应在“{}”设立之日（{}）之后，且不晚于今天。",
                org.name_zh, org.valid_from
            ),
            format!(
                "The day {on} does not fit: it must lie after {}, the first day of “{}”, and not in the future.",
                org.valid_from, org.name_en
            ),
        ));
    }
    Ok(org)
}

/// Hands the entries over, all of them or those named, with their responsible persons. What was superseded stays
/// with the unit that published it. Returns the codes handed over.
pub(super) async fn hand_over(
    tx: &Tx,
    actor: &Actor,
    from: &Org,
    to: &Org,
    only: Option<&[String]>,
    now: DateTime<Utc>,
) -> Result<Vec<String>> {
    let mut rows = entries::Entity::find()
        .filter(entries::Column::OrgId.eq(from.id))
        .filter(entries::Column::State.ne(EntryState::Superseded.name()));
    if let Some(codes) = only {
        rows = rows.filter(entries::Column::Code.is_in(codes));
    }
    let rows = rows.all(tx).await.or_fail()?;
    let ids: Vec<uuid::Uuid> = rows.iter().map(|r| r.id).collect();
    let mut codes: Vec<String> = rows.iter().map(|r| r.code.clone()).collect();
    codes.sort();
    codes.dedup();
    entries::Entity::update_many()
        .col_expr(entries::Column::OrgId, Expr::value(to.id))
        .filter(entries::Column::Id.is_in(ids))
        .exec(tx)
        .await
        .or_fail()?;
    let note = format!("{} → {}", from.name_zh, to.name_zh);
    for row in rows.iter().filter(|r| r.current) {
        entries::step(tx, row, "moved", &note, actor, now).await?;
    }
    let mut persons = people::Entity::update_many()
        .col_expr(people::Column::OrgId, Expr::value(to.id))
        .filter(people::Column::OrgId.eq(from.id))
        .filter(people::Column::ValidTo.is_null());
    if only.is_some() {
        persons = persons.filter(people::Column::EntryCode.is_in(&codes));
    }
    persons.exec(tx).await.or_fail()?;
    Ok(codes)
}

/// Puts the units below `from` that still exist below `to`; those named, or all.
pub(super) async fn move_children(
    tx: &Tx,
    from: &Org,
    to: &Org,
    only: Option<&[OrgId]>,
    on: NaiveDate,
) -> Result<()> {
    for child in orgs::children(tx, from.org_id(), on).await? {
        if child.id != to.id && only.is_none_or(|ids| ids.contains(&child.org_id())) {
            orgs::move_below(tx, &child, to).await?;
        }
    }
    Ok(())
}
