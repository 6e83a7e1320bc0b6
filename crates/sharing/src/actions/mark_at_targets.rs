//! 标注同步: a record is marked at every target that holds it, and the mark is taken off there.

use kernel::{RecordId, Result};
use store::OrFail as _;

use super::draft::{Drafts, moved, put};
use super::taken_back::standing_now;
use crate::context::Sharing;
use crate::model::Mark;
use crate::store::{lines, marks, targets};

/// How often it is tried while rows of the same table land.
const ATTEMPTS: u32 = 3;

/// Marks a record, or takes its mark off: every target that holds it, or what mappings made of it, gets its row again with the
/// mark, and every later row of it carries the mark. Asked again, it makes nothing more.
///
/// # Errors
/// When the lake or the database fails, and `feed-moved` while rows land all the time: asked again, it goes on.
pub async fn mark_at_targets(sharing: &Sharing, record: RecordId, mark: Option<Mark>) -> Result<()> {
    let (db, now) = (&sharing.intake.db, sharing.intake.clock.now());
    let own = [record.0];
    if marks::own(db.conn(), &own).await?.get(&record.0) != mark.as_ref() {
        db.tx(async |tx| marks::set(tx, record.0, mark, now).await).await?;
    }
    for _ in 0..ATTEMPTS {
        if tell(sharing, record).await? {
            return Ok(());
        }
    }
    Err(moved())
}

/// Makes the deliveries; false when the table went on meanwhile, and nothing was made.
async fn tell(sharing: &Sharing, record: RecordId) -> Result<bool> {
    let (intake, conn) = (&sharing.intake, sharing.intake.db.conn());
    let records = lines::with_offspring(conn, &[record.0]).await?;
    let held = lines::newest(conn, &records, None).await?;
    let wanted = marks::of(conn, &records).await?;
    let all = targets::all(conn).await?;
    let mut made = Vec::new();
    for d in held.iter().filter(|d| !d.knows_mark(&wanted)) {
        let Some(drafts) = Drafts::of(sharing, &all, d) else { continue };
        let before = intake.lake.version(&d.resource).await?;
        let rows = standing_now(&drafts, std::slice::from_ref(d)).await?;
        // Named by the line that is said again with another mark, so that it is made once.
        let name = format!("mark/{}/{}", d.delivery_id, d.ordinal);
        made.extend(drafts.made(rows, None, &name).await?);
        // A row that landed since is followed by a delivery of its own, which must not be overtaken by an older state.
        if intake.lake.version(&d.resource).await? != before {
            return Ok(false);
        }
    }
    let tx = intake.db.begin().await?;
    put(&tx, made).await?;
    tx.commit().await.or_fail()?;
    Ok(true)
}
