//! Reports in words (报告): the same counts as text for the terminal and as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};
use standards::Lang;
use standards::pack::{Packs, Severity};

use super::finding::Finding;
use super::render::render;
use super::report::{Group, Report};

/// The report as one JSON object: the counts, and the groups with their words.
#[must_use]
pub fn to_json(report: &Report, packs: &Packs, lang: Lang) -> Value {
    let groups: Vec<Value> = report
        .groups
        .iter()
        .map(|g| {
            let first: Vec<_> = g.first.iter().map(|f| render(packs, &report.resource, f, lang)).collect();
            json!({
                "code": g.code, "pattern": g.pattern, "field": g.field, "rule": g.rule, "severity": g.severity,
                "findings": g.findings, "suggested": g.suggested,
                "title": first.first().map(|r| r.title.clone()),
                "first": first,
            })
        })
        .collect();
    json!({
        "resource": report.resource,
        "rule_set": report.rule_set,
        "rows": report.rows,
        "passed": report.passed,
        "warned": report.warned,
        "rejected": report.rejected,
        "findings": report.findings,
        "rules": report.rules,
        "seconds": (report.seconds * 1e3).round() / 1e3,
        "as_of": report.as_of,
        "groups": groups,
        "tables": report.tables,
    })
}

/// The report for a terminal: grouped, the most serious first, one remedy a group. `all` names the file that holds every
/// finding, when there is one.
#[must_use]
pub fn to_text(report: &Report, packs: &Packs, lang: Lang, all: Option<&str>) -> String {
    let zh = lang == Lang::Zh;
    let mut out = String::new();
    let title = packs.resource(&report.resource).map_or(report.resource.as_str(), |(_, r)| r.title.get(lang));
    let _ = writeln!(out, "{title}  {}  {}", report.rule_set, report.as_of);
    for table in &report.tables {
        let sheet = table.sheet.as_deref().map(|s| format!(" [{s}]")).unwrap_or_default();
        let _ = if zh {
            writeln!(
                out,
                "  {}{sheet}：{} 行，退回 {} 行",
                table.file,
                number(table.rows),
                number(table.rejected)
            )
        } else {
            writeln!(
                out,
                "  {}{sheet}: {} rows, {} rejected",
                table.file,
                number(table.rows),
                number(table.rejected)
            )
        };
    }
    let _ = if zh {
        writeln!(
            out,
            "共 {} 行：通过 {} 行（其中 {} 行有提醒），退回 {} 行。发现 {} 处问题，用时 {:.2} 秒。",
            number(report.rows),
            number(report.passed),
            number(report.warned),
            number(report.rejected),
            number(report.findings),
            report.seconds
        )
    } else {
        writeln!(
            out,
            "{} rows: {} passed ({} of them with warnings), {} rejected. {} findings in {:.2} s.",
            number(report.rows),
            number(report.passed),
            number(report.warned),
            number(report.rejected),
            number(report.findings),
            report.seconds
        )
    };
    for group in &report.groups {
        out.push('\n');
        write_group(&mut out, report, group, packs, lang, all);
    }
    out
}

fn write_group(
    out: &mut String,
    report: &Report,
    group: &Group,
    packs: &Packs,
    lang: Lang,
    all: Option<&str>,
) {
    /// Places shown for a group; the rest is told by number.
    const PLACES: usize = 3;
    let zh = lang == Lang::Zh;
    let Some(first) = group.first.first() else { return };
    let words = render(packs, &report.resource, first, lang);
    let field = group
        .field
        .as_deref()
        .and_then(|f| packs.resource(&report.resource).and_then(|(_, r)| r.field(f)))
        .map(|f| f.label.get(lang).to_owned());
    let severity = match (group.severity, zh) {
        (Severity::Reject, true) => "退回",
        (Severity::Warn, true) => "提醒",
        (Severity::Pass, true) => "说明",
        (Severity::Reject, false) => "REJECT",
        (Severity::Warn, false) => "WARN",
        (Severity::Pass, false) => "NOTE",
    };
    let _ = write!(out, "[{severity}] {} {}", group.code, words.title);
    if let Some(field) = field {
        let _ = if zh { write!(out, "「{field}」") } else { write!(out, " \"{field}\"") };
    }
    let _ = match (group.findings, zh) {
        (1, _) => writeln!(out),
        (n, true) => writeln!(out, "：{} 行同一种错误", number(n)),
        (n, false) => writeln!(out, ": {} times the same error", number(n)),
    };
    let _ = if zh {
        writeln!(out, "  为什么错：{}\n  怎么改：{}", words.why, words.fix)
    } else {
        writeln!(out, "  Why: {}\n  Fix: {}", words.why, words.fix)
    };
    for finding in group.first.iter().take(PLACES) {
        let _ = writeln!(out, "  {}", place(finding, lang));
    }
    let more = group.findings.saturating_sub(PLACES as u64);
    if more > 0 {
        let _ = match (all, zh) {
            (Some(all), true) => writeln!(out, "  …… 其余 {} 处见 {all}", number(more)),
            (Some(all), false) => writeln!(out, "  … {} more in {all}", number(more)),
            (None, true) => {
                writeln!(out, "  …… 还有 {} 处，加 --findings 文件名.ndjson 可得到全部", number(more))
            }
            (None, false) => {
                writeln!(out, "  … {} more; --findings FILE.ndjson gives them all", number(more))
            }
        };
    }
    if group.findings > 1 && group.suggested > 0 {
        let _ = if zh {
            writeln!(out, "  其中 {} 处已给出改后的值，可以一次全部采用。", number(group.suggested))
        } else {
            writeln!(
                out,
                "  {} of them come with the mended value and can be accepted at once.",
                number(group.suggested)
            )
        };
    }
}

/// `第3行 B列「…」 → 「…」`
fn place(finding: &Finding, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    // What is said of a whole sheet has no row.
    let mut out = match finding.row {
        0 => String::new(),
        row if zh => format!("第{row}行"),
        row => format!("row {row}"),
    };
    if let Some(sheet) = &finding.sheet {
        out = format!("[{sheet}] {out}").trim_end().to_owned();
    }
    if let Some(column) = &finding.column {
        let _ =
            if zh { write!(out, " {}列", column.letter) } else { write!(out, ", column {}", column.letter) };
    }
    if !finding.value.is_empty() {
        let _ = write!(out, "  {}", quoted(&finding.value, zh));
    }
    match &finding.suggestion {
        Some(s) if s.is_empty() => out.push_str(if zh { "  → （清空）" } else { "  → (clear)" }),
        Some(s) => {
            let _ = write!(out, "  → {}", quoted(s, zh));
        }
        None => {}
    }
    out
}

/// A value on one line, not longer than fits there.
fn quoted(v: &str, zh: bool) -> String {
    const LONGEST: usize = 60;
    let mut short: String = v.chars().take(LONGEST).map(|c| if c.is_control() { '␤' } else { c }).collect();
    if v.chars().count() > LONGEST {
        short.push('…');
    }
    if zh { format!("“{short}”") } else { format!("\"{short}\"") }
}

/// A count with separators of thousands.
fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(
            [0, 999, 1204, 1_234_567].map(number),
            ["0", "999", "1,204", "1,234,567"].map(str::to_owned)
        );
    }
}
