//! What was changed in rows (更正对比), as the reader may see it.

use chrono::{DateTime, Utc};
use intake::actions::diffs::{Diff, mended, replaced};
use intake::actions::rows_of_cause::numbers_of_cause;
use kernel::{Actor, Error, ErrorKind, RecordId, Result, SubmissionId};
use shell::Cx;

use crate::context::Rectify;
use crate::model::record_id;
use crate::store::entity::{attempt, issue, record};

/// Changes shown on a page.
const SHOWN: usize = 50;
/// Receipts of a record that are looked into, the newest ones.
const RECEIPTS: usize = 10;

/// One changed cell.
pub(crate) struct Line {
    /// Row in its file; 0 where a whole record was handed in again.
    pub row: i64,
    pub label: String,
    pub before: String,
    pub after: String,
    pub by: String,
    pub at: DateTime<Utc>,
}

fn lines(cx: &Cx, rectify: &Rectify, resource: &str, diffs: Vec<Diff>) -> Vec<Line> {
    let known = rectify.intake.packs.resource(resource).map(|(_, r)| r);
    let label = |code: &str| {
        let field = known.and_then(|r| r.field(code));
        field.map_or_else(|| code.to_owned(), |f| f.label.get(cx.lang()).to_owned())
    };
    let line = |d: Diff| Line {
        row: d.row,
        label: label(&d.field),
        before: d.before,
        after: d.after,
        by: d.by,
        at: d.at,
    };
    diffs.into_iter().map(line).collect()
}

/// Nothing for who may not read the rows, and where they are gone.
fn if_allowed(found: Result<Vec<Diff>>) -> Result<Vec<Diff>> {
    match found {
        Err(e) if matches!(e.kind(), ErrorKind::Forbidden | ErrorKind::NotFound) => Ok(Vec::new()),
        other => other,
    }
}

/// Changes and rows looked through for those of a cause that names no field.
const LOOKED: usize = 2_000;

/// What was changed in the field of an issue, newest first; where the whole row is meant, in the rows known to have had its cause.
pub(crate) async fn of_issue(
    cx: &Cx,
    actor: &Actor,
    rectify: &Rectify,
    row: &issue::Model,
) -> Result<Vec<Line>> {
    let field = Some(row.field.as_str()).filter(|f| !f.is_empty());
    let id = SubmissionId(row.submission_id);
    let limit = if field.is_some() { SHOWN } else { LOOKED };
    let mut found = if_allowed(mended(&rectify.intake, actor, id, (field, None), limit).await)?;
    if field.is_none() && !found.is_empty() {
        let cause = (row.code.as_str(), row.pattern.as_str(), "");
        let rows = numbers_of_cause(&rectify.intake, id, cause, LOOKED as u64).await?;
        found.retain(|d| rows.contains(&d.row));
        found.truncate(SHOWN);
    }
    Ok(lines(cx, rectify, &row.resource, found))
}

/// What was changed in a decision, mended row by row or handed in again, newest first.
pub(crate) async fn of_record(
    cx: &Cx,
    actor: &Actor,
    rectify: &Rectify,
    row: &record::Model,
    attempts: &[attempt::Model],
) -> Result<Vec<Line>> {
    let id = RecordId(row.id);
    let mut all = Vec::new();
    for attempt in attempts.iter().rev().take(RECEIPTS) {
        let of = SubmissionId(attempt.submission_id);
        let found = match attempt.valid {
            true => {
                let is_it = |key: &str| record_id(&row.resource, key) == id;
                replaced(&rectify.intake, actor, of, is_it).await
            }
            false if row.document.is_empty() => Err(Error::forbidden()),
            false => mended(&rectify.intake, actor, of, (None, Some(&row.document)), SHOWN).await,
        };
        all.extend(if_allowed(found)?);
    }
    all.sort_by_key(|d| std::cmp::Reverse(d.at));
    all.truncate(SHOWN);
    Ok(lines(cx, rectify, &row.resource, all))
}
