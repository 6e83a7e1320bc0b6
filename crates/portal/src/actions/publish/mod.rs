//! 公示: rows become public records, are marked, taken down and put back, and go when their time is over.

mod batch;
mod change;
mod decide_held;
mod expire;
mod follow_tables;
mod hold_later;
mod left_out;
mod reading;
mod rebuild_search;
mod recall;
mod sample;
mod take_back;
mod targets;
mod tell_withheld;

pub(crate) use change::may_republish;
pub use change::{
    MAY_END, MAY_WITHDRAW, Withdrawal, mark, mark_in, republish, republish_in, withdraw, withdraw_in,
};
pub(super) use change::{decided_against, is_down_by_decision, withdraw_for_case, withdraw_with_case};
pub use decide_held::{Choice, decide_held, looked_at};
pub use hold_later::hold_later;
pub(super) use reading::{Cells, Reading, shown};
pub use rebuild_search::{MAY_REBUILD, rebuild_search};
pub(super) use recall::recall_subject;
pub use recall::{WITHIN, recall};
pub use sample::SAMPLES;
pub(crate) use targets::keep_targets;
pub use targets::{KEEP_TARGETS, KeepTargets};

use ::store::instant;
use kernel::Result;

use crate::context::Portal;
use crate::search;

/// Brings what is public in step with the lake and with the clock, and the search index with what is public.
///
/// # Errors
/// The first failure of the lake or the database; each part has been tried all the same.
pub(super) async fn follow(portal: &Portal) -> Result<()> {
    // First: what is over comes down whatever else cannot be read.
    let expired = expire::expire(portal).await;
    let followed = follow_tables::follow_tables(portal).await;
    let left_out = left_out::take_down_left_out(portal).await;
    let found = search::sync(portal).await;
    let told = tell_withheld::tell_withheld(portal).await;
    expired.and(followed).and(left_out).and(found).and(told).and(sample::sample(portal).await)
}
