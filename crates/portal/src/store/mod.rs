//! Tables and queries of portal; private to the crate.

pub(crate) mod case;
mod migration;
pub(crate) mod publication;

pub use migration::migrations;

pub(crate) use ::store::instant;
