//! 撤销更正: the last step of mending is taken back.

use kernel::{Actor, Error, Result, SubmissionId};
use serde_json::json;
use store::{OrFail as _, audit};
use uuid::Uuid;

use super::drop_rows::take_in_again;
use super::mend_rows::{Change, Edit, apply, may_be_mended};
use super::receive_upload::MAY_HAND_IN;
use crate::context::Intake;
use crate::store::{mends, submissions};

/// Takes the last step back: edits checked together, a workbook or an accepted group as a whole. Returns how many rows were
/// restored. With `step`, only if that is the last one: what a colleague or another window did since is not touched.
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
        return Err(Error::conflict(
            "undo-overtaken",
            "这一步之后又有新的更正（可能来自同事或另一个窗口），不能越过它撤销。请刷新页面，查看更正记录。",
            "Another step of mending came after this one, from a colleague or another window; it cannot be undone past that. Reload the page and look at the record of mending.",
        ));
    }
    let mut restored = 0;
    let step = last.kind.clone();
    let mut next = Some(last);
    while let Some(mend) = next {
        let changes: Vec<Change> = serde_json::from_value(mend.changes.clone()).map_err(Error::internal)?;
        if mend.kind.starts_with("drop:") {
            let rows: Vec<Uuid> = changes.iter().map(|c| c.row).collect();
            take_in_again(intake, id, &rows).await?;
        }
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
        next = match step.contains(':') {
            true => mends::last(intake.db.conn(), id).await?.filter(|m| m.kind == step),
            false => None,
        };
    }
    Ok(restored)
}
