//! Rows of the job table.

use sea_orm::entity::prelude::*;

/// One job (后台任务).
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Which handler runs it.
    pub kind: String,
    /// What it works on, `noun:id`, so that a page can find its progress.
    pub subject: String,
    /// What the handler needs, as JSON text.
    pub payload: String,
    /// `queued`, `running`, `done` or `failed`.
    pub state: String,
    /// How often it was begun.
    pub attempts: i32,
    /// After how many attempts it is given up.
    pub max_attempts: i32,
    /// Not before.
    pub run_at: DateTimeUtc,
    /// While running: when another worker may take it over.
    pub lease_until: Option<DateTimeUtc>,
    /// Who runs it.
    pub worker: Option<String>,
    /// Progress: so many …
    pub done: i64,
    /// … of so many, where known.
    pub total: Option<i64>,
    /// Progress in words (a message key).
    pub note: String,
    /// Why the last attempt failed.
    pub error: Option<String>,
    /// At most one job with this key exists.
    pub unique_key: Option<String>,
    /// When enqueued.
    pub created_at: DateTimeUtc,
    /// When done or given up.
    pub finished_at: Option<DateTimeUtc>,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
