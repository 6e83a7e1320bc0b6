//! Tables and queries of the catalogue; private to the crate but for the migrations.

pub(crate) mod entity;
mod migration;

pub use migration::migrations;
