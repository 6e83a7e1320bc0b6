//! Cuts JSON into blocks of whole records: the elements of one array, objects one after another, or one object a
//! line. Only strings and brackets are looked at; whether it is good JSON is for the parser to say.

use std::io::Read;

use kernel::Result;
use memchr::{memchr, memchr_iter, memchr2, memrchr};

use crate::read::refuse;

/// How the records follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `[{…}, {…}]`
    Array,
    /// `{…} {…}`, each over as many lines as it likes
    Sequence,
    /// One object a line
    Lines,
}

/// A place in the text, both from 1; columns count bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::read) struct Place {
    pub(in crate::read) line: u64,
    pub(in crate::read) column: u64,
}

impl Place {
    /// The place after `text`.
    pub(super) fn after(self, text: &[u8]) -> Self {
        match memrchr(b'\n', text) {
            None => Self { line: self.line, column: self.column + text.len() as u64 },
            Some(last) => Self {
                line: self.line + memchr_iter(b'\n', text).count() as u64,
                column: (text.len() - last) as u64,
            },
        }
    }
}

/// Whole records.
pub(super) struct Cut {
    pub bytes: Vec<u8>,
    /// Where each record lies in `bytes`.
    pub records: Vec<(usize, usize)>,
    /// Number of the first record, from 1.
    pub first: u32,
    /// Where `bytes` begins in the file.
    pub place: Place,
    pub last: bool,
}

/// The cutter.
pub(super) struct Splitter {
    reader: Box<dyn Read + Send>,
    shape: Shape,
    block_bytes: usize,
    max_record: usize,
    buf: Vec<u8>,
    place: Place,
    next: u32,
    records: Vec<(usize, usize)>,
    scanned: usize,
    /// Start of the record being looked at.
    start: Option<usize>,
    depth: u32,
    in_string: bool,
    /// Whether the array was opened, closed, and whether a comma is due before the next record.
    opened: bool,
    closed: bool,
    comma_due: bool,
    eof: bool,
}

impl Splitter {
    pub(super) fn new(
        reader: Box<dyn Read + Send>,
        shape: Shape,
        block_bytes: usize,
        max_record: usize,
    ) -> Self {
        Self {
            reader,
            shape,
            block_bytes: block_bytes.max(16),
            max_record,
            buf: Vec::new(),
            place: Place { line: 1, column: 1 },
            next: 1,
            records: Vec::new(),
            scanned: 0,
            start: None,
            depth: 0,
            in_string: false,
            opened: false,
            closed: false,
            comma_due: false,
            eof: false,
        }
    }

    /// The next whole records.
    pub(super) fn next_cut(&mut self) -> Result<Option<Cut>> {
        loop {
            self.fill()?;
            match self.shape {
                Shape::Lines => self.scan_lines(),
                _ => self.scan()?,
            }
            if let Some((_, end)) = self.records.last() {
                let end = *end;
                return self.take(end).map(Some);
            }
            if self.eof {
                return self.end();
            }
            if self.start.is_none() {
                // Blanks between records need not be kept.
                let seen = self.scanned;
                self.drop_front(seen);
            }
            if self.buf.len() > self.max_record {
                return Err(refuse::record_too_long(self.next, self.max_record));
            }
        }
    }

    fn fill(&mut self) -> Result<()> {
        let mut have = self.buf.len();
        let want = if have < self.block_bytes { self.block_bytes } else { have + self.block_bytes };
        self.buf.resize(want, 0);
        while have < want && !self.eof {
            match self.reader.read(&mut self.buf[have..]) {
                Ok(0) => self.eof = true,
                Ok(n) => have += n,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => return Err(refuse::io(e)),
            }
        }
        self.buf.truncate(have);
        Ok(())
    }

    fn scan_lines(&mut self) {
        while let Some(at) = memchr(b'\n', &self.buf[self.scanned..]) {
            let end = self.scanned + at;
            self.add_line(end);
            self.scanned = end + 1;
            self.start = None;
        }
        if self.eof && self.scanned < self.buf.len() {
            let end = self.buf.len();
            self.add_line(end);
            self.scanned = end;
        }
        self.start = (self.scanned < self.buf.len()).then_some(self.scanned);
    }

