//! Rows given as cells by field code: rows mended in the grid, and rows pushed one by one.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use indexmap::IndexMap;
use kernel::{Error, Result};

use crate::check::{Binding, CheckRequest, Finding, Items, RuleSet, findings_in};
use crate::read::Chunk;
use crate::table::{ROW, Rows};
use crate::typed::to_typed;

/// Text by field code.
pub type Cells = IndexMap<String, String>;

/// The findings of each row, in the order given; row numbers count from 1. Every field of the resource is judged, given or
/// not. Duplicates among the rows are not looked for.
///
/// # Errors
/// As [`crate::check::check_file`].
pub fn check_cells(request: &CheckRequest, rows: &[Cells]) -> Result<Vec<Vec<Finding>>> {
    count_cells(request, rows).map(|(found, _)| found)
}

/// As [`check_cells`], with how many cells had to be filled and were.
///
/// # Errors
/// As [`check_cells`].
pub fn count_cells(request: &CheckRequest, rows: &[Cells]) -> Result<(Vec<Vec<Finding>>, Items)> {
    let rules = RuleSet::compile(request)?;
    let (binding, chunk) = as_chunk(&rules, rows)?;
    let mut by_row: Vec<Vec<Finding>> = vec![Vec::new(); rows.len()];
    let (findings, items) = findings_in(&rules, &binding, chunk)?;
    for finding in findings {
        let at = usize::try_from(finding.row).unwrap_or_default().wrapping_sub(1);
        if let Some(list) = by_row.get_mut(at) {
            list.push(finding);
        }
    }
    Ok((by_row, items))
}

/// Rows ready to land: folded and typed as the checker reads them, with their row numbers.
///
/// # Errors
/// As [`crate::check::check_file`].
pub fn rows_of(request: &CheckRequest, rows: &[(i64, Cells)]) -> Result<Rows> {
    let rules = RuleSet::compile(request)?;
    let (numbers, cells): (Vec<i64>, Vec<Cells>) = rows.iter().cloned().unzip();
    let (binding, chunk) = as_chunk(&rules, &cells)?;
    let typed = to_typed(&rules, &binding, &chunk)?;
    let mut fields: Vec<_> = typed.schema().fields().iter().cloned().collect();
    fields.push(Arc::new(Field::new(ROW, DataType::Int64, true)));
    let mut columns = typed.columns().to_vec();
    let numbers: ArrayRef = Arc::new(Int64Array::from(numbers));
    columns.push(numbers);
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map(Rows).map_err(Error::internal)
}

/// Rows as a reader would deliver them, one column per field in template order.
pub(crate) fn as_chunk(rules: &RuleSet, rows: &[Cells]) -> Result<(Binding, Chunk)> {
    let fields = &rules.resource.fields;
    let columns = fields
        .iter()
        .map(|f| {
            rows.iter().map(|r| Some(r.get(&f.code).map_or("", String::as_str))).collect::<StringArray>()
        })
        .collect();
    let binding = Binding {
        headers: fields.iter().map(|f| f.label.zh.clone()).collect(),
        columns: (0..fields.len()).map(Some).collect(),
        ..Binding::default()
    };
    let last = u32::try_from(rows.len()).map_err(Error::internal)?;
    Ok((binding, Chunk { rows: (1..=last).collect(), columns, notes: Vec::new() }))
}
