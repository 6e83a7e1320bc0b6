//! One face for the three kinds of workbook: sheets, merged areas, and the cells in order, streamed where the
//! format allows (xlsx, xlsb).

use std::fs::File;
use std::io::{BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Dimensions, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsb, Xlsx, XlsxError};
use kernel::Result;
use memchr::memmem;
use zip::ZipArchive;

use super::padded::Padded;
use super::{compound, value};
use crate::read::header::Area;
use crate::read::model::{Format, Limits, Note};
use crate::read::refuse;
use crate::read::source::{check_expansion, zip_error};

/// An open workbook.
pub(super) enum Book {
    Xlsx(Box<Xlsx<BufReader<File>>>),
    Xlsb(Box<Xlsb<BufReader<File>>>),
    Xls(Box<Xls<BufReader<File>>>),
}

/// A cell: row and column from 0, its value, whether a formula made it.
pub(super) struct Cell<'a> {
    pub row: u32,
    pub column: u32,
    pub value: DataRef<'a>,
    pub formula: bool,
}

/// Whether to go on.
pub(super) type More = bool;

impl Book {
    /// Opens a workbook after making sure that it cannot exhaust memory.
    pub(super) fn open(file: File, format: Format, limits: &Limits) -> Result<Self> {
        let again = || file.try_clone().map_err(refuse::io);
        match format {
            Format::Xls => {
                compound::check(again()?, limits)?;
                guard(|| Xls::new(BufReader::new(file)).map(|x| Self::Xls(Box::new(x))).map_err(xls))
            }
            _ => {
                check_package(again()?, limits)?;
                guard(|| match format {
                    Format::Xlsb => Xlsb::new(BufReader::new(file))
                        .map(|x| Self::Xlsb(Box::new(x)))
                        .map_err(refuse::truncated),
                    _ => Xlsx::new(BufReader::new(file)).map(|x| Self::Xlsx(Box::new(x))).map_err(xlsx),
                })
            }
        }
    }

    /// Names of the worksheets, and whether each is hidden.
    pub(super) fn sheets(&self) -> Vec<(String, bool)> {
        let sheets = match self {
            Self::Xlsx(x) => x.sheets_metadata(),
            Self::Xlsb(x) => x.sheets_metadata(),
            Self::Xls(x) => x.sheets_metadata(),
        };
        sheets
            .iter()
            .filter(|s| s.typ == SheetType::WorkSheet)
            .map(|s| (s.name.clone(), s.visible != SheetVisible::Visible))
            .collect()
    }

    /// The merged areas of a sheet, by first row. None for xlsb, whose library does not tell.
    pub(super) fn merged(&mut self, sheet: &str) -> Result<Vec<Area>> {
        let areas = guard(|| match self {
            Self::Xlsx(x) => x.merge_cells_by_sheet_name(sheet).map_err(xlsx),
            Self::Xls(x) => x.merge_cells_by_sheet_name(sheet).map_err(xls),
            Self::Xlsb(_) => Ok(Vec::new()),
        })?;
        let mut areas: Vec<Area> = areas.iter().map(area).collect();
        areas.sort_by_key(|a| (a.first_row, a.first_column));
        Ok(areas)
    }

