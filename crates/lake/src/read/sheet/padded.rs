//! Numbers shown with leading zeros (前导零): a cell with the number format `000000` holds 42 and shows 000042, and what is
//! shown is what the department means: a code. Only formats of zeros alone count; every other number is read as it is.

use std::collections::HashMap;
use std::io::{Read, Seek};

use calamine::{DataRef, Xlsx, XlsxError};
use roaring::RoaringBitmap;

/// A format of more zeros shows no code.
const MOST_DIGITS: usize = 18;
/// Whole numbers from here on are no longer exact.
const EXACT: f64 = 1e15;

/// The cells of a sheet that are shown with leading zeros: by column, for each number of digits, the rows.
#[derive(Default)]
pub(super) struct Padded(HashMap<u32, Vec<(usize, RoaringBitmap)>>);

impl Padded {
    /// Looks through the styles of a sheet's cells, if the workbook has such a format at all.
    pub(super) fn of<RS: Read + Seek>(book: &mut Xlsx<RS>, sheet: &str) -> Result<Self, XlsxError> {
        let mut cells = book.worksheet_cells_reader(sheet)?;
        let digits: Vec<Option<usize>> = cells
            .styles()
            .iter()
            .map(|s| s.number_format.as_ref().and_then(|f| digits(&f.format_code)))
            .collect();
        let mut found = Self::default();
        if digits.iter().all(Option::is_none) {
            return Ok(found);
        }
        while let Some((row, column, style)) = cells.next_style_id()? {
            let Some(digits) = digits.get(style).copied().flatten() else { continue };
            let widths = found.0.entry(column).or_default();
            match widths.iter_mut().find(|(width, _)| *width == digits) {
                Some((_, rows)) => {
                    rows.insert(row);
                }
                None => widths.push((digits, RoaringBitmap::from_iter([row]))),
            }
        }
        Ok(found)
    }

    /// The number as it is shown, where that is with leading zeros.
    pub(super) fn shown(&self, row: u32, column: u32, value: &DataRef<'_>) -> Option<String> {
        let number = match value {
            DataRef::Float(f) => *f,
            DataRef::Int(i) => *i as f64,
            _ => return None,
        };
        let (digits, _) = self.0.get(&column)?.iter().find(|(_, rows)| rows.contains(row))?;
        if !(0.0..EXACT).contains(&number) || number.fract() != 0.0 {
            return None;
        }
        Some(format!("{:0digits$}", number as u64))
    }
}

/// The digits of a format that is zeros and nothing else; a single zero pads nothing.
fn digits(format: &str) -> Option<usize> {
    let zeros = format.len() > 1 && format.len() <= MOST_DIGITS && format.bytes().all(|b| b == b'0');
    zeros.then_some(format.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_formats_of_zeros_pad() {
        assert_eq!(digits("000000"), Some(6));
        for other in ["0", "0.00", "#,##0", "General", "000-000", "yyyy", "", "@"] {
            assert_eq!(digits(other), None, "{other}");
        }
    }
}
