//! Authorities (决定机关) by their code.

use std::collections::HashMap;

use kernel::{OrgId, Result, Scope};
use sea_orm::ConnectionTrait;

/// The organisations of the platform by their unified social credit code.
pub(super) struct Authorities(HashMap<String, OrgId>);

impl Authorities {
    pub(super) async fn read(conn: &impl ConnectionTrait) -> Result<Self> {
        let all = identity::org::list(conn, &Scope::City).await?;
        Ok(Self(all.into_iter().map(|o| (o.code.clone(), o.org_id())).collect()))
    }

    pub(super) fn by_code(&self, code: &str) -> Option<OrgId> {
        self.0.get(code).copied()
    }
}
