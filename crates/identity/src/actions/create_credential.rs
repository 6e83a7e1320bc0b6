//! A department gets a credential for its systems.

use ::store::{Db, OrFail, audit};
use chrono::{DateTime, SubsecRound, Utc};
use kernel::{Actor, CredentialId, Error, OrgId, Result};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::json;

use super::secret;
use crate::store::{digest, entity::credential};
use crate::{CREDENTIALS, org};

/// How much of the secret stays visible.
const PREFIX: usize = 11;

/// Makes a credential and returns its secret, which is stored nowhere and cannot be shown again.
///
/// # Errors
/// Forbidden without the role; not found when the department lies outside the scope; `credential-label` without a
/// label; forbidden for a credential acting, which may not make another.
pub async fn create_credential(
    db: &Db,
    actor: &Actor,
    org: OrgId,
    label: &str,
    now: DateTime<Utc>,
) -> Result<String> {
    actor.require(CREDENTIALS)?;
    let by = actor.user.ok_or_else(Error::forbidden)?;
    let label = label.trim();
    if label.is_empty() || label.chars().count() > 100 {
        return Err(Error::bad_input(
            "credential-label",
            "请填写凭证用途（至多 100 字），如“前置机推送”。",
            "Say what the credential is for (at most 100 characters), such as “front-end server push”.",
        ));
    }
    let department = org::require_in_scope(db.conn(), &actor.scope, org).await?;
    let id = CredentialId::new();
    let secret = secret();
    let prefix: String = secret.chars().take(PREFIX).collect();
    db.tx(async |tx| {
        credential::ActiveModel {
            id: Set(id.0),
            org_id: Set(org.0),
            label: Set(label.to_owned()),
            prefix: Set(prefix.clone()),
            digest: Set(digest(&secret)),
            created_by: Set(by.0),
            created_at: Set(now.trunc_subsecs(6)),
            last_used_at: Set(None),
            revoked_at: Set(None),
        }
        .insert(tx)
        .await
        .or_fail()?;
        let detail = json!({ "org": department.code, "label": label, "prefix": prefix });
        audit::record(tx, now, actor, "credential.create", &format!("credential:{id}"), &detail).await
    })
    .await?;
    Ok(secret)
}
