//! A department writes down a new resource.

use ::store::{Db, OrFail, Tx, audit};
use chrono::{DateTime, Utc};
use kernel::{Actor, Result, beijing_date};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::json;
use uuid::Uuid;

use super::{EDIT, known_resource, provider, subject};
use crate::model::{Class, Entry, EntryState, code_of};
use crate::store::entries;

/// Makes a draft and gives it its code (信息资源代码), which is returned.
///
/// # Errors
/// Forbidden without the role; `entry-incomplete`, `entry-class`, `entry-resource`; `entry-provider` when the
/// provider is unknown, closed or outside the actor's scope.
pub async fn create_entry(db: &Db, actor: &Actor, entry: Entry, now: DateTime<Utc>) -> Result<String> {
    actor.require(EDIT)?;
    db.tx(async |tx| {
        let row = insert(tx, actor, entry, now).await?;
        let detail = json!({ "name": row.name, "org": row.org_id });
        audit::record(tx, now, actor, "entry.create", &subject(&row.code), &detail).await?;
        Ok(row.code)
    })
    .await
}

/// The same within a transaction, without the audit record.
pub(super) async fn insert(
    tx: &Tx,
    actor: &Actor,
    mut entry: Entry,
    now: DateTime<Utc>,
) -> Result<entries::Model> {
    entry.check_draft()?;
    known_resource(&entry)?;
    let org = provider(tx, actor, &entry.provider_code, beijing_date(now)).await?;
    let class = Class::parse(&entry.class_path)?;
    entry.code = code_of(&class, entries::next_sequence(tx, &class.digits()).await?);
    entry.provider_code.clone_from(&org.code);
    let mut row = entries::ActiveModel {
        id: Set(Uuid::now_v7()),
        version: Set(1),
        previous_id: Set(None),
        current: Set(true),
        state: Set(EntryState::Draft.name().to_owned()),
        published_on: Set(None),
        review_note: Set(None),
        ..Default::default()
    };
    entries::fill(&mut row, &entry, org.org_id(), actor, now)?;
    let row = row.insert(tx).await.or_fail()?;
    entries::step(tx, &row, "created", "", actor, now).await?;
    Ok(row)
}
