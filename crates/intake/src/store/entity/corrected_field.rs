//! `corrected_field` (已更正的字段)

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "corrected_field")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub resource: String,
    pub business_key: String,
    /// Code of the field.
    pub field: String,
    /// [`lake::check::fingerprint`] of what stood there before.
    pub wrong: String,
    pub case_number: String,
    /// The submission that brought the right value.
    pub submission_id: Uuid,
    pub at: ChronoDateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
