//! Compound files (复合文档, MS-CFB): old workbooks, old documents, encrypted new workbooks. An old workbook is
//! read as a whole and laid out in memory cell by cell, so its claims about its own size are checked first.

use std::fs::File;
use std::io::Read;

use cfb::CompoundFile;
use kernel::Result;

use crate::read::model::Limits;
use crate::read::refuse;

/// Columns and rows an old workbook can have (MS-XLS 2.5.53 and 2.5.271).
const MAX_COLUMNS: u64 = 256;
const MAX_ROWS: u64 = 65_536;
/// Cells, filled or not, that all sheets together may span.
const MAX_CELLS: u64 = 20_000_000;

/// Refuses every compound file but an old workbook that is safe to read as a whole.
pub(super) fn check(file: File, limits: &Limits) -> Result<()> {
    let bytes = file.metadata().map_err(refuse::io)?.len();
    let mut compound = CompoundFile::open(file).map_err(refuse::truncated)?;
    let has = |name: &str| compound.exists(name);
    if has("/EncryptedPackage") || has("/EncryptionInfo") {
        return Err(refuse::encrypted());
    }
    if has("/WordDocument") {
        return Err(refuse::not_a_table(" Word 文档", "a Word document"));
    }
    if has("/PowerPoint Document") {
        return Err(refuse::not_a_table(" PowerPoint 文档", "a PowerPoint document"));
    }
    let Some(name) = ["/Workbook", "/Book"].into_iter().find(|name| has(name)) else {
        return Err(refuse::not_a_table("其他程序的文档", "a document of another program"));
    };
    if bytes > limits.max_whole_bytes {
        return Err(refuse::too_large_for_format("XLS", limits.max_whole_bytes));
    }
    let mut stream = Vec::new();
    compound
        .open_stream(name)
        .and_then(|s| s.take(limits.max_whole_bytes).read_to_end(&mut stream))
        .map_err(refuse::truncated)?;
    check_workbook(&stream)
}

/// Follows the records of a BIFF stream (MS-XLS 2.1.4) without keeping any.
fn check_workbook(stream: &[u8]) -> Result<()> {
    let mut sheets = Vec::new();
    for (kind, data) in Records(stream) {
        match kind {
            0x002f => return Err(refuse::encrypted()),
            0x0085 => sheets.extend(data.first_chunk::<4>().map(|at| u32::from_le_bytes(*at) as usize)),
            _ => {}
        }
    }
    if sheets.len() > 1000 {
        return Err(refuse::too_many_tables(1000));
    }
    let mut cells = 0u64;
    for at in sheets {
        let (mut rows, mut columns) = (0u64, 0u64);
        let mut depth = 0u32;
        for (kind, data) in Records(stream.get(at..).unwrap_or_default()) {
            match kind {
                0x0809 => depth += 1,
                0x000a if depth <= 1 => break,
                0x000a => depth -= 1,
                0x0200 => {
                    let (r, c) = dimensions(data);
                    if r > MAX_ROWS || c > MAX_COLUMNS {
                        return Err(refuse::truncated("dimensions beyond what the format holds"));
                    }
                    (rows, columns) = (rows.max(r), columns.max(c));
                }
                // Formula, RString, Number, Label, BoolErr, RK, LabelSst, MulRk, Blank, MulBlank: row, column, …
                0x0006 | 0x00d6 | 0x0203 | 0x0204 | 0x0205 | 0x027e | 0x00fd | 0x00bd | 0x0201 | 0x00be => {
                    if let Some([r0, r1, c0, c1]) = data.first_chunk::<4>() {
                        // A run of cells is no longer than its record.
                        let run = if matches!(kind, 0x00bd | 0x00be) { data.len() as u64 / 2 } else { 1 };
                        rows = rows.max(u64::from(u16::from_le_bytes([*r0, *r1])) + 1);
                        columns = columns.max(u64::from(u16::from_le_bytes([*c0, *c1])) + run);
                    }
                }
                _ => {}
            }
        }
        if columns > MAX_COLUMNS * 2 {
            return Err(refuse::truncated("a cell beyond the last column of the format"));
        }
        cells = cells.saturating_add(rows.saturating_mul(columns));
    }
    if cells > MAX_CELLS {
        return Err(refuse::too_large_for_format("XLS", MAX_CELLS));
    }
    Ok(())
}

/// Rows and columns that a Dimensions record (MS-XLS 2.4.90, or its shorter forerunner) claims.
fn dimensions(data: &[u8]) -> (u64, u64) {
    let u16_at = |at: usize| data.get(at..at + 2).map_or(0, |b| u64::from(u16::from_le_bytes([b[0], b[1]])));
    if data.len() < 14 {
        return (u16_at(2), u16_at(6));
    }
    (u16_at(4) | u16_at(6) << 16, u16_at(10))
}

/// The records of a stream: kind, data.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (head, rest) = self.0.split_first_chunk::<4>()?;
        let kind = u16::from_le_bytes([head[0], head[1]]);
        let len = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let data = rest.get(..len)?;
        self.0 = &rest[len..];
        Some((kind, data))
    }
}

#[cfg(test)]
mod tests {
    use super::check_workbook;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let len = u16::try_from(data.len()).unwrap();
        [&kind.to_le_bytes()[..], &len.to_le_bytes()[..], data].concat()
    }

    fn workbook(sheet: &[u8]) -> Vec<u8> {
        let globals =
            record(0x0809, &[0; 16]).len() + record(0x0085, &[0; 8]).len() + record(0x000a, &[]).len();
        let mut bound = u32::try_from(globals).unwrap().to_le_bytes().to_vec();
        bound.extend([0; 4]);
        [
            record(0x0809, &[0; 16]),
            record(0x0085, &bound),
            record(0x000a, &[]),
            record(0x0809, &[0; 16]),
            sheet.to_vec(),
            record(0x000a, &[]),
        ]
        .concat()
    }

    #[test]
    fn claims_beyond_the_format_are_refused() {
        let mut honest = [0; 14];
        honest[4] = 100;
        honest[10] = 12;
        check_workbook(&workbook(&record(0x0200, &honest))).unwrap();
        let mut monstrous = [0; 14];
        monstrous[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
        monstrous[10] = 255;
        let refusal = check_workbook(&workbook(&record(0x0200, &monstrous))).unwrap_err();
        assert_eq!(refusal.code(), "damaged-file");
        let far = record(0x0203, &[0xff, 0xff, 0xff, 0xff, 0, 0]);
        assert_eq!(check_workbook(&workbook(&far)).unwrap_err().code(), "damaged-file");
    }

    #[test]
    fn a_password_is_named() {
        let refusal = check_workbook(&record(0x002f, &[1, 0])).unwrap_err();
        assert_eq!(refusal.code(), "encrypted-file");
    }
}
