//! Defects of whole lines: rows handed in twice, cells that moved, headers among the rows.

use standards::pack::Severity::{Reject, Warn};

use super::{ALL, DECISIONS, Defect, NEW, Planted};
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

pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "row-twice",
        about: "同一行出现两次",
        code: "E509",
        pattern: "exact",
        severity: Reject,
        resources: ALL,
        weight: 4.0,
        plant: |s| {
            s.effects.again = Some(Again::Exact);
            Some(Planted::row())
        },
    },
    Defect {
        name: "key-twice",
        about: "主键相同、内容不同",
        code: "E509",
        pattern: "same-key",
        severity: Reject,
        resources: DECISIONS,
        weight: 3.0,
        plant: |s| {
            let field = s.resource().field(Part::Content)?;
            let text = s.row.get(field).to_owned();
            s.effects.again = Some(Again::Changed(field, format!("{text}。")));
            Some(Planted::row())
        },
    },
    Defect {
        name: "header-inside",
        about: "表头又贴在数据中间",
        code: "E512",
        pattern: "",
        severity: Warn,
        resources: ALL,
        weight: 1.0,
        plant: |s| {
            s.effects.before = Some(Insert::Header);
            Some(Planted::row())
        },
    },
    Defect {
        name: "shifted-right",
        about: "整行右移一列",
        code: "E513",
        pattern: "right",
        severity: Reject,
        resources: NEW,
        weight: 2.0,
        plant: |s| {
            s.effects.shift = Some(Shift::Right);
            Some(Planted::row())
        },
    },
    Defect {
        name: "shifted-left",
        about: "整行左移一列",
        code: "E513",
        pattern: "left",
        severity: Reject,
        resources: NEW,
        weight: 2.0,
        plant: |s| {
            s.effects.shift = Some(Shift::Left);
            Some(Planted::row())
        },
    },
    Defect {
        name: "extra-cell",
        about: "比表头多出一格",
        code: "E510",
        pattern: "",
        severity: Reject,
        resources: ALL,
        weight: 1.0,
        plant: |s| {
            s.effects.extra.push("多余".to_owned());
            Some(Planted::row())
        },
    },
];
