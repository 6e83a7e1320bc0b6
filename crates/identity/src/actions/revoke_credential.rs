//! A credential is revoked.

use ::store::{Db, OrFail, audit};
use chrono::{DateTime, SubsecRound, Utc};
use kernel::{Actor, CredentialId, Error, Result};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use crate::CREDENTIALS;
use crate::org::in_scope;
use crate::store::entity::credential;

/// Revokes at once and for ever. Revoking again changes nothing.
///
/// # Errors
/// Forbidden without the role; not found outside the scope.
pub async fn revoke_credential(db: &Db, actor: &Actor, id: CredentialId, now: DateTime<Utc>) -> Result<()> {
    actor.require(CREDENTIALS)?;
    let row = credential::Entity::find_by_id(id.0)
        .filter(in_scope((credential::Entity, credential::Column::OrgId), &actor.scope))
        .one(db.conn())
        .await
        .or_fail()?
        .ok_or_else(|| Error::not_found("接口凭证", "API credential"))?;
    if row.revoked_at.is_some() {
        return Ok(());
    }
    db.tx(async |tx| {
        credential::Entity::update_many()
            .col_expr(credential::Column::RevokedAt, Expr::value(now.trunc_subsecs(6)))
            .filter(credential::Column::Id.eq(id.0))
            .exec(tx)
            .await
            .or_fail()?;
        let detail = json!({ "label": row.label, "prefix": row.prefix });
        audit::record(tx, now, actor, "credential.revoke", &format!("credential:{id}"), &detail).await?;
        Ok(())
    })
    .await
}
