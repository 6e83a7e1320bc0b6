//! `pull_run` (抽取记录)

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "pull_run")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub source_id: Uuid,
    pub begun_at: ChronoDateTimeUtc,
    pub ended_at: Option<ChronoDateTimeUtc>,
    /// Who asked for it; empty when the schedule did.
    pub asked_by: String,
    /// [`crate::model::RunState`]
    pub state: String,
    pub rows: i64,
    /// Value of the increasing column reached with it.
    pub reached: Option<String>,
    pub submission_id: Option<Uuid>,
    /// A [`kernel::Text`] as JSON.
    pub error: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
