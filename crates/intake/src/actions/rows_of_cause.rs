//! 一个错误原因的行: the rows of a submission that have one cause, as the reader may see them; for the page of its issue.

use std::collections::HashSet;

use kernel::{Actor, Error, Result, SubmissionId};
use lake::check::{Finding, Group};
use lake::query::ColumnInfo;
use serde_json::Value;

use super::read_rows::sight;
use crate::context::Intake;
use crate::model::Sight;
use crate::model::personal::Cells;
use crate::store::{groups, submissions, wrong_rows};

/// A cause: message code, observed pattern, field code (empty where the whole row is meant).
pub type CauseOf<'a> = (&'a str, &'a str, &'a str);

/// A row that has the cause.
#[derive(Debug, Clone, PartialEq)]
pub struct RowOfCause {
    /// The file and the sheet it stands in; empty where nothing is said of them.
    pub table: String,
    /// Row as the spreadsheet shows it.
    pub row: i64,
    /// The value of the field as it stands now and as the reader may see it; empty where the whole row is meant.
    pub value: String,
    /// What is wrong, from which the words are made ([`lake::check::render`]).
    pub finding: Finding,
}

/// A part of the rows that have a cause.
#[derive(Debug, Clone, PartialEq)]
pub struct RowsOfCause {
    /// The first row of the file first.
    pub rows: Vec<RowOfCause>,
    /// Rows there are in all.
    pub total: u64,
    /// Whether the reader sees the rows in the clear; if not, the words of a finding must not show its values.
    pub clear: bool,
}

/// A part of the rows of a submission that still have a cause: those mended have it no more.
///
/// # Errors
/// Forbidden for who may not read its rows; not found outside the scope.
pub async fn rows_of_cause(
    intake: &Intake,
    actor: &Actor,
    id: SubmissionId,
    (code, pattern, field): CauseOf<'_>,
    (offset, limit): (u64, u64),
) -> Result<RowsOfCause> {
    let sight = sight(intake, actor, Some(id)).await?;
    let conn = intake.db.conn();
    let submission = submissions::get(conn, actor, id).await?;
    let (_, resource) = intake.resource(&submission.resource)?;
    let filter = wrong_rows::Filter {
        unsettled: true,
        group: Some((code.to_owned(), pattern.to_owned(), field.to_owned())),
        offset,
        limit,
        ..wrong_rows::Filter::default()
    };
    let (page, total) = wrong_rows::page(conn, id, &filter).await?;
    let columns: Vec<ColumnInfo> = resource
        .fields
        .iter()
        .map(|f| ColumnInfo { name: f.code.clone(), kind: "text".to_owned() })
        .collect();
    let cells = Cells::new(resource, &columns, sight);
    let mut rows = Vec::with_capacity(page.len());
    for (row, found) in page {
        let of_cause = |f: &&crate::store::entity::finding::Model| {
            f.code == code && f.pattern == pattern && f.field == field
        };
        let Some(finding) = found.iter().find(of_cause) else { continue };
        let finding: Finding = serde_json::from_value(finding.data.clone()).map_err(Error::internal)?;
        let values: Vec<Value> =
            resource.fields.iter().map(|f| row.cells.get(&f.code).cloned().unwrap_or(Value::Null)).collect();
        let value = cells.at(field).map(|at| cells.text(&values, at)).unwrap_or_default();
        let table = [row.file.as_deref(), row.sheet.as_deref()].into_iter().flatten().collect::<Vec<_>>();
        rows.push(RowOfCause { table: table.join(" · "), row: row.row, value, finding });
    }
    Ok(RowsOfCause { rows, total, clear: sight == Sight::Clear })
}

/// The numbers of the rows of a submission that are known to have had a cause, mended or not: those that still have it, and the
/// first ones it was found in. Nothing here is for a person; whoever shows it filters by what the actor may see.
///
/// # Errors
/// When the database cannot be read.
pub async fn numbers_of_cause(
    intake: &Intake,
    id: SubmissionId,
    (code, pattern, field): CauseOf<'_>,
    limit: u64,
) -> Result<HashSet<i64>> {
    let conn = intake.db.conn();
    let filter = wrong_rows::Filter {
        group: Some((code.to_owned(), pattern.to_owned(), field.to_owned())),
        limit,
        ..wrong_rows::Filter::default()
    };
    let (page, _) = wrong_rows::page(conn, id, &filter).await?;
    let mut numbers: HashSet<i64> = page.into_iter().map(|(row, _)| row.row).collect();
    let of_cause = |g: &crate::store::entity::finding_group::Model| {
        g.code == code && g.pattern == pattern && g.field == field
    };
    for group in groups::list(conn, id).await?.into_iter().filter(of_cause) {
        let group: Group = serde_json::from_value(group.data).map_err(Error::internal)?;
        numbers.extend(group.first.iter().map(|f| i64::from(f.row)));
    }
    Ok(numbers)
}
