//! `finding_group` (问题分组)

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "finding_group")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub submission_id: Uuid,
    pub code: String,
    pub pattern: String,
    pub field: String,
    pub severity: String,
    pub findings: i64,
    /// How many of them come with a suggestion.
    pub suggestions: i64,
    /// The whole [`lake::check::Group`], with its first findings.
    pub data: Json,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
