//! The unpacked bytes of one file: as received, out of gzip, or out of a zip archive; always bounded.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use flate2::Crc;
use flate2::read::{DeflateDecoder, MultiGzDecoder};
use kernel::{Error, Result};
use zip::{CompressionMethod, ZipArchive};

use super::model::{Compression, Inspection, Limits, TableInfo};
use super::refuse;
use crate::table::error::working;

/// A ratio means nothing for small files.
const RATIO_FROM: u64 = 64 << 20;

/// Where the bytes of a table come from.
#[derive(Debug, Clone)]
pub(super) struct Source {
    path: PathBuf,
    compression: Compression,
    entry: Option<usize>,
    limits: Limits,
}

/// A file in a zip archive.
pub(super) struct Member {
    pub index: usize,
    pub name: String,
}

impl Source {
    pub(super) fn new(path: &Path, compression: Compression, entry: Option<usize>, limits: &Limits) -> Self {
        Self { path: path.to_owned(), compression, entry, limits: limits.clone() }
    }

    pub(super) fn of(inspection: &Inspection, table: &TableInfo, limits: &Limits) -> Self {
        Self::new(&inspection.path, inspection.compression, table.entry.as_ref().map(|e| e.index), limits)
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The unpacked bytes from the start.
    pub(super) fn stream(&self) -> Result<Box<dyn Read + Send>> {
        let file = open(&self.path)?;
        match self.compression {
            Compression::None => Ok(Box::new(file)),
            Compression::Gzip => {
                let packed = file.metadata().map_err(refuse::io)?.len();
                let unpacked = MultiGzDecoder::new(BufReader::with_capacity(1 << 16, file));
                Ok(Box::new(Bounded::new(unpacked, packed, &self.limits)))
            }
            Compression::Zip => self.member(file),
        }
    }

    /// The unpacked bytes as a file one can seek in: the file itself, or a temporary one that vanishes with it.
    pub(super) fn seekable(&self) -> Result<File> {
        if self.compression == Compression::None {
            return open(&self.path);
        }
        let mut stream = self.stream()?;
        let mut spool = tempfile::tempfile().map_err(working)?;
        let mut block = vec![0; 1 << 16];
        loop {
            let n = stream.read(&mut block).map_err(refuse::io)?;
            if n == 0 {
                break;
            }
            spool.write_all(&block[..n]).map_err(working)?;
        }
        spool.seek(SeekFrom::Start(0)).map_err(refuse::io)?;
        Ok(spool)
    }

    fn member(&self, file: File) -> Result<Box<dyn Read + Send>> {
        let index = self.entry.ok_or_else(|| Error::internal("a zip source without an entry"))?;
        let mut archive = ZipArchive::new(file).map_err(zip_error)?;
        let (start, packed, size, crc, method, name) = {
            let raw = archive.by_index_raw(index).map_err(zip_error)?;
            let name = member_name(raw.name_raw());
            if raw.encrypted() {
                return Err(refuse::encrypted());
            }
            let start = raw.data_start().ok_or_else(|| refuse::truncated("zip entry without data"))?;
            (start, raw.compressed_size(), raw.size(), raw.crc32(), raw.compression(), name)
        };
        let mut file = archive.into_inner();
        file.seek(SeekFrom::Start(start)).map_err(refuse::io)?;
        let raw = BufReader::with_capacity(1 << 16, file.take(packed));
        let checked: Box<dyn Read + Send> = match method {
            CompressionMethod::Stored => Box::new(Checked::new(raw, size, crc)),
            CompressionMethod::Deflated => Box::new(Checked::new(DeflateDecoder::new(raw), size, crc)),
            _ => return Err(refuse::zip_method(&name)),
        };
        Ok(Box::new(Bounded::new(checked, packed, &self.limits)))
    }
}

pub(super) fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => Error::not_found("文件", "file").because(path.display()),
        _ => working(e).because(path.display()),
    })
}

/// The files of a zip archive, without folders and what systems add unasked. Refuses what is too large as
/// declared; what lies about its size is caught while it is read.
pub(super) fn members(path: &Path, limits: &Limits) -> Result<Vec<Member>> {
    let mut archive = ZipArchive::new(BufReader::new(open(path)?)).map_err(zip_error)?;
    let mut members = Vec::new();
    let (mut expanded, mut packed) = (0u64, 0u64);
    for index in 0..archive.len() {
        let file = archive.by_index_raw(index).map_err(zip_error)?;
        let name = member_name(file.name_raw());
        let base = name.rsplit('/').next().unwrap_or(&name);
        if name.ends_with('/')
            || name.starts_with("__MACOSX/")
            || base.starts_with("._")
            || matches!(base, ".DS_Store" | "Thumbs.db" | "desktop.ini")
        {
            continue;
        }
        if file.encrypted() {
            return Err(refuse::within(&name, refuse::encrypted()));
        }
        expanded = expanded.saturating_add(file.size());
        packed = packed.saturating_add(file.compressed_size());
        members.push(Member { index, name });
        if members.len() > limits.max_tables {
            return Err(refuse::too_many_tables(limits.max_tables));
        }
    }
    check_expansion(expanded, packed, limits)?;
    Ok(members)
}

/// Refuses what unpacks to more than the limits allow.
pub(super) fn check_expansion(expanded: u64, packed: u64, limits: &Limits) -> Result<()> {
    let by_ratio = expanded > RATIO_FROM && expanded / packed.max(1) > limits.max_ratio;
    if expanded > limits.max_expanded_bytes || by_ratio { Err(refuse::zip_bomb(limits)) } else { Ok(()) }
}

/// Names are UTF-8 where the archive or the bytes say so; Windows in Chinese writes GB 18030.
fn member_name(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling(raw).0.into_owned(),
    }
}

pub(super) fn zip_error(error: zip::result::ZipError) -> Error {
    match error {
        zip::result::ZipError::Io(e) => refuse::io(e),
        other => refuse::truncated(other),
    }
}

/// Stops a stream that unpacks to more than the limits allow.
struct Bounded<R> {
    inner: R,
    packed: u64,
    expanded: u64,
    limits: Limits,
}

impl<R> Bounded<R> {
    fn new(inner: R, packed: u64, limits: &Limits) -> Self {
        Self { inner, packed, expanded: 0, limits: limits.clone() }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.expanded = self.expanded.saturating_add(n as u64);
        check_expansion(self.expanded, self.packed, &self.limits)
            .map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))?;
        Ok(n)
    }
}

/// Holds a zip member to the size and checksum its archive declares.
struct Checked<R> {
    inner: R,
    left: u64,
    crc: Crc,
    expected: u32,
}

impl<R> Checked<R> {
    fn new(inner: R, size: u64, expected: u32) -> Self {
        Self { inner, left: size, crc: Crc::new(), expected }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        let damaged = |why| Err(io::Error::new(io::ErrorKind::InvalidData, why));
        match self.left.checked_sub(n as u64) {
            None => return damaged("larger than the archive declares"),
            Some(left) => self.left = left,
        }
        self.crc.update(&buf[..n]);
        if n == 0 && !buf.is_empty() {
            if self.left > 0 {
                return damaged("shorter than the archive declares");
            }
            if self.crc.sum() != self.expected {
                return damaged("checksum differs");
            }
        }
        Ok(n)
    }
}
