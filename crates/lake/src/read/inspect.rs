//! Finds what a file is and which tables it holds (识别文件).

use std::path::Path;

use kernel::Result;

use super::model::{Compression, Format, Inspection, Note, ReadOptions, TableInfo, ZipEntry};
use super::sniff::{self, Head, Kind};
use super::source::{self, Source};
use super::{csv, json, parquet, refuse, sheet};

/// Finds what a file is by its content, and for each table in it the header and the first rows.
///
/// `path` is where the bytes are, `name` what the sender called them (shown, never trusted).
///
/// # Errors
/// `BadInput` or `TooLarge` with the remedy for everything that is no table: empty, encrypted, damaged, a
/// document, an archive in an archive, beyond [`super::Limits`].
pub fn inspect(path: &Path, name: &str, options: &ReadOptions) -> Result<Inspection> {
    let bytes = source::open(path)?.metadata().map_err(refuse::io)?.len();
    let mut notes = Vec::new();
    let plain = Source::new(path, Compression::None, None, &options.limits);
    let (kind, head) = look(&plain)?;
    let (compression, tables) = match kind {
        Kind::Gzip => {
            let source = Source::new(path, Compression::Gzip, None, &options.limits);
            (Compression::Gzip, tables(&source, name, &mut notes, options)?)
        }
        Kind::Zip => match sheet::package(plain.seekable()?, &mut notes)? {
            Some(format) => (Compression::None, sheet::inspect(&plain, format, &mut notes, options)?),
            None => (Compression::Zip, members(path, options, &mut notes)?),
        },
        kind => (Compression::None, unpacked(&plain, kind, &head, &mut notes, options)?),
    };
    if tables.len() > options.limits.max_tables {
        return Err(refuse::too_many_tables(options.limits.max_tables));
    }
    Ok(Inspection { path: path.to_owned(), name: name.to_owned(), bytes, compression, tables, notes })
}

fn look(source: &Source) -> Result<(Kind, Head)> {
    let head = sniff::head(&mut source.stream()?)?;
    Ok((sniff::kind(&head)?, head))
}

/// The tables of a file that was packed; it must not be packed once more.
fn tables(
    source: &Source,
    name: &str,
    notes: &mut Vec<Note>,
    options: &ReadOptions,
) -> Result<Vec<TableInfo>> {
    let (kind, head) = look(source)?;
    match kind {
        Kind::Gzip => Err(refuse::nested_archive(name)),
        Kind::Zip => match sheet::package(source.seekable()?, notes)? {
            Some(format) => sheet::inspect(source, format, notes, options),
            None => Err(refuse::nested_archive(name)),
        },
        kind => unpacked(source, kind, &head, notes, options),
    }
}

/// The tables of a file that is not packed.
fn unpacked(
    source: &Source,
    kind: Kind,
    head: &Head,
    notes: &mut Vec<Note>,
    options: &ReadOptions,
) -> Result<Vec<TableInfo>> {
    match kind {
        Kind::Compound => sheet::inspect(source, Format::Xls, notes, options),
        Kind::Parquet => Ok(vec![parquet::inspect(source, options)?]),
        Kind::Json => Ok(vec![json::inspect(source, head, options)?]),
        Kind::Text | Kind::Gzip | Kind::Zip => Ok(vec![csv::inspect(source, head, options)?]),
    }
}

/// The tables of every file in a zip archive. What is no table there is left out with a remark.
fn members(path: &Path, options: &ReadOptions, notes: &mut Vec<Note>) -> Result<Vec<TableInfo>> {
    let mut all = Vec::new();
    for member in source::members(path, &options.limits)? {
        let source = Source::new(path, Compression::Zip, Some(member.index), &options.limits);
        match tables(&source, &member.name, notes, options) {
            Ok(tables) => {
                let entry = ZipEntry { index: member.index, name: member.name };
                all.extend(tables.into_iter().map(|t| TableInfo { entry: Some(entry.clone()), ..t }));
            }
            Err(refusal) if matches!(refusal.code(), "not-a-table" | "empty-file") => notes.push(Note::new(
                "left-out",
                format!("压缩包中的“{}”未读取：{}", member.name, refusal.text().zh),
                format!("“{}” in the archive was not read: {}", member.name, refusal.text().en),
            )),
            Err(refusal) => return Err(refuse::within(&member.name, refusal)),
        }
        if all.len() > options.limits.max_tables {
            return Err(refuse::too_many_tables(options.limits.max_tables));
        }
    }
    if all.is_empty() { Err(refuse::no_table_in_archive()) } else { Ok(all) }
}
