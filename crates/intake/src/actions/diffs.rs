//! 更正对比: which cells of a row were changed, from what to what, by whom and when; masked as the reader may see them.

use chrono::{DateTime, Utc};
use kernel::{Actor, Error, Result, SubmissionId};
use lake::query::ColumnInfo;
use serde_json::Value;
use standards::fold::document_number;
use standards::pack::Resource;
use uuid::Uuid;

use super::mend_rows::Change;
use super::read_rows::sight;
use crate::context::Intake;
use crate::model::Sight;
use crate::model::personal::{Cells, plain};
use crate::store::entity::{mend_log, wrong_row};
use crate::store::{mends, submissions, wrong_rows};

/// Steps of mending looked at; older ones are told on the page of the submission.
const STEPS: u64 = 100;
/// A submission of more rows is told by its page of changes: finding one row in it means reading all of it.
const MOST_ROWS: u64 = 2_000;

/// One changed cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff {
    /// Row as the spreadsheet showed it; 0 where a whole record was handed in again.
    pub row: i64,
    /// Field code.
    pub field: String,
    /// Before, as the reader may see it.
    pub before: String,
    /// After, as the reader may see it.
    pub after: String,
    /// Who did it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The newest changes of cells in the wrong rows of a submission, newest first, at most `limit`: of one field where one is named,
/// of the rows whose handed-in key holds a text where one is given.
///
/// # Errors
/// Forbidden for who may not read its rows; not found outside the scope.
pub async fn mended(
    intake: &Intake,
    actor: &Actor,
    id: SubmissionId,
    (field, key): (Option<&str>, Option<&str>),
    limit: usize,
) -> Result<Vec<Diff>> {
    let sight = sight(intake, actor, Some(id)).await?;
    let conn = intake.db.conn();
    let submission = submissions::get(conn, actor, id).await?;
    let (_, resource) = intake.resource(&submission.resource)?;
    let mut found: Vec<(Uuid, String, String, String, String, DateTime<Utc>)> = Vec::new();
    let rows = match key {
        Some(key) => Some(wrong_rows::with_key(conn, id, &document_number(key)).await?),
        None => None,
    };
    for mend in mends::newest(conn, id, STEPS).await? {
        let mend_log::Model { at, by, changes, .. } = mend;
        let changes: Vec<Change> = serde_json::from_value(changes).map_err(Error::internal)?;
        for change in changes {
            if rows.as_ref().is_some_and(|rows| rows.iter().all(|r| r.id != change.row)) {
                continue;
            }
            for (code, after) in change.after {
                if field.is_none_or(|f| f == code) {
                    let before = change.before.get(&code).cloned().unwrap_or_default();
                    found.push((change.row, code, before, after, by.clone(), at));
                }
            }
        }
        if found.len() >= limit {
            found.truncate(limit);
            break;
        }
    }
    let rows = match rows {
        Some(rows) => rows,
        None => {
            let mut ids: Vec<Uuid> = found.iter().map(|f| f.0).collect();
            ids.sort();
            ids.dedup();
            wrong_rows::plain(conn, id, &ids).await?
        }
    };
    let shown = found.into_iter().filter_map(|(row, field, before, after, by, at)| {
        let row = rows.iter().find(|r| r.id == row)?;
        let text = |value: &str| shown(resource, row, &field, value, sight);
        Some(Diff { row: row.row, before: text(&before), after: text(&after), field: field.clone(), by, at })
    });
    Ok(shown.collect())
}

/// A value of a field of a wrong row, as it may be seen.
fn shown(resource: &Resource, row: &wrong_row::Model, field: &str, value: &str, sight: Sight) -> String {
    let mut columns = vec![ColumnInfo { name: field.to_owned(), kind: "text".to_owned() }];
    let mut values = vec![Value::String(value.to_owned())];
    if let Some(subject) = resource.subject.as_ref().filter(|s| s.field != field) {
        columns.push(ColumnInfo { name: subject.field.clone(), kind: "text".to_owned() });
        values.push(row.cells.get(&subject.field).cloned().unwrap_or(Value::Null));
    }
    Cells::new(resource, &columns, sight).text(&values, 0)
}

/// What a submission changed in the one row whose stored key is the wanted one; nothing where it brought it for the first time,
/// changed nothing in it, or is so large that only its own page tells.
///
/// # Errors
/// Forbidden for who may not read its rows; as [`lake::Lake::changes`].
pub async fn replaced(
    intake: &Intake,
    actor: &Actor,
    id: SubmissionId,
    is_it: impl Fn(&str) -> bool,
) -> Result<Vec<Diff>> {
    let sight = sight(intake, actor, Some(id)).await?;
    let submission = submissions::get(intake.db.conn(), actor, id).await?;
    let (_, resource) = intake.resource(&submission.resource)?;
    if u64::try_from(submission.rows_landed).unwrap_or(0) > MOST_ROWS {
        return Ok(Vec::new());
    }
    let limit = usize::try_from(MOST_ROWS).map_err(Error::internal)?;
    let found = match intake.lake.changes(&submission.resource, id, 0, limit).await {
        Ok(found) => found,
        // Withdrawn, or so old that what was there before is gone.
        Err(e) if matches!(e.code(), "not-found" | "history-expired") => return Ok(Vec::new()),
        Err(e) => return Err(e),
    };
    let cells = Cells::new(resource, &found.columns, sight);
    let change = found.changes.iter().find(|c| c.key.as_deref().is_some_and(&is_it));
    let Some((Some(new), Some(old))) = change.map(|c| (&c.new, &c.old)) else { return Ok(Vec::new()) };
    let fields = resource.fields.iter().filter_map(|f| Some((f.code.clone(), cells.at(&f.code)?)));
    Ok(fields
        .filter(|(_, at)| plain(new.get(*at)) != plain(old.get(*at)))
        .map(|(field, at)| Diff {
            row: 0,
            field,
            before: cells.text(old, at),
            after: cells.text(new, at),
            by: submission.created_by.clone(),
            at: submission.created_at,
        })
        .collect())
}
