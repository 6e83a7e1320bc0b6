//! 撤销更正: the last step of mending is taken back.

use kernel::{Actor, Error, Result, SubmissionId};
use serde_json::json;
use store::{OrFail as _, audit};

use super::mend_rows::{Change, Edit, apply, may_be_mended};
use super::receive_upload::MAY_HAND_IN;
use crate::context::Intake;
use crate::store::{mends, submissions};

/// Takes the last step back: one edit, or one accepted group as a whole. Returns how many rows were restored.
///
/// # Errors
/// `nothing-to-undo`; `row-landed` when a row of that step has landed since.
pub async fn undo_mend(intake: &Intake, actor: &Actor, id: SubmissionId) -> Result<u64> {
    actor.require(MAY_HAND_IN)?;
    let submission = submissions::get(intake.db.conn(), actor, id).await?;
    may_be_mended(&submission)?;
    let Some(last) = mends::last(intake.db.conn(), id).await? else {
        return Err(Error::conflict("nothing-to-undo", "没有可以撤销的更正。", "There is nothing to undo."));
    };
    let mut restored = 0;
    let step = last.kind.clone();
    let mut next = Some(last);
    while let Some(mend) = next {
        let changes: Vec<Change> = serde_json::from_value(mend.changes.clone()).map_err(Error::internal)?;
        let edits: Vec<Edit> =
            changes.into_iter().map(|c| Edit { row: c.row, version: None, values: c.before }).collect();
        // Restoring is logged by the mark on the mend itself, not as a mend of its own.
        apply(intake, actor, &submission, &edits, "undo").await?;
        let tx = intake.db.begin().await?;
        mends::mark_undone(&tx, mend.id).await?;
        if let Some(own) = mends::last(&tx, id).await?.filter(|m| m.kind == "undo") {
            mends::mark_undone(&tx, own.id).await?;
        }
        let now = intake.clock.now();
        let detail = json!({ "kind": mend.kind, "rows": edits.len() });
        audit::record(&tx, now, actor, "submission.undo-mend", &format!("submission:{id}"), &detail).await?;
        tx.commit().await.or_fail()?;
        restored += edits.len() as u64;
        next = match step.starts_with("accept:") {
            true => mends::last(intake.db.conn(), id).await?.filter(|m| m.kind == step),
            false => None,
        };
    }
    Ok(restored)
}
