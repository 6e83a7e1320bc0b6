//! `catalogue_entry` (信息资源目录)

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "catalogue_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// 信息资源代码; the same for all versions of an entry.
    pub code: String,
    /// Counted from 1 within the code.
    pub version: i32,
    pub previous_id: Option<Uuid>,
    /// Whether this is the version in force.
    pub current: bool,
    pub org_id: Uuid,
    pub name: String,
    pub summary: String,
    pub pack_resource: Option<String>,
    pub class_path: String,
    pub share_type: String,
    pub open_type: String,
    pub update_cycle: String,
    /// [`crate::model::EntryState`]
    pub state: String,
    /// [`crate::model::Entry`]
    pub content: Json,
    pub published_on: Option<Date>,
    pub updated_by: String,
    pub updated_at: ChronoDateTimeUtc,
    /// The last reviewer's words.
    pub review_note: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
