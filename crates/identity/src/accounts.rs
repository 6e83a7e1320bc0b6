//! Open accounts as reminders reach them. Nothing here is for a page; whoever shows an account filters by scope.

use std::collections::HashMap;

use ::store::OrFail as _;
use kernel::{OrgId, Result, Role, UserId};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use uuid::Uuid;

use crate::store::entity::{account, role_grant};

/// An account that is not disabled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenAccount {
    /// Its id.
    pub id: UserId,
    /// Sign-in name; a mail address where the city uses those.
    pub name: String,
    /// The person's name.
    pub display_name: String,
    /// The organisation the person belongs to.
    pub org: Option<OrgId>,
    /// Whether it sees the whole city.
    pub city_wide: bool,
    /// Roles held.
    pub roles: Vec<Role>,
}

/// All open accounts with their roles, two queries whatever their number.
///
/// # Errors
/// When the database cannot be read.
pub async fn open_accounts(conn: &impl ConnectionTrait) -> Result<Vec<OpenAccount>> {
    let mut roles: HashMap<Uuid, Vec<Role>> = HashMap::new();
    for grant in role_grant::Entity::find().all(conn).await.or_fail()? {
        if let Ok(role) = grant.role.parse() {
            roles.entry(grant.account_id).or_default().push(role);
        }
    }
    type Row = (Uuid, String, String, Option<Uuid>, String);
    let rows: Vec<Row> = account::Entity::find()
        .select_only()
        .columns([
            account::Column::Id,
            account::Column::Name,
            account::Column::DisplayName,
            account::Column::OrgId,
            account::Column::Scope,
        ])
        .filter(account::Column::DisabledAt.is_null())
        .into_tuple()
        .all(conn)
        .await
        .or_fail()?;
    Ok(rows
        .into_iter()
        .map(|(id, name, display_name, org, scope)| OpenAccount {
            id: UserId(id),
            name,
            display_name,
            org: org.map(OrgId),
            city_wide: scope == "city",
            roles: roles.remove(&id).unwrap_or_default(),
        })
        .collect())
}
