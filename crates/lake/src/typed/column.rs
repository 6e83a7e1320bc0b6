//! Typed columns of a chunk, made with as little copying as the cells allow.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanBufferBuilder, RecordBatch, StringArray, StringBuilder,
};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::DataType;
use kernel::Result;
use standards::pack::FieldKind;

use crate::check::{Binding, RuleSet};
use crate::read::Chunk;

/// The stored type of a field.
#[must_use]
pub(crate) fn data_type(kind: &FieldKind) -> DataType {
    match kind {
        FieldKind::Date { .. } => DataType::Date32,
        FieldKind::Decimal { precision, scale, .. } => {
            let precision = (*precision).clamp(1, 38);
            DataType::Decimal128(precision, (*scale).min(precision) as i8)
        }
        FieldKind::Integer { .. } => DataType::Int64,
        _ => DataType::Utf8,
    }
}

/// The rows of a chunk as they land: one column per field of the resource in template order, folded and typed;
/// cells that cannot be read are NULL (their rows are among the rejected).
///
/// # Errors
/// `Internal` when the columns do not fit together, which is our fault.
pub(crate) fn to_typed(rules: &RuleSet, binding: &Binding, chunk: &Chunk) -> Result<RecordBatch> {
    rules.typed(binding, chunk)
}

/// What must change in a text column: cells that become NULL and cells that get another text. Recorded in row
/// order; a column without edits is shared, not copied.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    nulls: Vec<u32>,
    texts: Vec<(u32, String)>,
}

impl Edits {
    /// The cell becomes NULL.
    pub(crate) fn null(&mut self, row: usize) {
        self.nulls.push(row as u32);
    }

    /// The cell gets another text.
    pub(crate) fn text(&mut self, row: usize, text: String) {
        self.texts.push((row as u32, text));
    }

    /// The column with the edits made.
    pub(crate) fn apply(self, cells: &StringArray) -> ArrayRef {
        if self.texts.is_empty() {
            if self.nulls.is_empty() {
                return Arc::new(cells.clone());
            }
            let mut valid = BooleanBufferBuilder::new(cells.len());
            valid.append_n(cells.len(), true);
            for row in self.nulls {
                valid.set_bit(row as usize, false);
            }
            let nulls = NullBuffer::new(valid.finish());
            let nulls = NullBuffer::union(Some(&nulls), cells.nulls());
            return Arc::new(StringArray::new(cells.offsets().clone(), cells.values().clone(), nulls));
        }
        let mut out = StringBuilder::with_capacity(cells.len(), cells.values().len());
        let (mut nulls, mut texts) = (self.nulls.into_iter().peekable(), self.texts.into_iter().peekable());
        for row in 0..cells.len() {
            let is_null = nulls.next_if_eq(&(row as u32)).is_some();
            let text = texts.next_if(|(r, _)| *r == row as u32);
            match text {
                Some((_, text)) => out.append_value(text),
                None if is_null || cells.is_null(row) => out.append_null(),
                None => out.append_value(cells.value(row)),
            }
        }
        Arc::new(out.finish())
    }
}
