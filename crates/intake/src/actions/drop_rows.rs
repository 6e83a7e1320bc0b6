//! 放弃: wrong rows that are not to be handed in after all, such as a header pasted into the data or a row that is there twice.

use kernel::{Actor, Result, SubmissionId};
use serde_json::json;
use store::{OrFail as _, audit};
use uuid::Uuid;

use super::mend_rows::{Change, may_be_mended, may_still_change, recount, too_many};
use super::receive_upload::MAY_HAND_IN;
use crate::context::Intake;
use crate::model::RowState;
use crate::store::{mends, submissions, wrong_rows};

/// A row and the version the person saw.
pub type Seen = (Uuid, i32);

/// Drops rows: they need no more mending and never land. Returns the name of the step, for [`super::undo_mend`].
///
/// # Errors
/// `row-changed` when somebody else changed a row meanwhile, `row-landed` for a row that has landed, `mending-closed` when the
/// submission is not one with wrong rows.
pub async fn drop_rows(intake: &Intake, actor: &Actor, id: SubmissionId, rows: &[Seen]) -> Result<String> {
    actor.require(MAY_HAND_IN)?;
    let submission = submissions::get(intake.db.conn(), actor, id).await?;
    may_be_mended(&submission)?;
    too_many(rows.len())?;
    let ids: Vec<Uuid> = rows.iter().map(|(row, _)| *row).collect();
    let found = wrong_rows::by_ids(intake.db.conn(), id, &ids).await?;
    let step = format!("drop:{}", Uuid::now_v7());
    let now = intake.clock.now();
    let mut log = Vec::with_capacity(found.len());
    let tx = intake.db.begin().await?;
    for (row, _) in &found {
        may_still_change(row)?;
        let seen = rows.iter().find(|(id, _)| *id == row.id).map(|(_, version)| *version);
        if seen != Some(row.version) {
            return Err(wrong_rows::changed_meanwhile(row));
        }
        wrong_rows::move_to(&tx, row, RowState::Dropped).await?;
        log.push(Change::none(row.id));
    }
    if log.is_empty() {
        return Ok(step);
    }
    let changes = serde_json::to_value(&log).map_err(kernel::Error::internal)?;
    mends::add(&tx, id, actor, &step, changes, now).await?;
    recount(&tx, id, now).await?;
    let numbers: Vec<i64> = found.iter().map(|(row, _)| row.row).collect();
    let detail = json!({ "rows": found.len(), "numbers": numbers });
    audit::record(&tx, now, actor, "submission.drop-rows", &format!("submission:{id}"), &detail).await?;
    tx.commit().await.or_fail()?;
    Ok(step)
}
