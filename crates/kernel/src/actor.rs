//! Who acts (操作者): a person or a system, with roles and a scope.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::{CredentialId, OrgId, UserId};

/// A role (角色).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// 数据员: hands in and mends the rows of one department
    DataOfficer,
    /// 数据局管理员: runs catalogue, rules, libraries for the whole city
    BureauSteward,
    /// 使用方: reads what was granted
    Consumer,
    /// 镇街办事员: confirms and fills reports
    TownshipClerk,
    /// 审计员: reads everything that happened, changes nothing
    Auditor,
    /// 系统管理员: accounts and settings
    Administrator,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 6] = [
        Self::DataOfficer,
        Self::BureauSteward,
        Self::Consumer,
        Self::TownshipClerk,
        Self::Auditor,
        Self::Administrator,
    ];

    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DataOfficer => "data-officer",
            Self::BureauSteward => "bureau-steward",
            Self::Consumer => "consumer",
            Self::TownshipClerk => "township-clerk",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }
}

impl FromStr for Role {
    type Err = ();

    fn from_str(s: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|r| r.name() == s).ok_or(())
    }
}

/// What part of the city an actor may see (数据范围).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// The whole city.
    City,
    /// One organisation and everything below it.
    Org(OrgId),
}

/// Who acts. Every use case takes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The account, when a person acts.
    pub user: Option<UserId>,
    /// The credential, when a system acts for a department.
    pub credential: Option<CredentialId>,
    /// Name as the audit log shows it.
    pub name: String,
    /// Roles held.
    pub roles: Vec<Role>,
    /// What may be seen.
    pub scope: Scope,
    /// The organisation the actor belongs to.
    pub org: Option<OrgId>,
}

impl Actor {
    /// The platform itself, for background work.
    #[must_use]
    pub fn system() -> Self {
        Self {
            user: None,
            credential: None,
            name: "system".to_owned(),
            roles: vec![Role::Administrator, Role::BureauSteward],
            scope: Scope::City,
            org: None,
        }
    }

    /// Whether the actor holds any of the roles.
    #[must_use]
    pub fn is_any(&self, roles: &[Role]) -> bool {
        self.roles.iter().any(|r| roles.contains(r))
    }

    /// Fails with 403 unless the actor holds one of the roles.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Forbidden`]
    pub fn require(&self, roles: &[Role]) -> crate::Result<()> {
        if self.is_any(roles) { Ok(()) } else { Err(crate::Error::forbidden()) }
    }
}
