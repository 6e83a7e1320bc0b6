//! `rule_override_step` (调整经过): what was done with an override, when and by whom.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rule_override_step")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub override_id: Uuid,
    /// `add`, `extend`, `revoke`
    pub verb: String,
    pub actor: String,
    pub at: DateTimeUtc,
    /// The last day from then on.
    pub expires_on: Date,
    pub note: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
