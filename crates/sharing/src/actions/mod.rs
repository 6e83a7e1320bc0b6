//! Use cases: each authorises, loads, decides, writes and audits in one transaction, and enqueues what follows.

mod decide_row;
mod deliver;
mod delivered_file;
mod draft;
mod edit_target;
mod follow_replaced;
mod hold_back;
mod made;
mod make_deliveries;
mod map_table;
mod mark_at_targets;
mod orgs;
mod post;
mod send_again;
mod switch_mapping;
mod take_cases;
mod take_receipt;
mod taken_back;
mod tell_held;
mod where_it_went;
mod withdraw_from_targets;

pub(crate) use decide_row::asked;
pub use decide_row::{MAY_DECIDE, decide_row};
pub use deliver::{MARK, WITHDRAWN, deliver, table_name};
pub use delivered_file::delivered_file;
pub(crate) use draft::limit;
pub use edit_target::{TargetDraft, create_target, edit_target, switch_target};
pub use hold_back::hold_back;
pub(crate) use map_table::compiled;
pub use mark_at_targets::mark_at_targets;
pub use send_again::send_again;
pub use switch_mapping::switch_mapping;
pub use take_cases::{CaseStands, Cases, TakenCase, case_stands, take_cases};
pub use take_receipt::{MAY_DELIVER, take_receipt};
pub(crate) use tell_held::decided;
pub use where_it_went::{WentTo, refused_since, sources_of, where_it_went};
pub use withdraw_from_targets::{share_again, withdraw_from_targets};

use kernel::Result;
use store::jobs::{self, NewJob};

use crate::context::Sharing;
use crate::jobs::{DELIVER, Deliver};
use crate::store::deliveries;

/// Brings sharing up to date with what came in: it is mapped to other standards, what waits for a person is told, deliveries are
/// made of what landed, and sent by the worker. Doing it twice changes nothing. A mapping, or a table, in trouble does not keep the others waiting.
///
/// # Errors
/// When the lake or the database fails: the first failure, once all was tried. What was not done is made up for the next time.
pub async fn follow(sharing: &Sharing) -> Result<()> {
    let replaced = follow_replaced::follow_replaced(sharing).await;
    let mapped = map_table::map_tables(sharing).await;
    let told = tell_held::tell_held(sharing).await;
    let made = make_deliveries::make_deliveries(sharing).await;
    let sent = send_due(sharing).await;
    replaced.and(mapped).and(told).and(made).and(sent)
}

/// Asks the worker to send what is due. One that is at it already is not asked twice; one that was cut off is, a minute later.
async fn send_due(sharing: &Sharing) -> Result<()> {
    let (conn, now) = (sharing.intake.db.conn(), sharing.intake.clock.now());
    for target in deliveries::due_targets(conn, now).await? {
        let Some(next) = deliveries::next_of(conn, target).await? else { continue };
        let key = format!("deliver:{}:{}:{}", next.id, next.attempts, now.format("%Y%m%d%H%M"));
        let job = NewJob::new(DELIVER, format!("target:{target}"), &Deliver { target })?.unique(key);
        jobs::enqueue(conn, job, now).await?;
    }
    Ok(())
}
