//! JSON: one array of objects, objects one after another, or one object a line (NDJSON).

mod parse;
mod split;

use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::sync::Arc;

use kernel::Result;

use super::chunk::{RawChunk, RawChunks};
use super::decode::Transcoder;
use super::model::{Encoding, Format, Note, ReadOptions, SampleRow, TableInfo};
use super::refuse;
use super::sniff::{self, Head};
use super::source::Source;
use parse::{Block, Layout, keys, members};
pub(super) use split::Place;
use split::{Shape, Splitter};

/// Records that are read in full when a file is looked at. Of the later ones only the keys are: systems leave out what is
/// empty, so a column may first be named far down.
const RECORDS_IN_FULL: usize = 1000;

/// Finds the shape and the columns, in the order in which the records name them.
pub(super) fn inspect(source: &Source, head: &Head, options: &ReadOptions) -> Result<TableInfo> {
    let (encoding, sample) = sniff::encoding(source, head, options)?;
    let shape = shape(&sample);
    let mut splitter = splitter(source, encoding, shape, options)?;
    let mut header: Vec<String> = Vec::new();
    let mut index: HashMap<String, usize> = HashMap::new();
    let mut first: Vec<(u32, HashMap<usize, String>)> = Vec::new();
    let mut seen = 0;
    while let Some(cut) = splitter.next_cut()? {
        for at in 0..cut.records.len() {
            if seen + at >= RECORDS_IN_FULL {
                keys(&cut, at, &mut |key| {
                    if !index.contains_key(key) {
                        index.insert(key.to_owned(), header.len());
                        header.push(key.to_owned());
                    }
                });
                if header.len() > options.limits.max_columns {
                    return Err(refuse::too_many_columns(header.len(), &options.limits));
                }
                continue;
            }
            let mut cells = HashMap::new();
            members(&cut, at, &mut |key, value| {
                let column = *index.entry(key.into_owned()).or_insert_with_key(|key| {
                    header.push(key.clone());
                    header.len() - 1
                });
                if let Some(text) = value.text() {
                    cells.entry(column).or_insert_with(|| text.into_owned());
                }
            })?;
            if first.len() < options.sample_rows {
                let row = cut.first.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
                first.push((row, cells));
            }
            if header.len() > options.limits.max_columns {
                return Err(refuse::too_many_columns(header.len(), &options.limits));
            }
        }
        seen += cut.records.len();
    }
    let mut notes = Vec::new();
    if seen == 0 {
        notes.push(Note::new("no-rows", "没有任何记录。", "There are no records."));
    } else if header.is_empty() {
        return Err(refuse::no_columns("JSON"));
    }
    let width = header.len();
    let sample = first
        .into_iter()
        .map(|(row, cells)| SampleRow { row, cells: (0..width).map(|c| cells.get(&c).cloned()).collect() })
        .collect();
    Ok(TableInfo {
        entry: None,
        sheet: None,
        hidden: false,
        format: if shape == Shape::Lines { Format::Ndjson } else { Format::Json },
        encoding: Some(encoding),
        separator: None,
        header_row: 0,
        header,
        sample,
        merged: 0,
        rows: None,
        notes,
    })
}

/// Starts reading a table that was inspected.
pub(super) fn open(
    source: &Source,
    table: &TableInfo,
    options: &ReadOptions,
) -> Result<Box<dyn RawChunks + Send>> {
    let encoding = table.encoding.unwrap_or(Encoding::Utf8);
    let shape = match table.format {
        Format::Ndjson => Shape::Lines,
        _ => shape(&sniff::encoding(source, &sniff::head(&mut source.stream()?)?, options)?.1),
    };
    let splitter = splitter(source, encoding, shape, options)?;
    let header = table.header.clone();
    let index = header.iter().cloned().enumerate().map(|(i, name)| (name, i)).collect();
    Ok(Box::new(JsonChunks { splitter, layout: Arc::new(Layout { header, index }) }))
}

/// An array, one object a line, or objects as they come.
fn shape(sample: &[u8]) -> Shape {
    let text = sample.trim_ascii_start();
    if text.starts_with(b"[") {
        return Shape::Array;
    }
    let line = text.split(|b| *b == b'\n').next().unwrap_or_default();
    match serde_json::from_slice::<serde::de::IgnoredAny>(line) {
        Err(e) if e.is_eof() => Shape::Sequence,
        _ => Shape::Lines,
    }
}

fn splitter(source: &Source, encoding: Encoding, shape: Shape, options: &ReadOptions) -> Result<Splitter> {
    let mut stream = source.stream()?;
    let mark: &[u8] = match encoding {
        Encoding::Utf16Le => b"\xff\xfe",
        Encoding::Utf16Be => b"\xfe\xff",
        Encoding::Gb18030 => b"\x84\x31\x95\x33",
        _ => b"\xef\xbb\xbf",
    };
    let mut start = Vec::new();
    (&mut stream).take(mark.len() as u64).read_to_end(&mut start).map_err(refuse::io)?;
    if start == mark {
        start.clear();
    }
    let stream = Cursor::new(start).chain(stream);
    let whole: Box<dyn Read + Send> = match encoding {
        Encoding::Utf16Le => Box::new(Transcoder::new(stream, encoding_rs::UTF_16LE)),
        Encoding::Utf16Be => Box::new(Transcoder::new(stream, encoding_rs::UTF_16BE)),
        Encoding::Gb18030 => Box::new(Transcoder::new(stream, encoding_rs::GB18030)),
        _ => Box::new(stream),
    };
    Ok(Splitter::new(whole, shape, options.block_bytes, source.limits().max_record_bytes))
}

struct JsonChunks {
    splitter: Splitter,
    layout: Arc<Layout>,
}

impl RawChunks for JsonChunks {
    fn next(&mut self) -> Result<Option<RawChunk>> {
        let cut = self.splitter.next_cut()?;
        Ok(cut.map(|cut| RawChunk(Box::new(Block { cut, layout: Arc::clone(&self.layout) }))))
    }
}

#[cfg(test)]
mod tests;
