//! Builds a [`Chunk`] row by row.

use datafusion::arrow::array::{Array, AsArray, BooleanArray, StringArray, StringBuilder};
use datafusion::arrow::compute::filter;

use super::chunk::{Chunk, RowNote, RowNoteKind};

/// Cells of one chunk being gathered. Every row must give each column exactly one value.
pub(super) struct ChunkBuilder {
    rows: Vec<u32>,
    columns: Vec<StringBuilder>,
    notes: Vec<RowNote>,
    /// First of the blank rows seen since the last row with content, and how many.
    blank: Option<(u32, u32)>,
}

impl ChunkBuilder {
    /// Room for so many rows and bytes of text.
    pub(super) fn new(width: usize, rows: usize, bytes: usize) -> Self {
        let each = bytes / width.max(1);
        let column = || StringBuilder::with_capacity(rows, each);
        Self {
            rows: Vec::with_capacity(rows),
            columns: (0..width).map(|_| column()).collect(),
            notes: Vec::new(),
            blank: None,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// A row without content, which is left out.
    pub(super) fn blank_row(&mut self, row: u32) {
        self.blank_rows(row, 1);
    }

    /// So many rows without content from `row` on.
    pub(super) fn blank_rows(&mut self, row: u32, count: u32) {
        if count == 0 {
            return;
        }
        self.blank = match self.blank {
            Some((first, n)) if first.saturating_add(n) == row => Some((first, n.saturating_add(count))),
            _ => {
                self.flush_blank();
                Some((row, count))
            }
        };
    }

    fn flush_blank(&mut self) {
        if let Some((row, count)) = self.blank.take() {
            self.notes.push(RowNote { row, kind: RowNoteKind::BlankRows(count) });
        }
    }

    pub(super) fn note(&mut self, row: u32, kind: RowNoteKind) {
        self.flush_blank();
        self.notes.push(RowNote { row, kind });
    }

    /// Begins a row; [`Self::cell`] or [`Self::missing`] follows once for each column.
    pub(super) fn start_row(&mut self, row: u32) {
        self.flush_blank();
        self.rows.push(row);
    }

    #[inline]
    pub(super) fn cell(&mut self, column: usize, text: &str) {
        if let Some(builder) = self.columns.get_mut(column) {
            builder.append_value(text);
        }
    }

    pub(super) fn missing(&mut self, column: usize) {
        if let Some(builder) = self.columns.get_mut(column) {
            builder.append_null();
        }
    }

    /// The chunk. With `last`, blank rows at its end are no remark: nothing follows them.
    pub(super) fn finish(mut self, last: bool) -> Chunk {
        if !last {
            self.flush_blank();
        }
        let columns = self.columns.iter_mut().map(StringBuilder::finish).collect();
        leave_out_notes(Chunk { rows: self.rows, columns, notes: self.notes })
    }
}

/// Takes totals, notes and signatures out of the rows (合计、备注、填表人): rows with next to nothing in them, whose text
/// says what they are. A table of fewer than five columns is left alone: there one cell may be a record.
fn leave_out_notes(mut chunk: Chunk) -> Chunk {
    let most = chunk.columns.len() / 5;
    let found: Vec<(usize, String)> =
        (0..chunk.rows.len()).filter_map(|row| Some((row, note_in(&chunk.columns, row, most)?))).collect();
    if found.is_empty() {
        return chunk;
    }
    let mut keep = vec![true; chunk.rows.len()];
    for (at, text) in found {
        keep[at] = false;
        let row = chunk.rows[at];
        // What was odd about the row does not matter any more.
        chunk.notes.retain(|n| n.row != row);
        chunk.notes.push(RowNote { row, kind: RowNoteKind::NoteRow(text) });
    }
    chunk.notes.sort_by_key(|n| n.row);
    let mut kept = keep.iter();
    chunk.rows.retain(|_| kept.next().copied().unwrap_or(true));
    let mask = BooleanArray::from(keep);
    for column in &mut chunk.columns {
        // Mask and column are equally long, so filtering cannot fail.
        if let Ok(rest) = filter(column, &mask) {
            *column = rest.as_string::<i32>().clone();
        }
    }
    chunk
}

/// Whether a row only numbers the columns (栏次), as printed forms do below the header: 1, 2, 3 …
fn numbers_columns(columns: &[StringArray], row: usize) -> bool {
    columns.len() >= 5
        && columns.iter().enumerate().all(|(at, column)| {
            column.is_valid(row)
                && column.value(row).len() <= 4
                && column.value(row).parse().is_ok_and(|n: usize| n == at + 1)
        })
}

fn note_in(columns: &[StringArray], row: usize, most: usize) -> Option<String> {
    const WORDS: [&str; 18] = [
        "合计",
        "总计",
        "小计",
        "共计",
        "备注",
        "注：",
        "注:",
        "说明",
        "填表",
        "制表",
        "审核人",
        "填报",
        "单位负责人",
        "统计人",
        "联系人",
        "联系电话",
        "（盖章",
        "(盖章",
    ];
    if numbers_columns(columns, row) {
        return Some(format!("1 … {}", columns.len()));
    }
    let mut first: Option<&str> = None;
    let mut count = 0;
    for column in columns {
        let cell = if column.is_valid(row) { column.value(row) } else { "" };
        if cell.is_empty() {
            continue;
        }
        count += 1;
        // A code tells a record, however little else was filled in.
        if count > most || is_code(cell) {
            return None;
        }
        first = first.or(Some(cell.trim_start()));
    }
    // The row begins with what it is; such a word further on is a record's own remark.
    first.filter(|t| WORDS.iter().any(|w| t.starts_with(w))).map(|t| t.chars().take(40).collect())
}

/// Whether a cell holds an identifier: 15 to 18 letters and digits, most of them digits.
fn is_code(cell: &str) -> bool {
    let cell = cell.trim();
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    (15..=18).contains(&cell.len()) && cell.bytes().all(|b| b.is_ascii_alphanumeric()) && digits >= 9
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(cells: &[&str]) -> Option<String> {
        let columns: Vec<StringArray> = cells.iter().map(|c| StringArray::from(vec![*c])).collect();
        note_in(&columns, 0, columns.len() / 5)
    }

    #[test]
    fn a_row_that_numbers_the_columns_is_a_note() {
        assert_eq!(notes(&["1", "2", "3", "4", "5"]).as_deref(), Some("1 … 5"));
        assert_eq!(notes(&["1", "2", "3", "4", "6"]), None);
        assert_eq!(notes(&["1", "2", "3", "4"]), None);
    }

    #[test]
    fn a_sparse_record_is_no_note() {
        let blank = [""; 8];
        let row = |some: &[&'static str]| [some, &blank[..]].concat();
        assert_eq!(notes(&row(&["合计", "400"])).as_deref(), Some("合计"));
        assert_eq!(notes(&row(&["审核人：张三", "填表人：李四"])).as_deref(), Some("审核人：张三"));
        assert_eq!(notes(&row(&["东莞示例食品有限公司", "说明：旧执照遗失"])), None);
        assert_eq!(notes(&row(&["说明书印刷厂", "91441900MA0DEM013W"])), None);
    }
}
