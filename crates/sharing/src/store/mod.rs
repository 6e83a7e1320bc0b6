//! Tables of sharing.

mod migration;

pub use migration::migrations;
