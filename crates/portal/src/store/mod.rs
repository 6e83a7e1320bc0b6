//! Tables of portal.

mod migration;

pub use migration::migrations;
