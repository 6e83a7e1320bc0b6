//! `mend_log` (更正记录)

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mend_log")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub submission_id: Uuid,
    pub at: ChronoDateTimeUtc,
    pub by: String,
    /// What was done: `edit`, `accept-group`, `upload`.
    pub kind: String,
    /// `[{"row": wrong_row id, "before": {field: value}, "after": {field: value}}]`
    pub changes: Json,
    pub undone: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
