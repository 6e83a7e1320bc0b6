//! Tables and queries of the catalogue; private to the crate but for the migrations.

pub(crate) mod entity;
pub(crate) mod entries;
mod migration;
pub(crate) mod orgs;
pub(crate) mod overrides;
pub(crate) mod people;

pub use migration::migrations;
