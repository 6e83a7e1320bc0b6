//! What a department's headers mean, as its people said once.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use kernel::{Actor, Result};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::header_mapping::{ActiveModel, Column, Entity};

/// Header → field code (empty for "leave out") remembered for a department and resource.
pub(crate) async fn remembered(
    conn: &impl ConnectionTrait,
    org: Uuid,
    resource: &str,
) -> Result<HashMap<String, String>> {
    let rows = Entity::find()
        .filter(Column::OrgId.eq(org))
        .filter(Column::Resource.eq(resource))
        .all(conn)
        .await
        .or_fail()?;
    Ok(rows.into_iter().map(|r| (r.header, r.field)).collect())
}

/// Remembers what a person said.
pub(crate) async fn remember(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    org: Uuid,
    resource: &str,
    said: &[(String, String)],
    now: DateTime<Utc>,
) -> Result<()> {
    if said.is_empty() {
        return Ok(());
    }
    let rows = said.iter().map(|(header, field)| ActiveModel {
        id: Set(Uuid::now_v7()),
        org_id: Set(org),
        resource: Set(resource.to_owned()),
        header: Set(header.clone()),
        field: Set(field.clone()),
        created_by: Set(actor.name.clone()),
        created_at: Set(now),
    });
    Entity::insert_many(rows)
        .on_conflict(
            OnConflict::columns([Column::OrgId, Column::Resource, Column::Header])
                .update_columns([Column::Field, Column::CreatedBy, Column::CreatedAt])
                .to_owned(),
        )
        .exec_without_returning(conn)
        .await
        .or_fail()?;
    Ok(())
}
