//! `wrong_row` (问题数据)

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "wrong_row")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub submission_id: Uuid,
    /// Order within the submission; unique even where a zip holds several files.
    pub ordinal: i64,
    pub file: Option<String>,
    pub sheet: Option<String>,
    /// Row number as the spreadsheet shows it.
    pub row: i64,
    /// Cell text by field code, as it stands now.
    pub cells: Json,
    /// Cell text by field code, as handed in.
    pub original: Json,
    /// Business key as handed in, for matching mended rows.
    pub business_key: String,
    /// [`crate::model::RowState`]
    pub state: String,
    /// Counted up with every change; a mend names the version it was made on.
    pub version: i32,
    /// The submission with which the mended row landed, or whose row took its place.
    pub landed_by: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
