//! `data_export` (导出)

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "data_export")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who asked: the person, or the credential.
    pub owner: String,
    pub resource: String,
    /// The submission whose rows they are, where only those were asked for.
    pub submission_id: Option<Uuid>,
    /// Name of the file without its ending.
    pub name: String,
    pub rows: i64,
    /// What is read and how it is written, as JSON text.
    pub wanted: String,
    pub created_at: ChronoDateTimeUtc,
    pub finished_at: Option<ChronoDateTimeUtc>,
    /// Bytes, once it is made.
    pub size: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
