//! Rows in the wrong shape (行的结构): what the reader noted, the header pasted among the rows, cells one column too far.

use datafusion::arrow::array::Array;

use super::binding::Binding;
use super::codes as code;
use super::hit::{Hit, WHOLE_ROW};
use super::ruleset::RuleSet;
use crate::read::{Chunk, RowNoteKind};

/// Turns the reader's notes on rows of the chunk into findings. Notes on rows that were left out (blank rows, the
/// header once more) are reported by [`left_out`].
pub(crate) fn row_notes(rules: &RuleSet, binding: &Binding, chunk: &Chunk, hits: &mut Vec<Hit>) {
    let width = chunk.columns.len();
    let field_of = |column: u32| binding.columns.iter().position(|c| *c == Some(column as usize));
    for note in &chunk.notes {
        let Ok(row) = chunk.rows.binary_search(&note.row) else { continue };
        let on_cell = |column: u32, code| {
            let field = field_of(column)?;
            let value = rules.cell(binding, chunk, field as u16, row);
            Some(Hit::new(row, field as u16, code, value))
        };
        let hit = match &note.kind {
            RowNoteKind::ExtraCells(cells) => {
                let hit = Hit::new(row, WHOLE_ROW, code::EXTRA_CELLS, &cells.join(" | "));
                Some(hit.param("n", width + cells.len()).param("m", width))
            }
            RowNoteKind::MissingCells(n) => {
                let given = width.saturating_sub(*n as usize);
                let hit = Hit::new(row, WHOLE_ROW, code::MISSING_CELLS, "");
                Some(hit.param("n", given).param("m", width))
            }
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
            RowNoteKind::BlankRows(_)
            | RowNoteKind::RepeatedHeader
            | RowNoteKind::NoteRow(_)
            | RowNoteKind::Formulas { .. }
            | RowNoteKind::MergedCell { .. }
            | RowNoteKind::UnknownKey { .. }
            | RowNoteKind::DuplicateKey { .. } => None,
        };
        if let Some(hit) = hit {
            // What the reader says about a cell explains what the field check found there.
            let explains = matches!(hit.code, code::ENCODING | code::ERROR_CELL | code::CONTROL);
            if explains && hit.field != WHOLE_ROW {
                hits.retain(|h| (h.row, h.field) != (hit.row, hit.field));
            }
            hits.push(hit);
        }
    }
}

/// Replaces the findings of rows that are the header once more, or whose cells stand beside their columns, by one
/// finding for the row. `hits` are sorted by row.
pub(crate) fn misplaced_rows(rules: &RuleSet, binding: &Binding, chunk: &Chunk, hits: &mut Vec<Hit>) {
    let mut replaced: Vec<Hit> = Vec::new();
    let mut at = 0;
    while at < hits.len() {
        let row = hits[at].row;
        let end = at + hits[at..].iter().take_while(|h| h.row == row).count();
        let verdict = if is_header(binding, chunk, row as usize) {
            Some(Hit::new(row as usize, WHOLE_ROW, code::HEADER_REPEATED, "").pattern("header-inside"))
        } else if hits[at..end].iter().filter(|h| h.field != WHOLE_ROW).count() >= 3
            || hits[at..end].iter().any(|h| h.code == code::EXTRA_CELLS)
        {
            shifted(rules, binding, chunk, row as usize)
        } else {
            None
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

/// Whether the row's cells fit much better one column to the left or right, from some column on.
fn shifted(rules: &RuleSet, binding: &Binding, chunk: &Chunk, row: usize) -> Option<Hit> {
    let width = chunk.columns.len();
    let cell = |column: usize| -> &str {
        chunk.columns.get(column).filter(|c| c.is_valid(row)).map_or("", |c| c.value(row).trim())
    };
    // Columns of kinds that tell a right value from a wrong one, in file order.
    let mut strict: Vec<(usize, usize)> = binding
        .columns
        .iter()
        .enumerate()
        .filter_map(|(field, column)| Some(((*column)?, field)))
        .filter(|(_, field)| rules.fields[*field].fits("", &rules.shared).is_some())
        .collect();
    strict.sort_unstable();
    let fits = |column: isize, field: usize| -> Option<bool> {
        let value = usize::try_from(column).ok().filter(|c| *c < width).map(cell).unwrap_or_default();
        if rules.shared.nulls.is_null(value) { None } else { rules.fields[field].fits(value, &rules.shared) }
    };
    let straight = strict.iter().filter(|(c, f)| fits(*c as isize, *f) == Some(true)).count();
    let mut best: Option<(usize, usize, isize, usize)> = None;
    for step in [1_isize, -1] {
        for split in 0..strict.len() {
            let (mut right, mut wrong) = (0, 0);
            for (i, (column, field)) in strict.iter().enumerate() {
                let from = *column as isize + if i < split { 0 } else { step };
                match fits(from, *field) {
                    Some(true) => right += 1,
                    Some(false) => wrong += 1,
                    None => {}
                }
            }
            if best.is_none_or(|(r, w, ..)| (right, std::cmp::Reverse(wrong)) > (r, std::cmp::Reverse(w))) {
                best = Some((right, wrong, step, split));
            }
        }
    }
    let (right, wrong, step, split) = best?;
    if right < straight + 2 || right < 3 || right < wrong * 3 {
        return None;
    }
    let pattern = if step > 0 { "shifted-right" } else { "shifted-left" };
    let field = strict[split].1;
    let mut hit =
        Hit::new(row, field as u16, code::SHIFTED, cell(strict[split].0)).pattern(pattern).param("n", 1);
    hit.related = strict[split + 1..].iter().map(|(_, f)| *f as u16).collect();
    Some(hit)
}
