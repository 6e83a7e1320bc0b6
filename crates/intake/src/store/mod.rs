//! Tables and queries of intake; private to the crate but for the migrations.

pub(crate) mod corrections;
pub(crate) mod entity;
pub(crate) mod exports;
pub(crate) mod figures;
pub(crate) mod groups;
pub(crate) mod mappings;
pub(crate) mod mends;
mod migration;
mod pull_migration;
pub(crate) mod pulls;
pub(crate) mod push_days;
pub(crate) mod receipts;
pub(crate) mod submissions;
pub(crate) mod superseded;
pub(crate) mod wrong_rows;

pub use migration::migrations;
