//! Turns JSON records into cells. Values keep their own spelling: `0.10` stays `0.10`, an 18-digit number keeps
//! its digits, and what is nested stays JSON text with a note.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use kernel::Result;
use memchr::memchr2;
use serde::de::IgnoredAny;

use super::split::Cut;
use crate::read::build::ChunkBuilder;
use crate::read::chunk::{Chunk, NestedShape, Parse, RowNoteKind};
use crate::read::refuse;

/// The columns of a table of JSON records.
pub(super) struct Layout {
    pub header: Vec<String>,
    pub index: HashMap<String, usize>,
}

/// A block with the plan of its table.
pub(super) struct Block {
    pub cut: Cut,
    pub layout: Arc<Layout>,
}

impl Parse for Block {
    fn parse(self: Box<Self>) -> Result<Chunk> {
        let width = self.layout.header.len();
        let mut out = ChunkBuilder::new(width, self.cut.records.len(), self.cut.bytes.len());
        let mut cells: Vec<Option<Cow<'_, str>>> = Vec::new();
        let mut given: Vec<bool> = Vec::new();
        let mut row = self.cut.first;
        for at in 0..self.cut.records.len() {
            cells.clear();
            cells.resize(width, None);
            given.clear();
            given.resize(width, false);
            let mut odd = Vec::new();
            let mut guess = 0;
            members(&self.cut, at, &mut |key, value| {
                let column = if self.layout.header.get(guess).is_some_and(|name| *name == key) {
                    Some(guess)
                } else {
                    self.layout.index.get(key.as_ref()).copied()
                };
                match column {
                    None => odd.push(RowNoteKind::UnknownKey {
                        key: key.into_owned(),
                        value: value.text().map_or_else(String::new, Cow::into_owned),
                    }),
                    Some(at) => {
                        let column = u32::try_from(at).unwrap_or(u32::MAX);
                        if std::mem::replace(&mut given[at], true) {
                            let again = value.text().map_or_else(String::new, Cow::into_owned);
                            odd.push(RowNoteKind::DuplicateKey { column, again });
                            return;
                        }
                        guess = at + 1;
                        if let Value::Nested(raw) = value {
                            let shape =
                                if raw.starts_with('{') { NestedShape::Object } else { NestedShape::Array };
                            odd.push(RowNoteKind::Nested { column, shape });
                        }
                        let text = value.text();
                        if text.as_ref().is_some_and(|t| t.contains('\0')) {
                            odd.push(RowNoteKind::NulByte { column });
                        }
                        cells[at] = text;
                    }
                }
            })?;
            if cells.iter().all(Option::is_none) && odd.is_empty() {
                out.blank_row(row);
            } else {
                out.start_row(row);
                for (column, cell) in cells.iter().enumerate() {
                    match cell {
                        Some(text) => out.cell(column, text),
                        None => out.missing(column),
                    }
                }
                for kind in odd {
                    out.note(row, kind);
                }
            }
            row = row.saturating_add(1);
        }
        Ok(out.finish(self.cut.last))
    }
}

/// A member's value.
pub(super) enum Value<'a> {
    /// `null`
    Null,
    /// A string without its escapes, a number, `true` or `false`.
    Text(Cow<'a, str>),
    /// An object or an array, as it is spelled.
    Nested(&'a str),
}

impl<'a> Value<'a> {
    /// As the text of a cell.
    pub(super) fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Null => None,
            Self::Text(text) => Some(text),
            Self::Nested(raw) => Some(Cow::Borrowed(raw)),
        }
    }
}

