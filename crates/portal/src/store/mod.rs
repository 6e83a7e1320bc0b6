//! Tables and queries of portal; private to the crate.

pub(crate) mod case;
mod migration;
pub(crate) mod publication;

pub use migration::migrations;

use chrono::{DateTime, SubsecRound as _, Utc};

/// An instant as the databases keep it.
pub(crate) fn instant(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(6)
}
