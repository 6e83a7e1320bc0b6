//! Rows in the wrong shape (行的结构): what the reader noted, the header pasted among the rows, cells one column too far.

use std::collections::HashSet;

use datafusion::arrow::array::Array;
use serde_json::Value;
use standards::pack::FieldKind;

use super::binding::Binding;
use super::codes as code;
use super::hit::{Hit, WHOLE_ROW};
use super::ruleset::RuleSet;
use super::shift::{Evidence, Shifts};
use crate::read::{Chunk, NestedShape, RowNoteKind};

/// Turns the reader's notes on cells of the chunk into findings, before the rules see the rows: they keep silent about a cell
/// that is rejected.
pub(crate) fn cell_notes(rules: &RuleSet, binding: &Binding, chunk: &Chunk, hits: &mut Vec<Hit>) {
    let field_of = |column: u32| binding.columns.iter().position(|c| *c == Some(column as usize));
    let mut told: Vec<Hit> = Vec::new();
    let mut explained: HashSet<(u32, u16)> = HashSet::new();
    for note in &chunk.notes {
        let Ok(row) = chunk.rows.binary_search(&note.row) else { continue };
        let on_cell = |column: u32, code| {
            let field = field_of(column)?;
            let value = rules.cell(binding, chunk, field as u16, row);
            Some(Hit::new(row, field as u16, code, value))
        };
        let hit = match &note.kind {
            RowNoteKind::InvalidBytes { column, hex } => {
                on_cell(*column, code::ENCODING).map(|h| h.pattern("invalid-bytes").param("x", hex))
            }
            RowNoteKind::OtherEncoding { column, encoding } => {
                on_cell(*column, code::MIXED_ENCODING).map(|h| h.param("x", encoding.name()))
            }
            RowNoteKind::NulByte { column } => {
                on_cell(*column, code::CONTROL).map(|h| h.pattern("nul").param("c", "NUL"))
            }
            RowNoteKind::ErrorCell { column, .. } => on_cell(*column, code::ERROR_CELL),
            RowNoteKind::FormulaWithoutValue { column } => {
                on_cell(*column, code::ERROR_CELL).map(|h| h.pattern("formula"))
            }
            RowNoteKind::DuplicateKey { column, again } => on_cell(*column, code::KEY_TWICE).map(|h| {
                let pattern = if h.value == *again { "same-value" } else { "" };
                h.pattern(pattern).param("b", again)
            }),
            RowNoteKind::Nested { column, shape } => on_cell(*column, code::NESTED).map(|h| {
                let separator = match rules.fields.get(usize::from(h.field)).map(|f| &f.field.kind) {
                    Some(FieldKind::Code { separator, .. }) => separator.as_deref(),
                    _ => None,
                };
                nested(h, *shape, separator)
            }),
            RowNoteKind::ExtraCells(_)
            | RowNoteKind::MissingCells(_)
            | RowNoteKind::BlankRows(_)
            | RowNoteKind::RepeatedHeader
            | RowNoteKind::NoteRow(_)
            | RowNoteKind::Formulas { .. }
            | RowNoteKind::MergedCell { .. }
            | RowNoteKind::UnknownKey { .. } => None,
        };
        if let Some(hit) = hit {
            // What the reader says about a cell explains what the field check found there.
            let explains =
                matches!(hit.code, code::ENCODING | code::ERROR_CELL | code::CONTROL | code::NESTED)
                    || hit.code == code::KEY_TWICE && hit.pattern.is_empty();
            if explains {
                explained.insert((hit.row, hit.field));
            }
            told.push(hit);
        }
    }
    if !explained.is_empty() {
        hits.retain(|h| !explained.contains(&(h.row, h.field)));
    }
    hits.append(&mut told);
}

