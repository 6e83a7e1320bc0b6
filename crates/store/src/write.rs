//! What every table's writing shares.

use chrono::{DateTime, SubsecRound as _, Utc};
use kernel::{Error, Result};
use sea_orm::UpdateResult;

/// An instant as both databases keep it, to the microsecond.
#[must_use]
pub fn instant(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(6)
}

/// Whether a guarded update changed its row. Of two that try the same step, one succeeds and the other is refused.
///
/// # Errors
/// The refusal, when no row stood as the update asked.
pub fn only_one(done: &UpdateResult, refusal: impl FnOnce() -> Error) -> Result<()> {
    if done.rows_affected == 1 { Ok(()) } else { Err(refusal()) }
}
