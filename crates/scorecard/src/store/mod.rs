//! Tables and queries of scorecard; private to the crate but for the migrations.

pub(crate) mod basis;
pub(crate) mod circulars;
pub(crate) mod entity;
pub(crate) mod evaluations;
pub(crate) mod facts;
pub(crate) mod indicators;
mod migration;
pub(crate) mod periods;
pub(crate) mod points;
pub(crate) mod registered;
mod revoke;

pub use migration::migrations;

pub(crate) use ::store::instant;
