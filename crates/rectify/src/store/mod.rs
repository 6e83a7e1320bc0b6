//! Tables and queries of rectify; private to the crate but for the migrations.

pub(crate) mod entity;
mod migration;
pub(crate) mod records;

pub use migration::migrations;
