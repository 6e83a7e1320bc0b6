//! 表格更正: the workbook of wrong rows comes back; its rows find the open ones by number or business key, the rest stay open.

use std::collections::HashMap;

use indexmap::IndexMap;
use kernel::{Actor, Error, Result, SubmissionId};
use standards::pack::headers;
use uuid::Uuid;

use super::mend_rows::{Edit, MOST_ROWS, Reason, apply, may_be_mended};
use super::process_submission::business_key;
use super::receive_upload::MAY_HAND_IN;
use crate::context::Intake;
use crate::model::RowState;
use crate::store::{submissions, wrong_rows};

/// Header of the column that carries the row's number within the submission.
pub const ROW_COLUMN: &str = "序号";

/// What stands in that column: the number, and a mark by which the submission is known, so that a row of another one is
/// never taken for this one's.
#[must_use]
pub fn row_number(id: SubmissionId, ordinal: i64) -> String {
    let text = id.to_string();
    format!("{ordinal}-{}", &text[text.len() - 6..])
}

/// Most cells of a workbook that comes back.
const MOST_CELLS: usize = 8_000_000;

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mended {
    /// Rows of which a cell was changed.
    pub changed: u64,
    /// Of these, rows that pass now.
    pub mended: u64,
    /// Rows of the workbook that are no open row of the submission.
    pub unmatched: u64,
}

/// Takes the mended workbook.
///
/// # Errors
/// `workbook-unreadable`, `workbook-too-large`, `workbook-headers` when neither number nor business key can be found.
pub async fn mend_by_workbook(
    intake: &Intake,
    actor: &Actor,
    id: SubmissionId,
    bytes: &[u8],
) -> Result<Mended> {
    actor.require(MAY_HAND_IN)?;
    let submission = submissions::get(intake.db.conn(), actor, id).await?;
    may_be_mended(&submission)?;
    let (_, resource) = intake.resource(&submission.resource)?;
    let sheets = lake::sheet::read_small(bytes, MOST_CELLS)?;
    let found = sheets.iter().find_map(|(_, rows)| {
        let head = rows.iter().position(|r| r.iter().filter(|c| !c.is_empty()).count() > 1)?;
        let matched = headers::match_headers(resource, &rows[head], &IndexMap::new());
        let number = rows[head].iter().position(|h| h == ROW_COLUMN);
        (!matched.mapped.is_empty()).then_some((&rows[head + 1..], matched, number))
    });
    let Some((rows, matched, number)) = found else {
        return Err(Error::bad_input(
            "workbook-headers",
            "表格里认不出任何一列。请用本页下载的错误行表格修改后上传，不要改动表头。",
            "No column of the workbook is recognised. Mend the workbook downloaded from this page and keep its header row.",
        ));
    };
    let open = wrong_rows::open_keys(intake.db.conn(), id).await?;
    let by_number: HashMap<String, usize> =
        open.iter().enumerate().map(|(i, o)| (row_number(id, o.ordinal), i)).collect();
    let mut by_key: HashMap<&str, Vec<usize>> = HashMap::new();
    for (i, o) in open.iter().enumerate() {
        by_key.entry(&o.business_key).or_default().push(i);
    }
    let mut done = Mended::default();
    let mut edits = Vec::new();
    for cells in rows.iter().filter(|r| r.iter().any(|c| !c.trim().is_empty())) {
        let values: IndexMap<String, String> = matched
            .mapped
            .iter()
            .map(|m| (m.field.clone(), cells.get(m.column).cloned().unwrap_or_default()))
            .collect();
        let numbered = number.and_then(|n| by_number.get(cells.get(n)?.trim()));
        let at = numbered.copied().or_else(|| {
            let key = business_key(resource, |field| values.get(field).map(String::as_str));
            // A key that several open rows share tells nothing.
            match by_key.get(key.as_str()).map(Vec::as_slice) {
                Some([one]) => Some(*one),
                _ => None,
            }
        });
        match at.and_then(|i| open.get(i)) {
            Some(row) => edits.push(Edit { row: row.id, version: None, values }),
            None => done.unmatched += 1,
        }
    }
    let step = format!("upload:{}", Uuid::now_v7());
    for batch in edits.chunks(MOST_ROWS) {
        let batch = changed(intake, id, batch).await?;
        if batch.is_empty() {
            continue;
        }
        let judged = apply(intake, actor, &submission, &batch, Reason::Step(&step)).await?;
        done.changed += judged.len() as u64;
        done.mended += judged.iter().filter(|(r, _)| r.state == RowState::Mended.name()).count() as u64;
    }
    Ok(done)
}

/// Those of the edits that say something new; of several for one row, the last.
async fn changed(intake: &Intake, id: SubmissionId, edits: &[Edit]) -> Result<Vec<Edit>> {
    let by_row: HashMap<Uuid, &Edit> = edits.iter().map(|e| (e.row, e)).collect();
    let ids: Vec<Uuid> = by_row.keys().copied().collect();
    let rows = wrong_rows::by_ids(intake.db.conn(), id, &ids).await?;
    let new = rows.into_iter().filter_map(|(row, _)| {
        let edit = by_row.get(&row.id)?;
        let old = |field: &String| row.cells.get(field).and_then(|v| v.as_str()).unwrap_or_default();
        edit.values.iter().any(|(field, text)| old(field) != text).then(|| (*edit).clone())
    });
    Ok(new.collect())
}
