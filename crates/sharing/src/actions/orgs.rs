//! Departments by their code.

use std::collections::HashMap;

use kernel::{OrgId, Result, Scope};
use sea_orm::ConnectionTrait;

/// The organisations of the platform by their unified social credit code.
pub(super) async fn by_code(conn: &impl ConnectionTrait) -> Result<HashMap<String, OrgId>> {
    let all = identity::org::list(conn, &Scope::City).await?;
    Ok(all.into_iter().map(|o| (o.code.clone(), o.org_id())).collect())
}
