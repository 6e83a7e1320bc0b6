//! Cuts delimited text into blocks of whole records (切块). One thread does this for a file, so it looks at as
//! few bytes as it can: line ends are counted with SIMD, and only quotes are looked at one by one.
//!
//! A quote opens a quoted cell only at the start of a cell, as in RFC 4180 section 2; elsewhere it is a letter
//! like any other (`6"`). That needs no more than the byte before it.

use std::io::Read;
use std::sync::Arc;

use kernel::Result;
use memchr::{memchr, memchr_iter, memrchr2};

use super::Layout;
use super::parse::Block;
use crate::read::chunk::{RawChunk, RawChunks};
use crate::read::refuse;

/// Whole records and the row number of the first.
pub(super) struct Cut {
    pub bytes: Vec<u8>,
    pub first_row: u32,
    /// Records in `bytes`, blank lines included.
    pub records: u32,
    /// Whether nothing follows.
    pub last: bool,
}

/// The cutter.
pub(super) struct Splitter {
    reader: Box<dyn Read + Send>,
    separator: u8,
    block_bytes: usize,
    max_record: usize,
    buf: Vec<u8>,
    /// Row number of the record at the start of `buf`.
    row: u32,
    /// Up to here `buf` has been looked at.
    scanned: usize,
    /// The row in which a quote was opened that is still open at `scanned`.
    open_quote: Option<u32>,
    /// End of the last whole record before `scanned`, and how many records lie before it.
    cut: usize,
    records: u32,
    eof: bool,
}

impl Splitter {
    /// `reader` starts at the first record, without a byte order mark.
    pub(super) fn new(
        reader: Box<dyn Read + Send>,
        separator: u8,
        block_bytes: usize,
        max_record: usize,
    ) -> Self {
        Self {
            reader,
            separator,
            block_bytes: block_bytes.max(16),
            max_record,
            buf: Vec::new(),
            row: 1,
            scanned: 0,
            open_quote: None,
            cut: 0,
            records: 0,
            eof: false,
        }
    }

    /// The next whole records.
    pub(super) fn next_cut(&mut self) -> Result<Option<Cut>> {
        loop {
            self.fill()?;
            self.scan()?;
            if self.eof {
                return self.rest();
            }
            if self.cut > 0 {
                return self.take(self.cut).map(Some);
            }
            if self.buf.len() > self.max_record {
                return Err(match self.open_quote {
                    Some(row) => refuse::unclosed_quote(row),
                    None => refuse::record_too_long(self.row, self.max_record),
                });
            }
        }
    }

    /// Reads up to one block more.
    fn fill(&mut self) -> Result<()> {
        if self.eof {
            return Ok(());
        }
        let want = if self.buf.len() < self.block_bytes {
            self.block_bytes
        } else {
            self.buf.len() + self.block_bytes
        };
        let mut have = self.buf.len();
        self.buf.resize(want, 0);
        while have < want {
            match self.reader.read(&mut self.buf[have..]) {
                Ok(0) => {
                    self.eof = true;
                    break;
                }
                Ok(n) => have += n,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => return Err(refuse::io(e)),
            }
        }
        self.buf.truncate(have);
        Ok(())
    }

    /// Looks at what was read since the last time.
    fn scan(&mut self) -> Result<()> {
        let len = self.buf.len();
        let mut pos = self.scanned;
        while pos < len {
            if self.open_quote.is_some() {
                let Some(at) = memchr(b'"', &self.buf[pos..]) else {
                    pos = len;
                    break;
                };
                let at = pos + at;
                match self.buf.get(at + 1) {
                    Some(b'"') => pos = at + 2,
                    None if !self.eof => {
                        // The byte after decides whether this quote closes.
                        pos = at;
                        break;
                    }
                    _ => {
                        self.open_quote = None;
                        pos = at + 1;
                    }
                }
            } else {
                let quote = memchr(b'"', &self.buf[pos..]).map(|at| pos + at);
                let mut end = quote.unwrap_or(len);
                // A CR at the very end may be the first half of CR LF.
                if quote.is_none() && !self.eof && self.buf[len - 1] == b'\r' {
                    end = len - 1;
                }
                self.count_records(pos, end)?;
                let Some(at) = quote else {
                    pos = end;
                    break;
                };
                let opens = at == 0 || {
                    let before = self.buf[at - 1];
                    before == self.separator || before == b'\n' || before == b'\r'
                };
                if opens {
                    self.open_quote = Some(self.add_rows(self.records)?);
                }
                pos = at + 1;
            }
        }
        self.scanned = pos;
        Ok(())
    }

    /// Counts the line ends in a stretch without open quotes: LF, CR LF, and CR alone.
    fn count_records(&mut self, from: usize, to: usize) -> Result<()> {
        let stretch = &self.buf[from..to];
        let Some(last) = memrchr2(b'\n', b'\r', stretch) else { return Ok(()) };
        let mut ends = memchr_iter(b'\n', stretch).count();
        for at in memchr_iter(b'\r', stretch) {
            if self.buf.get(from + at + 1) != Some(&b'\n') {
                ends += 1;
            }
        }
        self.cut = from + last + 1;
        let ends = u32::try_from(ends).map_err(|_| refuse::too_many_rows())?;
        self.records = self.records.checked_add(ends).ok_or_else(refuse::too_many_rows)?;
        Ok(())
    }

    fn add_rows(&self, rows: u32) -> Result<u32> {
        self.row.checked_add(rows).ok_or_else(refuse::too_many_rows)
    }

    fn take(&mut self, cut: usize) -> Result<Cut> {
        let mut rest = Vec::with_capacity(self.block_bytes.max(self.buf.len() - cut));
        rest.extend_from_slice(&self.buf[cut..]);
        let mut bytes = std::mem::replace(&mut self.buf, rest);
        bytes.truncate(cut);
        let (first_row, records) = (self.row, self.records);
        self.row = self.add_rows(records)?;
        self.scanned = self.scanned.saturating_sub(cut);
        self.cut = 0;
        self.records = 0;
        Ok(Cut { bytes, first_row, records, last: self.eof && self.buf.is_empty() })
    }

    /// Everything that is left, at the end of the file.
    fn rest(&mut self) -> Result<Option<Cut>> {
        if let Some(row) = self.open_quote {
            return Err(refuse::unclosed_quote(row));
        }
        if self.buf.is_empty() {
            return Ok(None);
        }
        if self.buf.len() > self.cut {
            self.records = self.records.checked_add(1).ok_or_else(refuse::too_many_rows)?;
        }
        self.take(self.buf.len()).map(Some)
    }
}

/// A table of delimited text.
pub(crate) struct CsvChunks {
    splitter: Splitter,
    layout: Arc<Layout>,
}

impl CsvChunks {
    pub(super) fn new(splitter: Splitter, layout: Arc<Layout>) -> Self {
        Self { splitter, layout }
    }
}

impl RawChunks for CsvChunks {
    fn next(&mut self) -> Result<Option<RawChunk>> {
        let cut = self.splitter.next_cut()?;
        Ok(cut.map(|cut| RawChunk(Box::new(Block { cut, layout: Arc::clone(&self.layout) }))))
    }
}
