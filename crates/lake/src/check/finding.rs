//! Findings (检查结果): one wrong cell or row, told in no language. Messages are rendered for the reader later.

use serde::{Deserialize, Serialize};
use standards::pack::Severity;

/// Where a value stands as the person who wrote it sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Column {
    /// The header as written in the file.
    pub header: String,
    /// The column's letter as a spreadsheet shows it: `A`, `B` … `AA`.
    pub letter: String,
}

/// One thing found wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The file as the sender named it, or the file inside the zip.
    pub file: String,
    /// The sheet of a workbook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The row as the spreadsheet shows it; the header's row for what concerns the header. With a block of rows, the first.
    pub row: u32,
    /// The column; absent when the whole row is meant or the column is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Column>,
    /// The field's code; absent when the whole row is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Message code, e.g. `E104`.
    pub code: String,
    /// Observed pattern of the wrong value, e.g. `full-width`; empty when none was recognised.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pattern: String,
    /// What it does to the row.
    pub severity: Severity,
    /// The value as it stands in the file.
    pub value: String,
    /// Values for the message's `{names}`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<(String, String)>,
    /// The mended value, where it can be known or guessed. Empty text: clear the cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// Other values that would mend it, less likely than the suggestion.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<String>,
    /// Fields of other cells that take part; one of them may be the wrong one when `ambiguous`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<String>,
    /// Whether it cannot be known which of the cells is wrong.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ambiguous: bool,
    /// Name of the row rule, when one was broken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}

/// The letter of a column counted from 0: `A` … `Z`, `AA` …
#[must_use]
pub fn letter(index: usize) -> String {
    let mut n = index + 1;
    let mut out = Vec::new();
    while n > 0 {
        out.push(b'A' + ((n - 1) % 26) as u8);
        n = (n - 1) / 26;
    }
    out.reverse();
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::letter;

    #[test]
    fn letters_are_a_spreadsheets() {
        assert_eq!(
            [0, 25, 26, 51, 52, 701, 702].map(letter),
            ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"].map(str::to_owned)
        );
    }
}
