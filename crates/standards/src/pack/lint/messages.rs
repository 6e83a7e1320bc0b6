//! Messages: both languages, the same names in both, and every code that programs emit.

use super::Report;
use super::place;
use crate::Text;
use crate::pack::Message;
use crate::pack::codes;
use crate::pack::voice::placeholders;

/// Looks at the shared messages and at those of every pack.
pub fn lint(report: &mut Report<'_>) {
    let packs = report.packs;
    for code in codes::ALL.iter().filter(|c| packs.message(c).is_none()) {
        report.add(
            place::Place { file: "packs/_shared".into(), line: None },
            Text::new(
                format!("缺少提示语 {code}，程序会用到它。"),
                format!("The message {code}, which the program emits, is missing."),
            ),
            Text::new("请在 _shared 中补上。", "Add it to _shared."),
        );
    }
    let own = packs.packs().iter().flat_map(|p| &p.messages);
    for (code, message) in packs.messages().iter().chain(own) {
        one(report, code, message);
    }
}

fn one(report: &mut Report<'_>, code: &str, message: &Message) {
    let at = place::keyed(report.packs, code);
    if !is_code(code) {
        report.add(
            at.clone(),
            Text::new(format!("“{code}”不是提示语代码。"), format!("\"{code}\" is no message code.")),
            Text::new(
                "代码是一个大写字母加三位数字，例如 E101。",
                "A code is a capital letter and three digits, like E101.",
            ),
        );
    }
    let base = [("title", &message.title), ("why", &message.why), ("fix", &message.fix)];
    let voices = message.patterns.values().flat_map(|v| [("why", &v.why), ("fix", &v.fix)]);
    for (part, text) in base.into_iter().chain(voices) {
        report.text(&at, &format!("{code} {part}"), text);
        let (zh, en) = (placeholders(&text.zh), placeholders(&text.en));
        if zh != en {
            let list =
                |names: &[String]| names.iter().map(|n| format!("{{{n}}}")).collect::<Vec<_>>().join(" ");
            report.add(
                at.clone(),
                Text::new(
                    format!(
                        "{code} 的 {part} 中英文占位不一致：中文有 {}，英文有 {}。",
                        list(&zh),
                        list(&en)
                    ),
                    format!(
                        "The {part} of {code} asks for {} in Chinese but for {} in English.",
                        list(&zh),
                        list(&en)
                    ),
                ),
                Text::new("两种语言要用同样的占位。", "Use the same names in both languages."),
            );
        }
    }
}

fn is_code(code: &str) -> bool {
    let digits = code.strip_prefix(|c: char| c.is_ascii_uppercase());
    digits.is_some_and(|d| d.len() == 3 && d.bytes().all(|b| b.is_ascii_digit()))
}
