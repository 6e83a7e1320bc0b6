//! JSON as systems send it. Unlike `serde_json::Value` it keeps a key that is given twice, so that no value is lost unseen.

use std::fmt;

use indexmap::IndexMap;
use kernel::{Error, Result};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A value of a body.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Given {
    /// `null`
    Null,
    /// A string, a number, `true` or `false`, as text.
    Text(String),
    /// An array.
    Array(Vec<Given>),
    /// An object: its members in the order given, a key as often as it was given.
    Object(Vec<(String, Given)>),
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Given;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Given, E> {
        Ok(Given::Null)
    }

    fn visit_bool<E>(self, v: bool) -> Result<Given, E> {
        Ok(Given::Text(v.to_string()))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Given, E> {
        Ok(Given::Text(v.to_string()))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Given, E> {
        Ok(Given::Text(v.to_string()))
    }

    fn visit_f64<E>(self, v: f64) -> Result<Given, E> {
        Ok(Given::Text(serde_json::Value::from(v).to_string()))
    }

    fn visit_str<E>(self, v: &str) -> Result<Given, E> {
        Ok(Given::Text(v.to_owned()))
    }

    fn visit_string<E>(self, v: String) -> Result<Given, E> {
        Ok(Given::Text(v))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Given, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Given::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Given, A::Error> {
        let mut list = Vec::new();
        while let Some(member) = members.next_entry()? {
            list.push(member);
        }
        Ok(Given::Object(list))
    }
}

/// The cells of one row as text; `n` is its number within the push, from 1.
///
/// # Errors
/// `push-json` when it is no object or a value is nested; `push-key-twice` for a key that is given twice.
pub(super) fn row_of(row: Given, n: usize) -> Result<IndexMap<String, String>> {
    let Given::Object(members) = row else {
        return Err(Error::bad_input(
            "push-json",
            format!("第{n}行不是一个JSON对象。每一行应是：{{\"字段代码\": \"值\"}}。"),
            format!("Row {n} is no JSON object. Each row is {{\"field code\": \"value\"}}."),
        ));
    };
    let mut cells = IndexMap::with_capacity(members.len());
    for (key, value) in members {
        let text = match value {
            Given::Null => String::new(),
            Given::Text(text) => text,
            // It would land as JSON text in the place of a name or number.
            Given::Array(_) | Given::Object(_) => {
                return Err(Error::bad_input(
                    "push-json",
                    format!(
                        "第{n}行“{key}”的值是一个对象或数组。每个值应是文字、数字、true、false 或 null。"
                    ),
                    format!(
                        "The value of “{key}” in row {n} is an object or an array. A value is text, a number, true, false or null."
                    ),
                ));
            }
        };
        if cells.contains_key(&key) {
            return Err(Error::bad_input(
                "push-key-twice",
                format!("第{n}行的键“{key}”出现两次，不知道该用哪一个值，请只留一个。本次没有收下任何内容。"),
                format!(
                    "Row {n} gives the key “{key}” twice, and it cannot be known which value counts; keep one. Nothing was taken."
                ),
            ));
        }
        cells.insert(key, text);
    }
    Ok(cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_texts_as_they_were_given() {
        let row = |text: &str| row_of(serde_json::from_str(text).unwrap(), 1).unwrap();
        let cells = row(r#"{"a":"x","b":441900199001011234,"c":-1,"d":0.25,"e":true,"f":null}"#);
        let texts: Vec<&str> = cells.values().map(String::as_str).collect();
        assert_eq!(texts, ["x", "441900199001011234", "-1", "0.25", "true", ""]);
    }

    #[test]
    fn a_key_given_twice_is_named_with_its_row() {
        let e =
            row_of(serde_json::from_str(r#"{"NAME":"甲","USCC":"1","NAME":"甲"}"#).unwrap(), 7).unwrap_err();
        assert_eq!(e.code(), "push-key-twice");
        for text in [&e.text().zh, &e.text().en] {
            assert!(text.contains("NAME") && text.contains('7'), "{text}");
        }
    }
}
