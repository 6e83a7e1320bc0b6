//! Business keys (业务主键) of rows, hashed and as text.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hasher};
use std::sync::LazyLock;

use ahash::RandomState;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Date32Type, Decimal128Type, Int64Type};
use datafusion::arrow::util::display::array_value_to_string;

use standards::fold::document_number;

use super::binding::Binding;
use super::codes as code;
use super::duplicates::{Hashes, NO_KEY};
use super::hit::{Hit, WHOLE_ROW};
use super::ruleset::{Judged, RuleSet};
use crate::read::Chunk;
use crate::typed::dates;

/// Fixed seeds: a run must find the same repeats as the one before.
static HASHER: LazyLock<RandomState> =
    LazyLock::new(|| RandomState::with_seeds(0x79_69, 0x73_68, 0x75, 0x4E00));

/// Hashes of every row: its business key, and all its cells as they stand in the file. Cells are the same only below the same
/// headers: tables of one submission may have different columns.
pub(crate) fn hashes(rules: &RuleSet, binding: &Binding, chunk: &Chunk, judged: &Judged) -> Hashes {
    let rows = chunk.rows.len();
    let header = HASHER.hash_one(&binding.headers);
    let contents: Vec<u64> = (0..rows).map(|row| content(header, chunk, row)).collect();
    let mut keys: Vec<u64> = (0..rows)
        .map(|row| key_hash(rules, &judged.batch, row).unwrap_or(contents[row]))
        .map(|hash| if hash == NO_KEY { 1 } else { hash })
        .collect();
    for hit in &judged.hits {
        if matches!(hit.code, code::HEADER_REPEATED | code::SHIFTED) {
            keys[hit.row as usize] = NO_KEY;
        }
    }
    Hashes { keys, contents: contents.into_iter().map(|h| (h >> 32) as u32).collect() }
}

fn content(header: u64, chunk: &Chunk, row: usize) -> u64 {
    let mut hasher = HASHER.build_hasher();
    hasher.write_u64(header);
    for column in &chunk.columns {
        if column.is_valid(row) {
            hasher.write(column.value(row).as_bytes());
        }
        hasher.write_u8(0xFF);
    }
    hasher.finish()
}

/// `None` when a part of the key is empty: such a row can only repeat another as a whole.
fn key_hash(rules: &RuleSet, batch: &RecordBatch, row: usize) -> Option<u64> {
    if rules.key.is_empty() {
        return None;
    }
    let mut hasher = HASHER.build_hasher();
    for part in &rules.key {
        let (alternative, field) = part.iter().enumerate().find(|(_, f)| batch.column(**f).is_valid(row))?;
        let column = batch.column(*field);
        match column.data_type() {
            DataType::Utf8 => {
                let value = column.as_string::<i32>().value(row);
                match rules.documents.contains(field) {
                    true => hasher.write(document_number(value).as_bytes()),
                    false => hasher.write(value.as_bytes()),
                }
            }
            DataType::Date32 => hasher.write_i32(column.as_primitive::<Date32Type>().value(row)),
            DataType::Int64 => hasher.write_i64(column.as_primitive::<Int64Type>().value(row)),
            DataType::Decimal128(..) => hasher.write_i128(column.as_primitive::<Decimal128Type>().value(row)),
            _ => return None,
        }
        hasher.write_u8(alternative as u8);
    }
    Some(hasher.finish())
}

/// Rejects rows of which a part of the key is empty: they could not be told from others. A part that is wrong is
/// reported already, and so is one whose every field is required.
pub(crate) fn empty(rules: &RuleSet, binding: &Binding, batch: &RecordBatch, hits: &mut Vec<Hit>) {
    let mut told: Option<HashSet<(u32, u16)>> = None;
    for part in &rules.key {
        let absent = |f: &usize| binding.columns.get(*f).copied().flatten().is_none();
        // A column that is missing as a whole is told once.
        let told_once = part.iter().all(absent) && part.iter().any(|f| rules.fields[*f].field.is_required());
        if told_once || part.iter().any(|f| batch.column(*f).null_count() == 0) {
            continue;
        }
        let field = first_field(rules, &binding.columns);
        let told = told.get_or_insert_with(|| hits.iter().map(|h| (h.row, h.field)).collect());
        for row in 0..batch.num_rows() {
            let known = |f: &usize| batch.column(*f).is_valid(row) || told.contains(&(row as u32, *f as u16));
            if !part.iter().any(known) && !told.contains(&(row as u32, WHOLE_ROW)) {
                let list: Vec<String> =
                    part.iter().map(|f| format!("@{}", rules.resource.fields[*f].code)).collect();
                let at = part.first().map_or(field, |f| *f as u16);
                let hit = Hit::new(row, at, code::DUPLICATE_KEY, "").pattern("key-empty");
                hits.push(hit.param("list", list.join("、")));
            }
        }
    }
}

/// The key as a person reads it: the values joined by ` / `.
pub(crate) fn shown(rules: &RuleSet, batch: &RecordBatch, row: usize) -> String {
    let part = |part: &Vec<usize>| {
        let field = part.iter().find(|f| batch.column(**f).is_valid(row))?;
        value(batch.column(*field), row)
    };
    rules.key.iter().filter_map(part).collect::<Vec<_>>().join(" / ")
}

/// A typed cell as text; `None` for NULL.
pub(super) fn value(column: &ArrayRef, row: usize) -> Option<String> {
    if column.is_null(row) {
        return None;
    }
    match column.data_type() {
        DataType::Date32 => Some(dates::write(column.as_primitive::<Date32Type>().value(row))),
        _ => array_value_to_string(column, row).ok(),
    }
}

/// The field a repeated key is shown at: the first of the key that is in the file.
pub(crate) fn first_field(rules: &RuleSet, columns: &[Option<usize>]) -> u16 {
    let bound = |f: &&usize| columns.get(**f).copied().flatten().is_some();
    rules.key.iter().flatten().find(bound).map_or(WHOLE_ROW, |f| *f as u16)
}
