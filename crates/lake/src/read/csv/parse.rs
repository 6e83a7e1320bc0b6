//! Turns a block of whole records into cells. Runs on any thread; knows nothing of the blocks around it.

use std::borrow::Cow;
use std::sync::Arc;

use encoding_rs::GB18030;
use kernel::Result;
use memchr::{memchr, memchr3, memmem};

use super::Layout;
use super::split::Cut;
use crate::read::build::ChunkBuilder;
use crate::read::chunk::{Chunk, Parse, RowNoteKind};
use crate::read::header::clean;
use crate::read::model::Encoding;

/// A cell inside a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    start: usize,
    end: usize,
    /// `None`: the bytes are the cell. `Some(close)`: a quoted cell with doubled quotes before `close`, or with
    /// text between the closing quote at `close` and the separator.
    close: Option<usize>,
}

impl Cell {
    const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The bytes of the cell, quotes resolved.
    fn bytes(self, block: &[u8]) -> Cow<'_, [u8]> {
        let Some(close) = self.close else { return Cow::Borrowed(&block[self.start..self.end]) };
        let mut out = Vec::with_capacity(self.end - self.start);
        let mut rest = &block[self.start..close];
        while let Some(at) = memchr(b'"', rest) {
            out.extend_from_slice(&rest[..=at]);
            rest = rest.get(at + 2..).unwrap_or_default();
        }
        out.extend_from_slice(rest);
        out.extend_from_slice(block.get(close + 1..self.end).unwrap_or_default());
        Cow::Owned(out)
    }
}

/// Reads one record into `cells`; gives the start of the next.
///
/// The rules are those of the `csv` crate: a quote opens only at the start of a cell, `""` inside is one quote,
/// text after the closing quote belongs to the cell, and LF, CR LF or CR ends a record.
pub(super) fn record(block: &[u8], mut pos: usize, separator: u8, cells: &mut Vec<Cell>) -> usize {
    cells.clear();
    loop {
        let end;
        if block.get(pos) == Some(&b'"') {
            let start = pos + 1;
            let mut from = start;
            let mut doubled = false;
            let close = loop {
                match memchr(b'"', &block[from..]) {
                    None => break block.len(),
                    Some(at) if block.get(from + at + 1) == Some(&b'"') => {
                        doubled = true;
                        from += at + 2;
                    }
                    Some(at) => break from + at,
                }
            };
            let after = (close + 1).min(block.len());
            end = memchr3(separator, b'\n', b'\r', &block[after..]).map_or(block.len(), |at| after + at);
            if end == after && !doubled {
                cells.push(Cell { start, end: close, close: None });
            } else {
                cells.push(Cell { start, end, close: Some(close) });
            }
        } else {
            end = memchr3(separator, b'\n', b'\r', &block[pos..]).map_or(block.len(), |at| pos + at);
            cells.push(Cell { start: pos, end, close: None });
        }
        match block.get(end) {
            None => return block.len(),
            Some(b'\n') => return end + 1,
            Some(b'\r') if block.get(end + 1) == Some(&b'\n') => return end + 2,
            Some(b'\r') => return end + 1,
            Some(_) => pos = end + 1,
        }
    }
}

/// The first records as text, with their row numbers: to find the header in.
pub(super) fn grid(cut: &Cut, encoding: Encoding, separator: u8, rows: usize) -> Vec<(u32, Vec<String>)> {
    let mut out = Vec::new();
    let mut cells = Vec::new();
    let (mut pos, mut row) = (0, cut.first_row);
    while pos < cut.bytes.len() && out.len() < rows {
        pos = record(&cut.bytes, pos, separator, &mut cells);
        let texts = cells.iter().map(|c| decode(&c.bytes(&cut.bytes), encoding).0.into_owned()).collect();
        out.push((row, texts));
        row = row.saturating_add(1);
    }
    out
}

/// What was odd about the bytes of a cell.
enum Odd {
    Other(Encoding),
    Invalid,
}

