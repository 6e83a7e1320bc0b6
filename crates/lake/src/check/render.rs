//! Findings in a reader's words (说人话).

use serde::Serialize;
use standards::pack::{Packs, Severity};
use standards::{Lang, Text};

use super::finding::{Column, Finding};

/// A finding as reports show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rendered<'a> {
    /// The file as the sender named it, or the file inside the zip.
    pub file: &'a str,
    /// The sheet of a workbook.
    pub sheet: Option<&'a str>,
    /// The row as the spreadsheet shows it.
    pub row: u32,
    /// The column: header and letter.
    pub column: Option<&'a Column>,
    /// The field's code.
    pub field: Option<&'a str>,
    /// Message code.
    pub code: &'a str,
    /// Severity.
    pub severity: Severity,
    /// The value as it stands in the file.
    pub value: &'a str,
    /// 为什么错
    pub why: String,
    /// 怎么改
    pub fix: String,
    /// The mended value.
    pub suggestion: Option<&'a str>,
    /// Observed pattern of the wrong value.
    pub pattern: &'a str,
    /// Less likely mended values.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub alternatives: &'a [String],
    /// Fields of the other cells that take part.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub related: &'a [String],
    /// Whether it cannot be known which of the cells is wrong.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ambiguous: bool,
    /// Name of the row rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'a str>,
    /// Name of the problem, for groups.
    #[serde(skip)]
    pub title: String,
}

/// Why a finding's value is wrong and how to mend it, in a language.
#[must_use]
pub fn render<'a>(packs: &Packs, resource: &str, finding: &'a Finding, lang: Lang) -> Rendered<'a> {
    let label = |code: &str| -> String {
        let field = packs.resource(resource).and_then(|(_, r)| r.field(code));
        field.map_or_else(|| code.to_owned(), |f| f.label.get(lang).to_owned())
    };
    let mut params: Vec<(String, String)> = vec![("v".to_owned(), finding.value.clone())];
    if let Some(suggestion) = &finding.suggestion {
        params.push(("suggestion".to_owned(), suggestion.clone()));
    }
    for (name, value) in &finding.params {
        let value =
            value.split('、').map(|part| part.strip_prefix('@').map_or_else(|| part.to_owned(), label));
        params.push((name.clone(), value.collect::<Vec<_>>().join("、")));
    }
    let pattern = (!finding.pattern.is_empty()).then_some(finding.pattern.as_str());
    let words = packs.explain(
        resource,
        &finding.code,
        pattern,
        finding.field.as_deref(),
        params.iter().map(|(k, v)| (k.as_str(), v.as_str())),
        lang,
    );
    let mut fix = words.fix;
    if finding.ambiguous && !finding.related.is_empty() {
        let cells: Vec<String> =
            finding.field.iter().chain(&finding.related).map(|f| format!("“{}”", label(f))).collect();
        let note = Text::new(
            format!("无法判断是哪一格错，请一并核对{}。", cells.join("、")),
            format!(" It cannot be known which cell is wrong: check {}.", cells.join(", ")),
        );
        fix.push_str(note.get(lang));
    }
    Rendered {
        file: &finding.file,
        sheet: finding.sheet.as_deref(),
        row: finding.row,
        column: finding.column.as_ref(),
        field: finding.field.as_deref(),
        code: &finding.code,
        severity: finding.severity,
        value: &finding.value,
        why: words.why,
        fix,
        suggestion: finding.suggestion.as_deref(),
        pattern: &finding.pattern,
        alternatives: &finding.alternatives,
        related: &finding.related,
        ambiguous: finding.ambiguous,
        rule: finding.rule.as_deref(),
        title: words.title,
    }
}
