//! Delimited text (分隔文本): CSV, TSV and kin, in UTF-8, UTF-16 or GB 18030.

mod dialect;
mod parse;
mod split;

use std::io::{Cursor, Read};
use std::sync::Arc;

use kernel::{Error, Result};

use super::chunk::RawChunks;
use super::decode::Transcoder;
use super::header;
use super::model::{Encoding, Format, Note, ReadOptions, TableInfo};
use super::refuse;
use super::sniff::{self, Head};
use super::source::Source;
use split::{CsvChunks, Splitter};

/// What the parser of a block has to know of its table.
pub(super) struct Layout {
    pub separator: u8,
    /// Encoding of the blocks: GB 18030 or UTF-8; anything else is decoded before it is cut.
    pub encoding: Encoding,
    /// Whether the bytes were decoded before, so that U+FFFD means a broken byte.
    pub replaced: bool,
    pub header: Vec<String>,
    pub header_row: u32,
}

/// Finds encoding, separator and header.
pub(super) fn inspect(source: &Source, head: &Head, options: &ReadOptions) -> Result<TableInfo> {
    let (encoding, sample) = sniff::encoding(source, head, options)?;
    let separator = match options.separator {
        Some(c) => ascii_separator(c)?,
        None => dialect::separator(&sample),
    };
    let mut splitter = splitter(source, encoding, separator, options)?;
    let rows = match splitter.next_cut()? {
        Some(cut) => {
            parse::grid(&cut, decoded(encoding, separator), separator, header::LOOK_AT + options.sample_rows)
        }
        None => return Err(refuse::empty_file()),
    };
    let found = header::find(&rows, &[], options)?;
    let mut notes = found.notes;
    if encoding == Encoding::Gb18030 {
        notes.push(Note::new(
            "gb18030",
            "文字编码为 GB18030（GBK），已按此读取。",
            "The text is encoded in GB18030 (GBK) and was read as such.",
        ));
    }
    Ok(TableInfo {
        entry: None,
        sheet: None,
        hidden: false,
        format: Format::Csv,
        encoding: Some(encoding),
        separator: Some(char::from(separator)),
        header_row: found.row,
        header: found.cells,
        sample: found.sample,
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
    let separator = ascii_separator(table.separator.unwrap_or(','))?;
    let splitter = splitter(source, encoding, separator, options)?;
    let layout = Layout {
        separator,
        encoding: decoded(encoding, separator),
        replaced: decoded(encoding, separator) != encoding && encoding != Encoding::Utf8Bom,
        header: table.header.clone(),
        header_row: table.header_row,
    };
    Ok(Box::new(CsvChunks::new(splitter, Arc::new(layout))))
}

/// The encoding of the blocks that the splitter cuts.
const fn decoded(encoding: Encoding, separator: u8) -> Encoding {
    match encoding {
        Encoding::Gb18030 if separator != b'|' => Encoding::Gb18030,
        _ => Encoding::Utf8,
    }
}

fn splitter(source: &Source, encoding: Encoding, separator: u8, options: &ReadOptions) -> Result<Splitter> {
    let mut stream = source.stream()?;
    // Past the byte order mark, if there is one.
    let mark: &[u8] = match encoding {
        Encoding::Utf16Le => b"\xff\xfe",
        Encoding::Utf16Be => b"\xfe\xff",
        Encoding::Utf8 | Encoding::Utf8Bom => b"\xef\xbb\xbf",
        Encoding::Gb18030 => b"\x84\x31\x95\x33",
    };
    let mut start = vec![0; mark.len()];
    let mut have = 0;
    while have < start.len() {
        match stream.read(&mut start[have..]).map_err(refuse::io)? {
            0 => break,
            n => have += n,
        }
    }
    start.truncate(have);
    if start == mark {
        start.clear();
    }
    let stream = Cursor::new(start).chain(stream);
    let whole: Box<dyn Read + Send> = match encoding {
        Encoding::Utf16Le => Box::new(Transcoder::new(stream, encoding_rs::UTF_16LE)),
        Encoding::Utf16Be => Box::new(Transcoder::new(stream, encoding_rs::UTF_16BE)),
        Encoding::Gb18030 if separator == b'|' => Box::new(Transcoder::new(stream, encoding_rs::GB18030)),
        _ => Box::new(stream),
    };
    Ok(Splitter::new(whole, separator, options.block_bytes, source.limits().max_record_bytes))
}

fn ascii_separator(c: char) -> Result<u8, Error> {
    match u8::try_from(c) {
        Ok(b) if b.is_ascii() && !matches!(b, b'"' | b'\n' | b'\r') && !b.is_ascii_alphanumeric() => Ok(b),
        _ => Err(refuse::bad_option(
            "分隔符必须是一个英文符号，不能是引号、换行、字母或数字",
            "the separator must be one ASCII sign, neither quote, line break, letter nor digit",
        )),
    }
}

#[cfg(test)]
mod tests;
