//! Tables (数据表): one Delta table for each resource, landed exactly once, with history.

mod brought;
mod changes;
mod commit;
mod damage;
pub(crate) mod durable;
pub(crate) mod error;
mod files;
mod history;
mod keys;
mod lake;
mod land;
mod maintain;
mod push;
mod rows;
mod spec;
mod stage;
mod undo;
mod work;

pub use brought::Brought;
pub use changes::{Change, Changes};
pub use commit::{CommitKind, Landed, Share};
pub use history::HistoryEntry;
pub use lake::{Lake, LakeSettings};
pub use maintain::Maintained;
pub(crate) use rows::key;
pub use rows::{Provenance, Rows};
pub use spec::{Column, ColumnType, KEY, RECEIVED_AT, ROW, SOURCE, SUBMISSION, TableSpec, VALID_AT};
pub use undo::Undone;

#[allow(unused_imports)]
pub(crate) use rows::BatchStream;

use deltalake_core::DeltaTable;
use deltalake_core::arrow::datatypes::DataType;
use kernel::Result;

/// Rows of a snapshot as its log tells them; `None` where the log does not tell of every file.
pub(crate) fn known_rows(table: &DeltaTable, code: &str) -> Result<Option<u64>> {
    Ok(files::active(table, code)?.iter().map(|(file, _)| file.known_rows()).sum())
}

/// The columns a table has stored, whatever its resource says today.
pub(crate) fn stored_columns(table: &DeltaTable, code: &str) -> Result<Vec<Column>> {
    let schema = files::schema(table, code)?;
    let kind = |t: &DataType| match t {
        DataType::Date32 => ColumnType::Date,
        DataType::Int64 => ColumnType::Integer,
        DataType::Decimal128(p, s) => ColumnType::Decimal(*p, u8::try_from(*s).unwrap_or(0)),
        DataType::Timestamp(..) => ColumnType::Instant,
        _ => ColumnType::Text,
    };
    Ok(schema.fields().iter().map(|f| Column { name: f.name().clone(), kind: kind(f.data_type()) }).collect())
}
