//! Tables and queries of intake; private to the crate but for the migrations.

pub(crate) mod entity;
mod migration;

pub use migration::migrations;
