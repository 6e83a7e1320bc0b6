//! `finding` (问题单元格)

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "finding")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub submission_id: Uuid,
    pub wrong_row_id: Uuid,
    /// Field code; empty for a finding about the whole row.
    pub field: String,
    pub code: String,
    pub pattern: String,
    pub severity: String,
    pub suggestion: Option<String>,
    /// The whole [`lake::check::Finding`].
    pub data: Json,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
