//! Defects of whole lines: rows handed in twice, cells that moved, headers among the rows.

use standards::pack::Severity::{Pass, Reject, Warn};

use super::{ALL, DECISIONS, Defect, NEW, Planted, defect, inserted};
use crate::template::Part;

/// What happens to a line beside the values of its cells.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Effects {
    /// Fields written as text even where the file has real dates and numbers.
    pub texts: Vec<&'static str>,
    /// Fields a workbook holds as numbers.
    pub numbers: Vec<(&'static str, f64)>,
    /// Cells moved by one column.
    pub shift: Option<Shift>,
    /// Cells beyond the header.
    pub extra: Vec<String>,
    /// The last cell is left off.
    pub short: bool,
    /// A field that holds a spreadsheet error in place of its value.
    pub error: Option<&'static str>,
    /// A line put before this one.
    pub before: Option<Insert>,
    /// The row once more at the end of the file.
    pub again: Option<Again>,
}

impl Effects {
    /// Whether cells stand in columns that are not theirs, so that the row may not even be told from another.
    pub(crate) fn disturbed(&self) -> bool {
        self.shift.is_some() || !self.extra.is_empty() || self.short
    }
}

/// Cells moved by one column from some column on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shift {
    /// An empty cell slipped in.
    Right,
    /// A cell was lost.
    Left,
}

/// A line that is no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Insert {
    /// The header once more.
    Header,
    /// Nothing at all.
    Blank,
}

/// A row that comes twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Again {
    /// The same in every cell.
    Exact,
    /// With another value in one field.
    Changed(&'static str, String),
}

#[rustfmt::skip]
pub(super) const DEFECTS: &[Defect] = &[
    defect("row-twice", "同一行出现两次", ("S011", "", Reject), ALL, 4.0, |s| {
        s.effects.again = Some(Again::Exact);
        Some(Planted::row())
    }),
    defect("key-twice", "主键相同、内容不同", ("E504", "in-file", Reject), DECISIONS, 3.0, |s| {
        let field = s.field(Part::Content)?;
        let text = s.row.get(field).to_owned();
        s.effects.again = Some(Again::Changed(field, format!("{text}。")));
        Some(Planted::row())
    }),
    defect("header-inside", "表头又贴在数据中间", ("S012", "header-inside", Warn), ALL, 1.0, |s| {
        s.effects.before = Some(Insert::Header);
        Some(Planted::row())
    }),
    defect("shifted-right", "整行右移一列", ("S013", "shifted-right", Reject), NEW, 2.0, |s| {
        s.effects.shift = Some(Shift::Right);
        Some(Planted::row())
    }),
    defect("shifted-left", "整行左移一列", ("S013", "shifted-left", Reject), NEW, 2.0, |s| {
        s.effects.shift = Some(Shift::Left);
        Some(Planted::row())
    }),
    defect("blank-row", "数据中间有空行", ("S010", "", Pass), ALL, 1.0, |s| {
        s.effects.before = Some(Insert::Blank);
        Some(Planted::row())
    }),
    defect("missing-cell", "比表头少一格", ("S009", "", Warn), DECISIONS, 1.0, |s| {
        // Only text files can lack a cell, and a cell that held something would be missed under its own name.
        let last = s.columns.last()?.field?;
        (!s.format.is_workbook() && s.row.get(last).is_empty()).then_some(())?;
        s.effects.short = true;
        Some(Planted::row())
    }),
    defect("error-cell", "单元格里是公式错误", ("S018", "", Reject), DECISIONS, 1.0, |s| {
        let field = s.field(Part::Content)?;
        s.format.is_workbook().then_some(())?;
        s.effects.error = Some(field);
        Some(s.write(field, "#N/A"))
    }),
    defect("nul-byte", "文字中有空字符", ("S014", "nul", Reject), DECISIONS, 1.0, |s| {
        let field = s.field(Part::Content)?;
        (!s.format.is_workbook()).then_some(())?;
        let text = s.row.get(field).to_owned();
        Some(s.write(field, inserted(&text, 2, "\0")))
    }),
    defect("extra-cell", "比表头多出一格", ("S008", "", Reject), ALL, 1.0, |s| {
        s.effects.extra.push("多余".to_owned());
        Some(Planted::row())
    }),
];