    fn add_line(&mut self, end: usize) {
        if !self.buf[self.scanned..end].trim_ascii().is_empty() {
            self.records.push((self.scanned, end));
        }
    }

    fn scan(&mut self) -> Result<()> {
        let mut pos = self.scanned;
        while pos < self.buf.len() {
            if self.in_string {
                match memchr2(b'"', b'\\', &self.buf[pos..]) {
                    None => pos = self.buf.len(),
                    Some(at) if self.buf[pos + at] == b'\\' => {
                        if pos + at + 1 >= self.buf.len() && !self.eof {
                            pos += at;
                            break;
                        }
                        pos = (pos + at + 2).min(self.buf.len());
                    }
                    Some(at) => {
                        self.in_string = false;
                        pos += at + 1;
                    }
                }
                continue;
            }
            let byte = self.buf[pos];
            if self.depth == 0 {
                self.between(byte, pos)?;
            } else {
                match byte {
                    b'"' => self.in_string = true,
                    b'{' | b'[' => self.depth += 1,
                    b'}' | b']' => {
                        self.depth -= 1;
                        if let (0, Some(start)) = (self.depth, self.start) {
                            self.records.push((start, pos + 1));
                            self.start = None;
                            self.comma_due = self.shape == Shape::Array;
                        }
                    }
                    _ => {}
                }
            }
            pos += 1;
        }
        self.scanned = pos;
        Ok(())
    }

    /// A byte outside of any record.
    fn between(&mut self, byte: u8, pos: usize) -> Result<()> {
        let array = self.shape == Shape::Array;
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => Ok(()),
            b'[' if array && !self.opened => {
                self.opened = true;
                Ok(())
            }
            b']' if array && self.opened && !self.closed && (self.comma_due || self.count() == 1) => {
                self.closed = true;
                Ok(())
            }
            b',' if array && self.comma_due && !self.closed => {
                self.comma_due = false;
                Ok(())
            }
            b'{' if !self.comma_due && !self.closed && (!array || self.opened) => {
                self.start = Some(pos);
                self.depth = 1;
                Ok(())
            }
            b'"' | b'0'..=b'9' | b'-' | b't' | b'f' | b'n' | b'[' if !self.comma_due && !self.closed => {
                Err(refuse::json_not_object(self.count()))
            }
            _ => Err(refuse::json_syntax(self.place.after(&self.buf[..pos]), "unexpected character")),
        }
    }

    /// Number of the record that would come next.
    fn count(&self) -> u32 {
        self.next.saturating_add(u32::try_from(self.records.len()).unwrap_or(u32::MAX))
    }

    fn drop_front(&mut self, count: usize) {
        self.place = self.place.after(&self.buf[..count]);
        self.buf.drain(..count);
        self.scanned -= count;
    }

    fn take(&mut self, end: usize) -> Result<Cut> {
        let place = self.place;
        self.place = place.after(&self.buf[..end]);
        let mut rest = Vec::with_capacity(self.block_bytes.max(self.buf.len() - end));
        rest.extend_from_slice(&self.buf[end..]);
        let mut bytes = std::mem::replace(&mut self.buf, rest);
        bytes.truncate(end);
        self.scanned -= end.min(self.scanned);
        self.start = self.start.map(|s| s - end);
        let first = self.next;
        self.next = self.count();
        if self.next == u32::MAX {
            return Err(refuse::too_many_rows());
        }
        let records = std::mem::take(&mut self.records);
        Ok(Cut { bytes, records, first, place, last: self.eof && self.buf.is_empty() })
    }

    fn end(&self) -> Result<Option<Cut>> {
        let open = self.depth > 0 || (self.shape == Shape::Array && !self.closed);
        if open {
            return Err(refuse::json_syntax(self.place.after(&self.buf), "the text ends too early"));
        }
        Ok(None)
    }
}
