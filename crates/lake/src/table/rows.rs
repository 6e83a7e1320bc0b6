//! Rows on their way into a table: the resource's typed fields come in, provenance and the key are added here.

use std::pin::Pin;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use deltalake_core::arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, StringBuilder, TimestampMicrosecondArray,
    new_null_array,
};
use deltalake_core::arrow::compute::{CastOptions, cast_with_options, filter_record_batch};
use deltalake_core::arrow::datatypes::{DataType, Date32Type, Field, Schema, SchemaRef};
use futures::Stream;
use kernel::{Error, Result, SubmissionId};
use serde_json::{Map, Value};
use standards::fold::document_number;

use super::error::OrStorage;
use super::spec::{KEY, RECEIVED_AT, ROW, SOURCE, SUBMISSION, TableSpec, VALID_AT};

/// Rows of one resource with their fields typed, held in memory. Opaque outside the lake.
#[derive(Debug, Clone)]
pub struct Rows(pub(crate) RecordBatch);

/// A stream of batches: the resource's fields and, where known, `_row`.
pub(crate) type BatchStream = Pin<Box<dyn Stream<Item = Result<RecordBatch>> + Send>>;

impl Rows {
    /// Types rows given as JSON objects of field code and value: dates as `2024-05-01`, decimals as text or number.
    /// Fields not given are empty; `_row` may give the row number, which otherwise counts from 1.
    ///
    /// # Errors
    /// `row-value` for a value that does not fit its field's stored type or a field the resource does not have.
    pub fn from_json(spec: &TableSpec, rows: &[Map<String, Value>]) -> Result<Self> {
        for name in rows.iter().flat_map(Map::keys) {
            if name != ROW && !spec.fields.iter().any(|c| c.name == *name) {
                return Err(Error::bad_input(
                    "row-value",
                    format!("资源“{}”没有字段“{name}”。", spec.code),
                    format!("`{}` has no field `{name}`.", spec.code),
                ));
            }
        }
        let mut fields = vec![Field::new(ROW, DataType::Int64, true)];
        let numbers = rows.iter().enumerate().map(|(i, r)| {
            r.get(ROW).and_then(Value::as_i64).or_else(|| i64::try_from(i).ok().map(|i| i + 1))
        });
        let mut columns: Vec<ArrayRef> = vec![Arc::new(numbers.collect::<Int64Array>())];
        for column in &spec.fields {
            let text: StringArray = rows.iter().map(|r| r.get(&column.name).and_then(plain)).collect();
            let text: ArrayRef = Arc::new(text);
            columns.push(cast_exactly(&text, &column.kind.arrow()).map_err(|e| {
                Error::bad_input(
                    "row-value",
                    format!("字段“{}”中有不合类型的值。", column.name),
                    format!("A value of `{}` does not fit its type.", column.name),
                )
                .because(e)
            })?);
            fields.push(Field::new(&column.name, column.kind.arrow(), true));
        }
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).or_storage(&spec.code).map(Self)
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.num_rows()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.num_rows() == 0
    }

    /// The business key of each row, as the table holds it; none where no element of it is filled.
    ///
    /// # Errors
    /// When a column cannot be read as text.
    pub fn keys(&self, spec: &TableSpec) -> Result<Vec<Option<String>>> {
        let keys = key(spec, &self.0)?;
        Ok(keys.as_string::<i32>().iter().map(|k| k.map(str::to_owned)).collect())
    }

    /// The rows for which `keep` says so, by position.
    ///
    /// # Errors
    /// When `keep` is not as long as there are rows.
    pub fn only(self, keep: &[bool]) -> Result<Self> {
        filter_record_batch(&self.0, &keep.to_vec().into()).map(Self).map_err(Error::internal)
    }

    pub(crate) fn stream(self) -> BatchStream {
        Box::pin(futures::stream::iter([Ok(self.0)]))
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(s) if s.is_empty() => None,
        Value::String(s) => Some(s.clone()),
        other => Some(other.to_string()),
    }
}

fn cast_exactly(
    array: &ArrayRef,
    to: &DataType,
) -> Result<ArrayRef, deltalake_core::arrow::error::ArrowError> {
    cast_with_options(array, to, &CastOptions { safe: false, ..CastOptions::default() })
}

/// Where the rows of a submission come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// The submission; landing it twice lands it once.
    pub submission: SubmissionId,
    /// SHA-256 of the received file, or the key of a push.
    pub source: String,
    /// When the bytes were received.
    pub received_at: DateTime<Utc>,
}

