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
    /// Of the rows in the lake, those that took the place of an earlier state.
    pub rows_updated: i64,
    /// Rows whose subject the library of legal entities does not know.
    pub rows_unlinked: i64,
    /// Cells that had to be filled.
    pub items_required: i64,
    /// Of these, cells that were.
    pub items_given: i64,
    /// The submission whose mended rows this one brings.
    pub parent_id: Option<Uuid>,
    /// Version of the lake table that holds its rows.
    pub lake_version: Option<i64>,
    /// Rows read so far while checking.
    pub progress_rows: i64,
    /// The day in Beijing on which it was received, `YYYY-MM-DD`.
    pub day: String,
    /// The day of pushes it belongs to; none for anything but a push.
    pub push_day_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// A submission of which nothing is known yet but who hands it in and when.
    pub(crate) fn begun(
        id: kernel::SubmissionId,
        org: kernel::OrgId,
        state: crate::model::State,
        now: ChronoDateTimeUtc,
    ) -> Self {
        Self {
            id: id.0,
            resource: String::new(),
            org_id: org.0,
            way: String::new(),
            file_name: String::new(),
            digest: String::new(),
            size: 0,
            state: state.name().to_owned(),
            reason: None,
            created_by: String::new(),
            created_at: now,
            updated_at: now,
            idempotency_key: None,
            mapping: None,
            format: None,
            encoding: None,
            rule_set: None,
            as_of: None,
            rows_total: 0,
            rows_passed: 0,
            rows_warned: 0,
            rows_rejected: 0,
            findings: 0,
            rows_open: 0,
            rows_landed: 0,
            rows_updated: 0,
            rows_unlinked: 0,
            items_required: 0,
            items_given: 0,
            parent_id: None,
            lake_version: None,
            progress_rows: 0,
            day: kernel::beijing_date(now).to_string(),
            push_day_id: None,
        }
    }
}
