//! `pull_source` (前置库)

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "pull_source")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub org_id: Uuid,
    pub resource: String,
    pub name: String,
    /// Address without a password: `postgres://user@host/db`, `mysql://…`, `sqlite://…`.
    pub address: String,
    /// Name of the environment variable that holds the password.
    pub password_env: Option<String>,
    pub table_name: String,
    /// `increasing` by column, or `full`.
    pub mode: String,
    pub cursor_column: Option<String>,
    pub cursor_value: Option<String>,
    /// Minutes between runs; 0 for by hand only.
    pub every_minutes: i32,
    pub enabled: bool,
    pub last_run_at: Option<ChronoDateTimeUtc>,
    pub last_result: Option<String>,
    pub created_by: String,
    pub created_at: ChronoDateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