/// One cell as text, on the careful path.
fn decode(bytes: &[u8], encoding: Encoding) -> (Cow<'_, str>, Option<Odd>) {
    let utf8 = std::str::from_utf8(bytes);
    if encoding == Encoding::Gb18030 {
        if let Ok(text) = utf8
            && looks_like_utf8(text)
        {
            return (Cow::Borrowed(text), Some(Odd::Other(Encoding::Utf8)));
        }
        let (text, broken) = GB18030.decode_without_bom_handling(bytes);
        return (text, broken.then_some(Odd::Invalid));
    }
    match utf8 {
        Ok(text) => (Cow::Borrowed(text), None),
        Err(_) => match GB18030.decode_without_bom_handling_and_without_replacement(bytes) {
            Some(text) => (text, Some(Odd::Other(Encoding::Gb18030))),
            None => (String::from_utf8_lossy(bytes), Some(Odd::Invalid)),
        },
    }
}

/// Whether text that is valid UTF-8 can hardly be GB 18030: at least two characters, all beyond ASCII being
/// Chinese. Bytes of GB 18030 that pass as such are next to impossible.
fn looks_like_utf8(text: &str) -> bool {
    let mut chinese = 0;
    for c in text.chars() {
        match c {
            '\0'..='\x7f' => {}
            '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}' => chinese += 1,
            _ => return false,
        }
    }
    chinese >= 2
}

/// A cell as a spreadsheet shows it: systems write `="0012"` so that Excel keeps the zeros of a number.
fn as_shown(text: &str) -> &str {
    match text.as_bytes() {
        [b'=', b'"', inside @ .., b'"'] if !inside.contains(&b'"') => &text[2..text.len() - 1],
        _ => text,
    }
}

/// A block with the plan of its table.
pub(super) struct Block {
    pub cut: Cut,
    pub layout: Arc<Layout>,
}

impl Parse for Block {
    fn parse(self: Box<Self>) -> Result<Chunk> {
        let layout = &*self.layout;
        let raw = &self.cut.bytes;
        let decoded;
        let (bytes, text): (&[u8], Option<&str>) = match layout.encoding {
            Encoding::Gb18030 => match decode_block(raw) {
                Some(whole) => {
                    decoded = whole;
                    (decoded.as_bytes(), Some(&decoded))
                }
                None => (raw, None),
            },
            _ => (raw, simdutf8::basic::from_utf8(raw).ok()),
        };
        Ok(Reader { layout, cut: &self.cut, bytes, text }.read())
    }
}

/// A block of GB 18030 as one text, unless some of it is broken or a line is UTF-8.
fn decode_block(raw: &[u8]) -> Option<Cow<'_, str>> {
    if !raw.is_ascii() {
        let mixed = raw.split(|b| *b == b'\n').any(|line| {
            simdutf8::basic::from_utf8(line).is_ok_and(|line| !line.is_ascii() && looks_like_utf8(line))
        });
        if mixed {
            return None;
        }
    }
    GB18030.decode_without_bom_handling_and_without_replacement(raw)
}

struct Reader<'a> {
    layout: &'a Layout,
    cut: &'a Cut,
    bytes: &'a [u8],
    /// All of `bytes`, where all of it is good text.
    text: Option<&'a str>,
}

