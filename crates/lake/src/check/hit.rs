//! A finding as the workers make it: positions inside a chunk instead of names.

use standards::pack::Severity;

use super::codes::Code;

/// Stands for "the whole row" in [`Hit::field`].
pub(crate) const WHOLE_ROW: u16 = u16::MAX;

/// One thing found wrong in a chunk.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hit {
    /// Row inside the chunk.
    pub row: u32,
    /// Index of the field in the resource, or [`WHOLE_ROW`].
    pub field: u16,
    /// What is wrong.
    pub code: Code,
    /// Observed pattern; empty when none.
    pub pattern: &'static str,
    /// Severity where the field says another than the message.
    pub severity: Option<Severity>,
    /// The value as it stands.
    pub value: String,
    /// Values for the message.
    pub params: Vec<(String, String)>,
    /// The mended value.
    pub suggestion: Option<String>,
    /// Less likely mended values.
    pub alternatives: Vec<String>,
    /// Other fields that take part, as indices.
    pub related: Vec<u16>,
    /// Whether it cannot be known which cell is wrong.
    pub ambiguous: bool,
}

impl Hit {
    /// A finding about a cell.
    pub(crate) fn new(row: usize, field: u16, code: Code, value: &str) -> Self {
        Self {
            row: row as u32,
            field,
            code,
            pattern: "",
            severity: None,
            value: value.to_owned(),
            params: Vec::new(),
            suggestion: None,
            alternatives: Vec::new(),
            related: Vec::new(),
            ambiguous: false,
        }
    }

    /// Names the observed pattern.
    pub(crate) fn pattern(mut self, pattern: &'static str) -> Self {
        self.pattern = pattern;
        self
    }

    /// Gives the message a value.
    pub(crate) fn param(mut self, name: &str, value: impl ToString) -> Self {
        self.params.push((name.to_owned(), value.to_string()));
        self
    }

    /// Proposes the mended value.
    pub(crate) fn suggest(mut self, value: impl Into<String>) -> Self {
        self.suggestion = Some(value.into());
        self
    }

    /// Sets a severity of the field's own.
    pub(crate) fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }
}