/// What is nested, and the one value it may stand for.
fn nested(hit: Hit, shape: NestedShape, separator: Option<&str>) -> Hit {
    let inside = hit.value.trim_matches(|c: char| c.is_whitespace() || "{}[]".contains(c));
    if inside.is_empty() {
        return hit.pattern("empty").suggest("");
    }
    if shape == NestedShape::Object {
        return hit.pattern("object");
    }
    let one = |value: Value| match value {
        Value::String(text) => Some(text),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    let values: Vec<Value> = serde_json::from_str(&hit.value).unwrap_or_default();
    let texts: Option<Vec<String>> = values.into_iter().map(one).collect();
    match (texts.unwrap_or_default().as_slice(), separator) {
        ([], _) => hit.pattern("array"),
        ([one], _) => hit.pattern("single").suggest(one),
        (several, Some(separator)) => hit.pattern("list").suggest(several.join(separator)),
        (_, None) => hit.pattern("array"),
    }
}

/// Turns the reader's notes on the width of rows into findings. Notes on rows that were left out (blank rows, the header once
/// more) are reported by the collector.
pub(crate) fn row_notes(chunk: &Chunk, hits: &mut Vec<Hit>) {
    let width = chunk.columns.len();
    for note in &chunk.notes {
        let Ok(row) = chunk.rows.binary_search(&note.row) else { continue };
        match &note.kind {
            RowNoteKind::ExtraCells(cells) => {
                let hit = Hit::new(row, WHOLE_ROW, code::EXTRA_CELLS, &cells.join(" | "));
                hits.push(hit.param("n", width + cells.len()).param("m", width));
            }
            RowNoteKind::MissingCells(n) => {
                let given = width.saturating_sub(*n as usize);
                let hit = Hit::new(row, WHOLE_ROW, code::MISSING_CELLS, "");
                hits.push(hit.param("n", given).param("m", width));
            }
            _ => {}
        }
    }
}

/// Replaces the findings of rows that are the header once more, or whose cells stand beside their columns, by one
/// finding for the row. `hits` are sorted by row.
pub(crate) fn misplaced_rows(rules: &RuleSet, binding: &Binding, chunk: &Chunk, hits: &mut Vec<Hit>) {
    let mut replaced: Vec<Hit> = Vec::new();
    let mut shifts = Shifts::new(rules, binding, chunk);
    let mut at = 0;
    while at < hits.len() {
        let row = hits[at].row;
        let end = at + hits[at..].iter().take_while(|h| h.row == row).count();
        let verdict = if is_header(binding, chunk, row as usize) {
            Some(Hit::new(row as usize, WHOLE_ROW, code::HEADER_REPEATED, "").pattern("header-inside"))
        } else {
            let of_row = &hits[at..end];
            let cells = of_row.iter().filter(|h| h.field != WHOLE_ROW).count();
            let width = |h: &Hit| matches!(h.code, code::EXTRA_CELLS | code::MISSING_CELLS);
            if cells >= 3 || of_row.iter().any(width) {
                shifts.find(row as usize, Evidence::Plain)
            } else if cells == 2 {
                shifts.find(row as usize, Evidence::Strong)
            } else {
                None
            }
        };
        replaced.extend(verdict);
        at = end;
    }
    if replaced.is_empty() {
        return;
    }
    hits.retain(|h| replaced.binary_search_by_key(&h.row, |r| r.row).is_err());
    hits.append(&mut replaced);
    hits.sort_by_key(|h| (h.row, h.field));
}

/// Whether most filled cells of a row are their own headers.
fn is_header(binding: &Binding, chunk: &Chunk, row: usize) -> bool {
    let (mut same, mut filled) = (0, 0);
    for (column, cells) in chunk.columns.iter().enumerate() {
        if cells.is_null(row) {
            continue;
        }
        let value = cells.value(row).trim();
        if !value.is_empty() {
            filled += 1;
            same += usize::from(binding.headers.get(column).is_some_and(|h| h.trim() == value));
        }
    }
    same >= 2 && same * 3 >= filled * 2
}
