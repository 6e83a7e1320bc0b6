//! `receipt` (收件): a view. One line for each submission, and one for each day of pushes of one sender.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "receipt")]
pub struct Model {
    /// Of the submission, or of the day of pushes.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The day of pushes a submission belongs to.
    pub push_day_id: Option<Uuid>,
    /// `one`: a submission. `pushes`: a day of pushes.
    pub kind: String,
    pub org_id: Uuid,
    pub resource: String,
    pub way: String,
    /// The sender's name where pushes are counted together.
    pub file_name: String,
    pub state: String,
    pub created_by: String,
    pub day: String,
    /// The last push, where they are counted together.
    pub created_at: ChronoDateTimeUtc,
    pub size: i64,
    /// How many submissions it stands for.
    pub submissions: i64,
    pub rows_total: i64,
    pub rows_passed: i64,
    pub rows_warned: i64,
    pub rows_rejected: i64,
    pub rows_landed: i64,
    /// Of the rows in the lake, those that took the place of an earlier state.
    pub rows_updated: i64,
    /// Rows whose subject the library of legal entities does not know.
    pub rows_unlinked: i64,
    /// Cells that had to be filled.
    pub items_required: i64,
    /// Of these, cells that were.
    pub items_given: i64,
    pub rows_open: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
