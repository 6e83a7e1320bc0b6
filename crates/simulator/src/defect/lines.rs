//! Defects of whole lines: rows handed in twice, cells that moved, headers among the rows.

use standards::pack::Severity::{Reject, Warn};

use super::{ALL, DECISIONS, Defect, NEW, Planted, defect};
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
    /// A line put before this one.
    pub before: Option<Insert>,
    /// The row once more at the end of the file.
    pub again: Option<Again>,
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
    defect("extra-cell", "比表头多出一格", ("S008", "", Reject), ALL, 1.0, |s| {
        s.effects.extra.push("多余".to_owned());
        Some(Planted::row())
    }),
];
