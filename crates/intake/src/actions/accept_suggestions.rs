//! 采用建议: every suggestion of a group is accepted at once.

use indexmap::IndexMap;
use kernel::{Actor, Error, Result, SubmissionId};
use uuid::Uuid;

use super::mend_rows::{Edit, Reason, apply, may_be_mended};
use super::receive_upload::MAY_HAND_IN;
use crate::context::Intake;
use crate::model::RowState;
use crate::store::{submissions, wrong_rows};

/// Rows judged and written in one transaction.
const BATCH: u64 = 1_000;

/// Accepts the suggestions of one group: code, pattern, field. Returns how many rows were changed, and the name of the
/// step: all of it is one for [`super::undo_mend`].
///
/// # Errors
/// `no-suggestion` when the group has none left; as [`super::mend_rows`] otherwise.
pub async fn accept_suggestions(
    intake: &Intake,
    actor: &Actor,
    id: SubmissionId,
    group: (String, String, String),
) -> Result<(u64, String)> {
    actor.require(MAY_HAND_IN)?;
    let submission = submissions::get(intake.db.conn(), actor, id).await?;
    may_be_mended(&submission)?;
    let step = format!("accept:{}", Uuid::now_v7());
    let (mut changed, mut passed_over) = (0, 0);
    loop {
        // Mended rows leave the open ones, so the next batch begins behind those that had nothing to accept.
        let filter = wrong_rows::Filter {
            state: Some(RowState::Open),
            unsettled: true,
            group: Some(group.clone()),
            offset: passed_over,
            limit: BATCH,
        };
        let (rows, _) = wrong_rows::page(intake.db.conn(), id, &filter).await?;
        if rows.is_empty() {
            break;
        }
        let seen = rows.len() as u64;
        let edits: Vec<Edit> = rows
            .into_iter()
            .filter_map(|(row, findings)| {
                let values: IndexMap<String, String> = findings
                    .into_iter()
                    .filter(|f| (&f.code, &f.pattern, &f.field) == (&group.0, &group.1, &group.2))
                    .filter_map(|f| Some((f.field, f.suggestion?)))
                    .filter(|(field, text)| row.cells.get(field).and_then(|v| v.as_str()) != Some(text))
                    .collect();
                (!values.is_empty()).then_some(Edit { row: row.id, version: Some(row.version), values })
            })
            .collect();
        let n = edits.len() as u64;
        let judged = if edits.is_empty() {
            Vec::new()
        } else {
            apply(intake, actor, &submission, &edits, Reason::Step(&step)).await?
        };
        // Still open and still in the group: passed over from now on.
        let still = judged.iter().filter(|(row, found)| {
            row.state == RowState::Open.name()
                && found.iter().any(|f| (&f.code, &f.pattern, &f.field) == (&group.0, &group.1, &group.2))
        });
        passed_over += seen - n + still.count() as u64;
        changed += n;
    }
    if changed == 0 {
        return Err(Error::conflict(
            "no-suggestion",
            "这一组没有可采用的建议（可能已被更正），请刷新页面。",
            "This group has no suggestion left to accept; its rows may have been mended. Reload the page.",
        ));
    }
    Ok((changed, step))
}

/// Accepts every suggestion of every group, group by group. Returns how many rows were changed, counting a row once for
/// each group.
///
/// # Errors
/// As [`accept_suggestions`]; groups without a suggestion are passed over.
pub async fn accept_all_suggestions(intake: &Intake, actor: &Actor, id: SubmissionId) -> Result<u64> {
    let mut changed = 0;
    for group in wrong_rows::open_groups(intake.db.conn(), id).await? {
        if group.suggestions > 0 {
            match accept_suggestions(intake, actor, id, (group.code, group.pattern, group.field)).await {
                Ok((n, _)) => changed += n,
                Err(e) if e.code() == "no-suggestion" => {}
                Err(e) => return Err(e),
            }
        }
    }
    Ok(changed)
}
