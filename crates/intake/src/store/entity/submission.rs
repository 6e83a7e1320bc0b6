//! `submission` (报送批次)

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "submission")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Resource code; empty until it is known.
    pub resource: String,
    pub org_id: Uuid,
    /// [`crate::model::Way`]
    pub way: String,
    pub file_name: String,
    /// SHA-256 of the received bytes, hexadecimal.
    pub digest: String,
    pub size: i64,
    /// [`crate::model::State`]
    pub state: String,
    /// Why it was refused or held: a [`kernel::Text`] as JSON.
    pub reason: Option<Json>,
    pub created_by: String,
    pub created_at: ChronoDateTimeUtc,
    pub updated_at: ChronoDateTimeUtc,
    /// Key given by the sender; unique within the department.
    pub idempotency_key: Option<String>,
    /// Header → field code, `""` for "leave out".
    pub mapping: Option<Json>,
    pub format: Option<String>,
    pub encoding: Option<String>,
    pub rule_set: Option<String>,
    /// Day by which the rules were judged.
    pub as_of: Option<Date>,
    pub rows_total: i64,
    pub rows_passed: i64,
    pub rows_warned: i64,
    pub rows_rejected: i64,
    pub findings: i64,
    /// Wrong rows not yet mended, landed or dropped.
    pub rows_open: i64,
    pub rows_landed: i64,
    /// Commits made for this submission: 1 for the good rows, one more for each landing of mended rows.
    pub parts: i32,
    /// Version of the lake table after the last of them.
    pub lake_version: Option<i64>,
    /// Rows read so far while checking.
    pub progress_rows: i64,
    /// Relative path of the findings file in the lake.
    pub findings_path: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