    /// Calls `take` with each cell that is not entirely empty, row by row, until it wants no more.
    pub(super) fn each(&mut self, sheet: &str, take: &mut dyn FnMut(Cell<'_>) -> Result<More>) -> Result<()> {
        guard(|| match self {
            Self::Xlsx(x) => {
                let padded = Padded::of(x, sheet).map_err(xlsx)?;
                let mut cells = x.worksheet_cells_reader(sheet).map_err(xlsx)?;
                while let Some(record) = cells.next_cell_with_formula_metadata().map_err(xlsx)? {
                    let (row, column) = record.pos;
                    let formula = record.formula.is_some();
                    let value = match padded.shown(row, column, &record.value) {
                        Some(text) => DataRef::String(text),
                        None => record.value,
                    };
                    if !take(Cell { row, column, value, formula })? {
                        break;
                    }
                }
                Ok(())
            }
            Self::Xlsb(x) => {
                let mut cells = x.worksheet_cells_reader(sheet).map_err(refuse::truncated)?;
                while let Some(cell) = cells.next_cell().map_err(refuse::truncated)? {
                    let (row, column) = cell.get_position();
                    if !take(Cell { row, column, value: cell.get_value().clone(), formula: false })? {
                        break;
                    }
                }
                Ok(())
            }
            Self::Xls(x) => {
                let range = x.worksheet_range(sheet).map_err(xls)?;
                let (first_row, first_column) = range.start().unwrap_or_default();
                let width = range.width().max(1);
                for (row, cells) in range.rows().enumerate() {
                    for (column, data) in cells.iter().enumerate().take(width) {
                        let cell = Cell {
                            row: first_row.saturating_add(u32::try_from(row).unwrap_or(u32::MAX)),
                            column: first_column.saturating_add(u32::try_from(column).unwrap_or(u32::MAX)),
                            value: value::borrowed(data),
                            formula: false,
                        };
                        if !take(cell)? {
                            return Ok(());
                        }
                    }
                }
                Ok(())
            }
        })
    }
}

/// The kind of workbook a zip archive is, with remarks on what it holds besides data. `None` for an ordinary
/// archive; refuses packages that are something else than a workbook we read.
pub(super) fn package(file: File, notes: &mut Vec<Note>) -> Result<Option<Format>> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(zip_error)?;
    let parts: Vec<String> = archive
        .file_names_raw()
        .map(|name| String::from_utf8_lossy(name).to_ascii_lowercase().replace('\\', "/"))
        .collect();
    let has = |part: &str| parts.iter().any(|name| name.starts_with(part));
    if !has("[content_types].xml") && !has("_rels/.rels") {
        let mut kind = String::new();
        if let Some(at) = parts.iter().position(|name| name == "mimetype") {
            let part = archive.by_index(at).map_err(zip_error)?;
            part.take(200).read_to_string(&mut kind).map_err(refuse::io)?;
        }
        if kind.contains("opendocument") {
            return Err(refuse::not_a_table(
                " OpenDocument 文档（ODS 等）",
                "an OpenDocument file (ODS or its kin)",
            ));
        }
        return Ok(None);
    }
    if has("word/") {
        return Err(refuse::not_a_table(" Word 文档", "a Word document"));
    }
    if has("ppt/") {
        return Err(refuse::not_a_table(" PowerPoint 文档", "a PowerPoint document"));
    }
    if has("xl/externallinks/") {
        notes.push(Note::new(
            "external-links",
            "工作簿引用了其他文件；没有打开那些文件，只用了保存在本文件中的结果。",
            "The workbook refers to other files; they were not opened, only results stored in this file were used.",
        ));
    }
    if parts.iter().any(|name| name.ends_with("vbaproject.bin")) {
        notes.push(Note::new(
            "macros",
            "工作簿含有宏；没有运行。",
            "The workbook holds macros; they were not run.",
        ));
    }
    Ok(Some(if has("xl/workbook.bin") { Format::Xlsb } else { Format::Xlsx }))
}

/// Checks a package's sizes, and that its table of strings does not claim more strings than it has bytes for.
fn check_package(file: File, limits: &Limits) -> Result<()> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(zip_error)?;
    let (mut expanded, mut packed) = (0u64, 0u64);
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(zip_error)?;
        if part.encrypted() {
            return Err(refuse::encrypted());
        }
        expanded = expanded.saturating_add(part.size());
        packed = packed.saturating_add(part.compressed_size());
    }
    check_expansion(expanded, packed, limits)?;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(zip_error)?;
        let name = part.name_raw().to_ascii_lowercase();
        let size = part.size();
        if !name.ends_with(b"sharedstrings.xml") {
            continue;
        }
        // All strings are held in memory while the sheet is read.
        if size > limits.max_whole_bytes.saturating_mul(4) {
            return Err(refuse::too_large_for_format("XLSX", limits.max_whole_bytes.saturating_mul(4)));
        }
        let mut start = Vec::new();
        (&mut part).take(1 << 16).read_to_end(&mut start).map_err(refuse::io)?;
        if claimed_strings(&start).is_some_and(|count| count > size) {
            return Err(refuse::truncated("more shared strings claimed than there are bytes"));
        }
    }
    Ok(())
}

/// The largest `uniqueCount` that the start of a table of strings claims.
fn claimed_strings(start: &[u8]) -> Option<u64> {
    memmem::find_iter(start, b"uniqueCount")
        .map(|at| {
            let digits = start[at + 11..].iter().skip_while(|b| {
                matches!(b, b'=' | b'"' | b'\'' | b' ' | b'\n' | b'\r' | b'\t' | b'+' | b'0')
            });
            digits
                .take_while(|b| b.is_ascii_digit())
                .fold(0u64, |n, d| n.saturating_mul(10).saturating_add(u64::from(d - b'0')))
        })
        .max()
}

/// Runs the library's code. It is meant for honest files: on crafted ones it may panic, which is then a damaged
/// file like any other.
fn guard<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(refuse::truncated("the workbook library gave up")))
}

fn area(d: &Dimensions) -> Area {
    Area {
        first_row: d.start.0.saturating_add(1),
        last_row: d.end.0.saturating_add(1),
        first_column: d.start.1,
        last_column: d.end.1,
    }
}

fn xlsx(error: XlsxError) -> kernel::Error {
    match error {
        XlsxError::Password => refuse::encrypted(),
        other => refuse::truncated(other),
    }
}

fn xls(error: XlsError) -> kernel::Error {
    match error {
        XlsError::Password => refuse::encrypted(),
        other => refuse::truncated(other),
    }
}
