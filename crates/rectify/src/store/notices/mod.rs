//! Tables and queries of notices.

pub(crate) mod digest;
pub(crate) mod due;
pub(crate) mod entity;
pub(crate) mod escalation;
pub(crate) mod hooks;
pub(crate) mod inbox;
pub(crate) mod migration;
pub(crate) mod outbox;
pub(crate) mod rules;
pub(crate) mod told;
