//! 撤销更正: the last step of mending is taken back.

use kernel::{Actor, Error, Result, SubmissionId};

use super::mend_rows::{Change, Edit, Reason, apply, may_be_mended};
use super::receive_upload::MAY_HAND_IN;
use crate::context::Intake;
use crate::store::{mends, submissions};

/// Takes the last step back: edits checked together, a workbook or an accepted group as a whole. Returns how many rows were
/// restored. With `step`, only if that is the last one: what a colleague or another window did since is not touched.
///
/// Rows, log and audit change in one transaction. A step of many thousand rows was written in several parts, each of which is
/// taken back so; where that is cut off, the parts left stand in the log and go with the next undo.
///
/// # Errors
/// `nothing-to-undo`; `undo-overtaken` when another step came after `step`; `row-landed` when a row of that step has landed since.
pub async fn undo_mend(intake: &Intake, actor: &Actor, id: SubmissionId, step: Option<&str>) -> Result<u64> {
    actor.require(MAY_HAND_IN)?;
    let submission = submissions::get(intake.db.conn(), actor, id).await?;
    may_be_mended(&submission)?;
    let Some(last) = mends::last(intake.db.conn(), id).await? else {
        return Err(Error::conflict("nothing-to-undo", "没有可以撤销的更正。", "There is nothing to undo."));
    };
    if step.is_some_and(|s| s != last.kind) {
        return Err(mends::overtaken());
    }
    let mut restored = 0;
    let step = last.kind.clone();
    let mut next = Some(last);
    while let Some(mend) = next {
        let changes: Vec<Change> = serde_json::from_value(mend.changes.clone()).map_err(Error::internal)?;
        let edits: Vec<Edit> =
            changes.into_iter().map(|c| Edit { row: c.row, version: None, values: c.before }).collect();
        restored += apply(intake, actor, &submission, &edits, Reason::Undo(&mend)).await?.len() as u64;
        next = match step.contains(':') {
            true => mends::last(intake.db.conn(), id).await?.filter(|m| m.kind == step),
            false => None,
        };
    }
    Ok(restored)
}
