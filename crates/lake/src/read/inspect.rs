//! Finds what a file is and which tables it holds (识别文件).

use std::path::Path;

use kernel::Result;

use super::model::{Compression, Inspection, Note, ReadOptions, TableInfo, ZipEntry};
use super::sniff::{self, Head, Kind};
use super::source::{self, Source};
use super::{csv, refuse};

/// Finds what a file is by its content, and for each table in it the header and the first rows.
///
/// `path` is where the bytes are, `name` what the sender called them (shown, never trusted).
///
/// # Errors
/// `BadInput` or `TooLarge` with the remedy for everything that is no table: empty, encrypted, damaged, a
/// document, an archive in an archive, beyond [`super::Limits`].
pub fn inspect(path: &Path, name: &str, options: &ReadOptions) -> Result<Inspection> {
    let bytes = source::open(path)?.metadata().map_err(refuse::io)?.len();
    let plain = Source::new(path, Compression::None, None, &options.limits);
    let head = sniff::head(&mut plain.stream()?)?;
    let mut notes = Vec::new();
    let (compression, tables) = match sniff::kind(&head)? {
        Kind::Gzip => {
            let source = Source::new(path, Compression::Gzip, None, &options.limits);
            let head = sniff::head(&mut source.stream()?)?;
            let kind = sniff::kind(&head)?;
            if kind == Kind::Gzip {
                return Err(refuse::nested_archive(name));
            }
            (Compression::Gzip, tables(&source, &head, kind, name, options)?)
        }
        Kind::Zip if !is_workbook(&plain)? => (Compression::Zip, members(path, options, &mut notes)?),
        kind => (Compression::None, tables(&plain, &head, kind, name, options)?),
    };
    if tables.len() > options.limits.max_tables {
        return Err(refuse::too_many_tables(options.limits.max_tables));
    }
    Ok(Inspection { path: path.to_owned(), name: name.to_owned(), bytes, compression, tables, notes })
}

/// The tables of one unpacked file.
fn tables(
    source: &Source,
    head: &Head,
    kind: Kind,
    name: &str,
    options: &ReadOptions,
) -> Result<Vec<TableInfo>> {
    match kind {
        Kind::Gzip => Err(refuse::nested_archive(name)),
        Kind::Text => Ok(vec![csv::inspect(source, head, options)?]),
        _ => Err(refuse::nested_archive(name)),
    }
}

/// The tables of every file in a zip archive. What is no table there is left out with a remark.
fn members(path: &Path, options: &ReadOptions, notes: &mut Vec<Note>) -> Result<Vec<TableInfo>> {
    let mut all = Vec::new();
    for member in source::members(path, &options.limits)? {
        let source = Source::new(path, Compression::Zip, Some(member.index), &options.limits);
        let read = sniff::head(&mut source.stream()?).and_then(|head| {
            let kind = sniff::kind(&head)?;
            tables(&source, &head, kind, &member.name, options)
        });
        match read {
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

/// Whether a zip archive is a workbook of the Office Open XML kind.
fn is_workbook(source: &Source) -> Result<bool> {
    let archive = zip::ZipArchive::new(source.seekable()?).map_err(source::zip_error)?;
    Ok(archive.index_for_name("[Content_Types].xml").is_some()
        || archive.index_for_name("_rels/.rels").is_some())
}
