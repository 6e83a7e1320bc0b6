//! `pull_source` (前置库)

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "pull_source")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub org_id: Uuid,
    /// Resource code.
    pub resource: String,
    /// Unique within the department.
    pub name: String,
    /// [`lake::pull::Address`], never with a password.
    pub address: String,
    pub user_name: String,
    /// Name under which the environment holds the password; none when the database asks for none.
    pub secret: Option<String>,
    /// Table or view, optionally with its schema.
    pub table_name: String,
    /// The increasing column; the whole table when absent.
    pub increasing: Option<String>,
    /// Whether rows at the value reached are read again.
    pub inclusive: bool,
    /// Value of the increasing column up to which everything was taken.
    pub reached: Option<String>,
    /// The rows at the value reached, as [`lake::pull::Pulled::edge`] tells them.
    pub edge: Option<String>,
    /// [`crate::model::Schedule`]
    pub schedule: String,
    pub enabled: bool,
    /// When it is read next by itself.
    pub next_at: Option<ChronoDateTimeUtc>,
    /// The run that goes on; at most one at a time.
    pub run_id: Option<Uuid>,
    /// Grows with every change, so that a pull never advances a source that was changed under it.
    pub version: i64,
    /// Failures in a row.
    pub failures: i64,
    pub last_at: Option<ChronoDateTimeUtc>,
    /// [`crate::model::RunState`]
    pub last_state: Option<String>,
    pub last_rows: i64,
    /// A [`kernel::Text`] as JSON.
    pub last_error: Option<String>,
    /// The submission of the last content taken.
    pub last_submission: Option<Uuid>,
    pub created_by: String,
    pub created_at: ChronoDateTimeUtc,
    pub updated_at: ChronoDateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
