//! Tables of what is published, and their queries.

pub(crate) mod counts;
pub(crate) mod entity;
pub(crate) mod lists;
mod migration;
pub(crate) mod recalls;
pub(crate) mod samples;
pub(crate) mod write;

pub use migration::Publication0001;
