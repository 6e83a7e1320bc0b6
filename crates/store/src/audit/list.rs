//! Reading the audit log.

use kernel::Result;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{Record, entity};
use crate::{Db, OrFail};

/// Which records. Empty texts match everything.
#[derive(Debug, Clone, Default)]
pub struct Find<'a> {
    /// Done for one of these organisations; `None` for the whole city.
    pub orgs: Option<Vec<Uuid>>,
    /// The name of who acted holds this.
    pub actor: &'a str,
    /// The action begins with this.
    pub action: &'a str,
    /// Exactly this subject.
    pub subject: &'a str,
    /// Newest first.
    pub descending: bool,
    /// Records to skip.
    pub offset: u64,
    /// Records to read.
    pub limit: u64,
}

/// The records found and how many there are in all.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(db: &Db, find: &Find<'_>) -> Result<(Vec<Record>, u64)> {
    let mut query = entity::Entity::find();
    if let Some(orgs) = &find.orgs {
        query = query.filter(entity::Column::OrgId.is_in(orgs.iter().copied()));
    }
    if !find.actor.is_empty() {
        query = query.filter(entity::Column::Actor.contains(find.actor));
    }
    if !find.action.is_empty() {
        query = query.filter(entity::Column::Action.starts_with(find.action));
    }
    if !find.subject.is_empty() {
        query = query.filter(entity::Column::Subject.eq(find.subject));
    }
    let total = query.clone().count(db.conn()).await.or_fail()?;
    let query = if find.descending {
        query.order_by_desc(entity::Column::Seq)
    } else {
        query.order_by_asc(entity::Column::Seq)
    };
    let rows = query.offset(find.offset).limit(find.limit).all(db.conn()).await.or_fail()?;
    Ok((rows, total))
}
