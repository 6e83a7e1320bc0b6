//! Tables and queries of rectify; private to the crate but for the migrations.

pub(crate) mod entity;
pub(crate) mod faq;
pub(crate) mod issues;
mod migration;
pub(crate) mod records;

pub use migration::migrations;
