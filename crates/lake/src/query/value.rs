//! Columns of the engine as plain values.

use deltalake_core::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use deltalake_core::arrow::compute::cast;
use deltalake_core::arrow::datatypes::{DataType, Float64Type, Int64Type, Schema, TimeUnit, UInt64Type};
use deltalake_core::arrow::util::display::{ArrayFormatter, FormatOptions};
use kernel::{Error, Result};
use serde_json::Value;

use super::ColumnInfo;

/// Names and types of a result's columns.
pub(crate) fn columns(schema: &Schema) -> Vec<ColumnInfo> {
    schema.fields().iter().map(|f| ColumnInfo { name: f.name().clone(), kind: kind(f.data_type()) }).collect()
}

fn kind(data_type: &DataType) -> String {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "text".to_owned(),
        t if t.is_integer() => "integer".to_owned(),
        t if t.is_floating() => "number".to_owned(),
        DataType::Decimal32(p, s)
        | DataType::Decimal64(p, s)
        | DataType::Decimal128(p, s)
        | DataType::Decimal256(p, s) => format!("decimal({p},{s})"),
        DataType::Date32 | DataType::Date64 => "date".to_owned(),
        DataType::Timestamp(..) => "timestamp".to_owned(),
        DataType::Boolean => "boolean".to_owned(),
        other => other.to_string(),
    }
}

/// Appends the rows of a batch.
pub(crate) fn append(batch: &RecordBatch, rows: &mut Vec<Vec<Value>>) -> Result<()> {
    let start = rows.len();
    rows.extend((0..batch.num_rows()).map(|_| Vec::with_capacity(batch.num_columns())));
    for column in batch.columns() {
        for (row, value) in rows[start..].iter_mut().zip(values(column)?) {
            row.push(value);
        }
    }
    Ok(())
}

/// How dates and instants are written.
pub(crate) fn format() -> FormatOptions<'static> {
    FormatOptions::new()
        .with_date_format(Some("%Y-%m-%d"))
        .with_timestamp_format(Some("%Y-%m-%dT%H:%M:%S%.6f"))
        .with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%S%.6fZ"))
}

/// The values of one column.
pub(crate) fn values(column: &ArrayRef) -> Result<Vec<Value>> {
    let n = column.len();
    let odd = |e| Error::internal(format!("value: {e}"));
    let data_type = column.data_type();
    if data_type.is_unsigned_integer() {
        let column = cast(column, &DataType::UInt64).map_err(odd)?;
        return Ok(column.as_primitive::<UInt64Type>().iter().map(Value::from).collect());
    }
    if data_type.is_signed_integer() {
        let column = cast(column, &DataType::Int64).map_err(odd)?;
        return Ok(column.as_primitive::<Int64Type>().iter().map(Value::from).collect());
    }
    if data_type.is_floating() {
        let column = cast(column, &DataType::Float64).map_err(odd)?;
        return Ok(column.as_primitive::<Float64Type>().iter().map(Value::from).collect());
    }
    match data_type {
        DataType::Null => return Ok(vec![Value::Null; n]),
        DataType::Boolean => return Ok(column.as_boolean().iter().map(Value::from).collect()),
        DataType::Timestamp(unit, _) if *unit != TimeUnit::Microsecond => {
            let micros = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
            return values(&cast(column, &micros).map_err(odd)?);
        }
        _ => {}
    }
    let options = format();
    let text = ArrayFormatter::try_new(column, &options).map_err(odd)?;
    (0..n)
        .map(|i| {
            if column.is_null(i) {
                return Ok(Value::Null);
            }
            text.value(i).try_to_string().map(Value::String).map_err(odd)
        })
        .collect()
}
