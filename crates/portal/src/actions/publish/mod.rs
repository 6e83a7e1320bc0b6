//! 公示: rows become public records, are marked, taken down and put back, and go when their time is over.

mod batch;
mod change;
mod decide_held;
mod expire;
mod follow_tables;
mod left_out;
mod reading;
mod rebuild_search;
mod recall;
mod sample;
mod take_back;

pub(crate) use change::may_republish;
pub use change::{
    MAY_WITHDRAW, Withdrawal, mark, mark_in, republish, republish_in, unmark, unmark_in, withdraw,
    withdraw_in,
};
pub use decide_held::{Choice, decide_held};
pub(super) use reading::{Cells, Reading, shown};
pub use rebuild_search::{MAY_REBUILD, rebuild_search};
pub use recall::recall;
pub use sample::SAMPLES;

use ::store::instant;
use kernel::Result;

use crate::context::Portal;
use crate::search;

/// Brings what is public in step with the lake and with the clock, and the search index with what is public.
///
/// # Errors
/// When the lake or the database fails; what was done so far stays.
pub(super) async fn follow(portal: &Portal) -> Result<()> {
    follow_tables::follow_tables(portal).await?;
    left_out::take_down_left_out(portal).await?;
    expire::expire(portal).await?;
    search::sync(portal).await?;
    sample::sample(portal).await
}
