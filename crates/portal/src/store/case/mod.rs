//! Tables and queries of cases.

pub(crate) mod cases;
pub(crate) mod entity;
pub(crate) mod migration;
pub(crate) mod parts;
pub(crate) mod profiles;