/// Calls `take` with each key of a record and its value.
pub(super) fn members<'a>(
    cut: &'a Cut,
    at: usize,
    take: &mut dyn FnMut(Cow<'a, str>, Value<'a>),
) -> Result<()> {
    let (from, to) = cut.records[at];
    let place = || cut.place.after(&cut.bytes[..from]);
    let text = match std::str::from_utf8(&cut.bytes[from..to]) {
        Ok(text) => text.trim_matches([' ', '\t', '\r', '\n']),
        Err(e) => {
            let at = place().after(&cut.bytes[from..from + e.valid_up_to()]);
            return Err(refuse::json_syntax(at, "bytes that are not UTF-8"));
        }
    };
    if let Err(e) = serde_json::from_str::<IgnoredAny>(text) {
        let mut at = place();
        if e.line() > 1 {
            at.column = e.column() as u64;
        } else {
            at.column += (e.column() as u64).saturating_sub(1);
        }
        at.line += (e.line() as u64).saturating_sub(1);
        return Err(refuse::json_syntax(at, &e.to_string()));
    }
    let number = cut.first.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
    if !text.starts_with('{') {
        return Err(refuse::json_not_object(number));
    }
    let mut rest = skip(&text[1..]);
    // The text is known to be one good object from here on.
    while let Some(after) = rest.strip_prefix('"') {
        let end = string_end(after);
        let key =
            string(&after[..end]).ok_or_else(|| refuse::json_syntax(place(), "a half of a character"))?;
        rest = skip(after.get(end + 1..).unwrap_or_default());
        rest = skip(rest.strip_prefix(':').unwrap_or(rest));
        let value;
        if let Some(after) = rest.strip_prefix('"') {
            let end = string_end(after);
            value = Value::Text(
                string(&after[..end]).ok_or_else(|| refuse::json_syntax(place(), "a half of a character"))?,
            );
            rest = after.get(end + 1..).unwrap_or_default();
        } else {
            let end = value_end(rest);
            let raw = rest[..end].trim_end();
            value = match raw.as_bytes().first() {
                _ if raw == "null" => Value::Null,
                Some(b'{' | b'[') => Value::Nested(raw),
                _ => Value::Text(Cow::Borrowed(raw)),
            };
            rest = &rest[end..];
        }
        take(key, value);
        rest = skip(rest);
        rest = skip(rest.strip_prefix(',').unwrap_or(rest));
    }
    Ok(())
}

/// Calls `take` with each key of a record without judging the record: whether it is good JSON is told when it is read. Keys
/// with escapes that make no character are passed over, as is what is no object.
pub(super) fn keys(cut: &Cut, at: usize, take: &mut dyn FnMut(&str)) {
    let (from, to) = cut.records[at];
    let Ok(text) = std::str::from_utf8(&cut.bytes[from..to]) else { return };
    let Some(inside) = skip(text).strip_prefix('{') else { return };
    let mut rest = skip(inside);
    while let Some(after) = rest.strip_prefix('"') {
        let end = string_end(after);
        if let Some(key) = string(&after[..end]) {
            take(&key);
        }
        rest = skip(after.get(end + 1..).unwrap_or_default());
        rest = skip(rest.strip_prefix(':').unwrap_or(rest));
        let end = match rest.strip_prefix('"') {
            Some(value) => (string_end(value) + 2).min(rest.len()),
            None => value_end(rest),
        };
        rest = skip(rest.get(end..).unwrap_or_default());
        rest = skip(rest.strip_prefix(',').unwrap_or(rest));
    }
}

fn skip(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\r', '\n'])
}

/// Length of a string's inside, up to the closing quote.
fn string_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut pos = 0;
    while let Some(at) = memchr2(b'"', b'\\', &bytes[pos..]) {
        if bytes[pos + at] == b'"' {
            return pos + at;
        }
        pos = (pos + at + 2).min(bytes.len());
    }
    bytes.len()
}

/// A string's text, escapes resolved. `None` when an escape is half a character.
fn string(inside: &str) -> Option<Cow<'_, str>> {
    if !inside.contains('\\') {
        return Some(Cow::Borrowed(inside));
    }
    serde_json::from_str(&format!("\"{inside}\"")).ok().map(Cow::Owned)
}

/// Length of a value that is no string.
fn value_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut depth = 0u32;
    let mut pos = 0;
    while pos < bytes.len() {
        match bytes[pos] {
            b'"' => pos += 1 + string_end(&text[pos + 1..]),
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 0 => depth -= 1,
            b',' | b'}' | b']' if depth == 0 => return pos,
            _ => {}
        }
        pos += 1;
    }
    bytes.len()
}
