//! What became of a file, in words.

use std::fmt::Write as _;

use kernel::Lang;

use super::Loaded;

/// Causes told; the page has them all.
const GROUPS: usize = 20;
/// Places told of each.
const SAMPLES: usize = 3;

/// The report on one file.
pub fn text(loaded: &Loaded, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let pick = |z: &'static str, e: &'static str| if zh { z } else { e };
    let s = &loaded.summary;
    let mut out = format!("{}  {}", s.file, state(&s.state, s.open > 0, zh));
    if loaded.known {
        out.push_str(pick(
            "（以前报送过同样的文件，这是那一批；要重新报送请加 --again）",
            " (the same file came before, as this submission; --again hands it in once more)",
        ));
    }
    out.push('\n');
    if let Some(reason) = &s.reason {
        let _ = writeln!(out, "  {}", reason.get(lang));
    }
    if s.rows > 0 {
        let _ = if zh {
            writeln!(
                out,
                "  {} 行：合格 {}（其中有提醒 {}），不合格 {}；已入库 {}，待更正 {}",
                s.rows, s.passed, s.warned, s.rejected, s.landed, s.open
            )
        } else {
            writeln!(
                out,
                "  {} rows: {} passed ({} with a warning), {} rejected; {} landed, {} to mend",
                s.rows, s.passed, s.warned, s.rejected, s.landed, s.open
            )
        };
    }
    for g in loaded.groups.iter().take(GROUPS) {
        let severity =
            if g.severity == "reject" { pick("不合格", "rejected") } else { pick("提醒", "warning") };
        let label = if g.label.is_empty() { String::new() } else { format!("{}: ", g.label) };
        let _ = writeln!(out, "  [{}] {severity} × {}  {label}{}", g.code, g.findings, g.title);
        let _ = writeln!(out, "      {}", g.why);
        let _ = writeln!(out, "      {}", g.fix);
        for p in g.samples.iter().take(SAMPLES) {
            let better = p.suggestion.as_ref().map(|b| format!(" → {b}")).unwrap_or_default();
            let _ = writeln!(out, "      · {}  {}{better}", p.place, p.value);
        }
    }
    if loaded.groups.len() > GROUPS {
        let more = loaded.groups.len() - GROUPS;
        let _ = if zh {
            writeln!(out, "  还有 {more} 类问题，请在页面上查看。")
        } else {
            writeln!(out, "  {more} more causes stand on the page.")
        };
    }
    let _ = write!(out, "  {}{}", pick("页面 ", "Page: "), loaded.page);
    out
}

fn state(name: &str, open: bool, zh: bool) -> &'static str {
    let (in_chinese, in_english) = match name {
        "received" | "checking" | "landing" => ("已收到，还在处理", "received, still at work"),
        "mapping" => (
            "有必填字段没有找到对应的列，请到页面上对应表头，或用 --map 指定",
            "required fields have no column: map the headers on the page, or with --map",
        ),
        "held" => ("不合格的行太多，等人决定是否入库", "too many rows are rejected: waits for a decision"),
        "landed" if open => ("已入库，有错误待改", "landed, with rows to mend"),
        "landed" => ("已入库", "landed"),
        "refused" => ("已退回", "refused"),
        "withdrawn" => ("已撤回", "withdrawn"),
        _ => ("状态未知", "in a state unknown here"),
    };
    if zh { in_chinese } else { in_english }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::load::client::{Group, Sample, Summary};

    #[test]
    fn counts_causes_and_the_page_are_told_in_either_language() {
        let sample =
            Sample { place: "第 4 行 B".into(), value: "9144O".into(), suggestion: Some("91440".into()) };
        let group = Group {
            code: "E103".into(),
            field: "USCC".into(),
            label: "统一社会信用代码".into(),
            severity: "reject".into(),
            findings: 1,
            suggestions: 1,
            title: "有字母O".into(),
            why: "多半是把数字0写成了字母O。".into(),
            fix: "改为数字0。".into(),
            samples: vec![sample],
        };
        let summary = Summary {
            file: "a.csv".into(),
            state: "landed".into(),
            rows: 3,
            passed: 2,
            rejected: 1,
            open: 1,
            landed: 2,
            ..Summary::default()
        };
        let loaded =
            Loaded { known: false, page: "http://h/submissions/1".into(), summary, groups: vec![group] };
        let zh = text(&loaded, Lang::Zh);
        for part in [
            "a.csv  已入库，有错误待改",
            "3 行：合格 2",
            "[E103] 不合格 × 1",
            "9144O → 91440",
            "页面 http://h/submissions/1",
        ] {
            assert!(zh.contains(part), "{part} in {zh}");
        }
        assert!(text(&loaded, Lang::En).contains("3 rows: 2 passed (0 with a warning), 1 rejected"));
    }
}