/// A batch in the table's own schema: fields by name (missing ones empty, types cast), provenance, key.
pub(crate) fn dress(
    spec: &TableSpec,
    schema: &SchemaRef,
    from: &Provenance,
    first_row: i64,
    batch: &RecordBatch,
) -> Result<RecordBatch> {
    let n = batch.num_rows();
    let received = from.received_at.timestamp_micros();
    let columns = schema
        .fields()
        .iter()
        .map(|field| {
            let column: ArrayRef = match field.name().as_str() {
                SUBMISSION => same(&from.submission.to_string(), n),
                SOURCE => same(&from.source, n),
                ROW => match batch.column_by_name(ROW) {
                    Some(rows) => rows.clone(),
                    None => Arc::new(Int64Array::from_iter_values((first_row..).take(n))),
                },
                RECEIVED_AT => {
                    Arc::new(TimestampMicrosecondArray::from_value(received, n).with_timezone("UTC"))
                }
                VALID_AT => valid_at(spec, batch, received)?,
                KEY => key(spec, batch)?,
                name => match batch.column_by_name(name) {
                    Some(c) => c.clone(),
                    None => new_null_array(field.data_type(), n),
                },
            };
            if column.data_type() == field.data_type() {
                Ok(column)
            } else {
                cast_exactly(&column, field.data_type())
                    .map_err(|e| Error::internal(format!("{}.{}: {e}", spec.code, field.name())))
            }
        })
        .collect::<Result<Vec<_>>>()?;
    RecordBatch::try_new(schema.clone(), columns).or_storage(&spec.code)
}

fn same(text: &str, n: usize) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(std::iter::repeat_n(text, n)))
}

/// The decision day begins at midnight in Beijing (UTC+8).
const BEIJING_OFFSET_MICROS: i64 = 8 * 3_600 * 1_000_000;
const DAY_MICROS: i64 = 24 * 3_600 * 1_000_000;

fn valid_at(spec: &TableSpec, batch: &RecordBatch, received: i64) -> Result<ArrayRef> {
    let n = batch.num_rows();
    let day = spec.valid_from.as_ref().and_then(|name| batch.column_by_name(name));
    let values = match day {
        None => TimestampMicrosecondArray::from_value(received, n),
        Some(day) => {
            let day = cast_exactly(day, &DataType::Date32).or_storage(&spec.code)?;
            let day = day.as_primitive::<Date32Type>();
            (0..n)
                .map(|i| {
                    if day.is_null(i) {
                        received
                    } else {
                        i64::from(day.value(i)) * DAY_MICROS - BEIJING_OFFSET_MICROS
                    }
                })
                .map(Some)
                .collect()
        }
    };
    Ok(Arc::new(values.with_timezone("UTC")))
}

/// Joins the elements of the business key; see [`TableSpec::key`].
pub(crate) fn key(spec: &TableSpec, batch: &RecordBatch) -> Result<ArrayRef> {
    let n = batch.num_rows();
    if spec.key.is_empty() {
        return Ok(new_null_array(&DataType::Utf8, n));
    }
    // Each alternative with whether it holds document numbers.
    let mut elements: Vec<Vec<(ArrayRef, bool)>> = Vec::with_capacity(spec.key.len());
    for alternatives in &spec.key {
        let columns = alternatives
            .iter()
            .filter_map(|name| Some((batch.column_by_name(name)?, spec.documents.contains(name))))
            .map(|(c, document)| Ok((cast_exactly(c, &DataType::Utf8).or_storage(&spec.code)?, document)))
            .collect::<Result<Vec<_>>>()?;
        elements.push(columns);
    }
    let elements: Vec<Vec<(&StringArray, bool)>> =
        elements.iter().map(|cs| cs.iter().map(|(c, d)| (c.as_string::<i32>(), *d)).collect()).collect();
    let mut out = StringBuilder::with_capacity(n, n * 32);
    let mut text = String::new();
    for i in 0..n {
        text.clear();
        let mut filled = false;
        for (at, alternatives) in elements.iter().enumerate() {
            if at > 0 {
                text.push('\u{1f}');
            }
            let given = alternatives.iter().find(|(c, _)| c.is_valid(i) && !c.value(i).is_empty());
            if let Some((c, document)) = given {
                filled = true;
                match document {
                    true => text.push_str(&document_number(c.value(i))),
                    false => text.push_str(c.value(i)),
                }
            }
        }
        if filled {
            out.append_value(&text);
        } else {
            out.append_null();
        }
    }
    Ok(Arc::new(out.finish()))
}
