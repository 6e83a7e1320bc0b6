//! `rule_override` (本地规则调整): a check of a resource that is carried out otherwise, for the city or below one organisation.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "rule_override")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Code of the resource, e.g. `licence-2018`.
    pub resource: String,
    /// For this organisation and those below it; the whole city when absent.
    pub org_id: Option<Uuid>,
    /// Name of a row rule, or the code of a built-in check.
    pub rule: String,
    /// [`lake::check::Change`] as JSON text.
    pub change: String,
    pub reason: String,
    /// Who decided it; deciding it is approving it.
    pub author: String,
    pub created_at: DateTimeUtc,
    /// The last day on which it applies.
    pub expires_on: Date,
    pub revoked_at: Option<DateTimeUtc>,
    pub revoked_by: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