impl Reader<'_> {
    fn read(&self) -> Chunk {
        let width = self.layout.header.len();
        let mut out = ChunkBuilder::new(width, self.cut.records as usize, self.bytes.len());
        let has_nul = memchr(0, self.bytes).is_some();
        let has_replacement =
            self.layout.replaced && memmem::find(self.bytes, "\u{fffd}".as_bytes()).is_some();
        let careful = has_nul || has_replacement || self.text.is_none();
        let mut cells: Vec<Cell> = Vec::with_capacity(width);
        let mut row = self.cut.first_row;
        let mut pos = 0;
        while pos < self.bytes.len() {
            pos = record(self.bytes, pos, self.layout.separator, &mut cells);
            let at = row;
            row = row.saturating_add(1);
            if at <= self.layout.header_row {
                continue;
            }
            if cells.iter().all(|c| c.is_empty()) {
                out.blank_row(at);
                continue;
            }
            if self.repeats_header(&cells) {
                out.note(at, RowNoteKind::RepeatedHeader);
                continue;
            }
            out.start_row(at);
            match self.text {
                Some(text) if !careful => {
                    for (column, cell) in cells.iter().take(width).enumerate() {
                        match cell.close {
                            None => {
                                let text = text.get(cell.start..cell.end).unwrap_or_default();
                                out.cell(column, as_shown(text));
                            }
                            Some(_) => {
                                out.cell(column, as_shown(&String::from_utf8_lossy(&cell.bytes(self.bytes))));
                            }
                        }
                    }
                }
                _ => self.careful_row(at, &cells, has_nul, &mut out),
            }
            if cells.len() < width {
                for column in cells.len()..width {
                    out.missing(column);
                }
                out.note(
                    at,
                    RowNoteKind::MissingCells(u32::try_from(width - cells.len()).unwrap_or(u32::MAX)),
                );
            } else if cells.len() > width && cells[width..].iter().any(|c| !c.is_empty()) {
                let extra = cells[width..].iter().map(|c| self.decode(*c).0.into_owned()).collect();
                out.note(at, RowNoteKind::ExtraCells(extra));
            }
        }
        out.finish(self.cut.last)
    }

    fn decode(&self, cell: Cell) -> (Cow<'_, str>, Option<Odd>) {
        // A block that was decoded as a whole is UTF-8 by now.
        let encoding = if self.text.is_some() { Encoding::Utf8 } else { self.layout.encoding };
        match cell.bytes(self.bytes) {
            Cow::Borrowed(bytes) => decode(bytes, encoding),
            Cow::Owned(bytes) => {
                let (text, odd) = decode(&bytes, encoding);
                (Cow::Owned(text.into_owned()), odd)
            }
        }
    }

    fn careful_row(&self, row: u32, cells: &[Cell], has_nul: bool, out: &mut ChunkBuilder) {
        for (index, cell) in cells.iter().take(self.layout.header.len()).enumerate() {
            let column = u32::try_from(index).unwrap_or(u32::MAX);
            let (text, odd) = self.decode(*cell);
            match odd {
                Some(Odd::Other(encoding)) => out.note(row, RowNoteKind::OtherEncoding { column, encoding }),
                Some(Odd::Invalid) => {
                    let hex = cell.bytes(self.bytes).iter().take(32).map(|b| format!("{b:02X}")).collect();
                    out.note(row, RowNoteKind::InvalidBytes { column, hex });
                }
                None if self.layout.replaced && text.contains('\u{fffd}') => {
                    out.note(row, RowNoteKind::InvalidBytes { column, hex: String::new() });
                }
                None => {}
            }
            if has_nul && text.contains('\0') {
                out.note(row, RowNoteKind::NulByte { column });
            }
            out.cell(index, as_shown(&text));
        }
    }

    fn repeats_header(&self, cells: &[Cell]) -> bool {
        let header = &self.layout.header;
        cells.len() >= header.len()
            && header.iter().any(|h| !h.is_empty())
            && header.iter().zip(cells).all(|(name, cell)| self.same(*cell, name))
    }

    /// Whether a cell is this header cell, blanks around it aside. Almost always told without decoding.
    fn same(&self, cell: Cell, name: &str) -> bool {
        let bytes = &self.bytes[cell.start..cell.end];
        // Blanks and invisible characters begin with one of these bytes; without them the first byte decides.
        let seen = |b: &u8| *b > b' ' && !matches!(b, b'"' | 0xc2 | 0xe1..=0xe3 | 0xef);
        if self.text.is_some() && bytes.first().is_some_and(|b| seen(b) && name.as_bytes().first() != Some(b))
        {
            return false;
        }
        if self.text.is_some() && cell.close.is_none() && !bytes.iter().any(|b| *b <= b' ' || *b >= 0xe2) {
            return bytes == name.as_bytes();
        }
        bytes.len() >= name.len() / 2 && clean(&self.decode(cell).0) == *name
    }
}
