//! Rows of the audit log.

use sea_orm::entity::prelude::*;

/// One record (审计记录).
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_log")]
pub struct Model {
    /// Position in the chain, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// When, to the microsecond.
    pub at: DateTimeUtc,
    /// Name of who acted.
    pub actor: String,
    /// The account.
    pub user_id: Option<Uuid>,
    /// The credential.
    pub credential_id: Option<Uuid>,
    /// The organisation acted for.
    pub org_id: Option<Uuid>,
    /// What was done: `noun.verb`, e.g. `account.create`.
    pub action: String,
    /// To what: `noun:id`, e.g. `account:0198…`.
    pub subject: String,
    /// Details as JSON text, kept byte for byte because it is hashed.
    pub detail: String,
    /// Hash of the record before; empty for the first.
    pub previous: String,
    /// SHA-256 over this record and `previous`, in hex.
    pub hash: String,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
