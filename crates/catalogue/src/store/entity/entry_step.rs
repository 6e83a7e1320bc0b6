//! `entry_step` (办理过程): what was done with an entry, by whom, with which words. Only ever added.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "entry_step")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub entry_id: Uuid,
    pub code: String,
    pub version: i32,
    /// `created`, `edited`, `submitted`, `approve`, `send-back`, `reject`, `taken-down`, `moved`
    pub verb: String,
    /// State afterwards, see [`crate::model::EntryState`].
    pub state: String,
    pub actor: String,
    pub at: ChronoDateTimeUtc,
    pub note: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
