//! Tables of scorecard.

mod migration;

pub use migration::migrations;
