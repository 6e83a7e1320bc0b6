//! A list of entries as YAML, with the field names of [`Entry`].

use kernel::{Error, Result, Text};
use serde_json::Value;

use super::Given;
use crate::model::{Entry, cycle, open_type, share_type};

pub fn write(entries: &[Entry]) -> Result<Vec<u8>> {
    serde_saphyr::to_string(&entries).map(String::into_bytes).map_err(Error::internal)
}

pub fn read(bytes: &[u8]) -> Result<Vec<Given>> {
    let refuse = |detail: String| {
        Error::bad_input(
            "catalogue-file",
            format!("这个文件不是目录的 YAML 列表：{detail}。请以导出的文件为样例。"),
            format!("This file is no YAML list of entries: {detail}. Take an exported file as an example."),
        )
    };
    let text = std::str::from_utf8(bytes).map_err(|e| refuse(e.to_string()))?;
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let list: Vec<Value> = serde_saphyr::from_str(text).map_err(|e| refuse(e.to_string()))?;
    Ok(list
        .into_iter()
        .enumerate()
        .map(|(i, value)| {
            let entry = serde_json::from_value(lenient(value));
            Given {
                place: Text::new(format!("第 {} 条", i + 1), format!("Entry {}", i + 1)),
                entry: entry.map_err(|e| {
                    vec![Text::new(format!("字段不对：{e}。"), format!("A field does not fit: {e}."))]
                }),
            }
        })
        .collect())
}

/// People write `share_type: 1` and `update_cycle: 每日`; numbers stand for texts, terms for their codes.
fn lenient(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        for (name, field) in fields.iter_mut() {
            if let (Value::Number(n), false) = (&*field, name == "length") {
                *field = Value::String(n.to_string());
            }
            let term = field.as_str().and_then(|given| match name.as_str() {
                "share_type" => share_type(given).map(|t| t.code()),
                "open_type" => open_type(given).map(|t| t.code()),
                "update_cycle" => cycle(given).map(|c| c.name()),
                _ => None,
            });
            if let Some(term) = term {
                *field = Value::String(term.to_owned());
            }
        }
        if let Some(Value::Array(items)) = fields.get_mut("items") {
            for item in items.iter_mut() {
                *item = lenient(item.take());
            }
        }
    }
    value
}
