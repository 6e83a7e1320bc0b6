//! The circular (通报): texts that are edited before it is issued, and its number.

use serde::{Deserialize, Serialize};

/// The parts of a circular that are written by hand. Ranking and figures come from the frozen period.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Texts {
    /// 发文机关, in red at the head and under the text.
    pub issuer: String,
    /// 标题
    pub title: String,
    /// 主送
    pub main_to: String,
    /// 抄送
    pub copy_to: String,
    /// The opening: basis and period.
    pub opening: String,
    /// 总体情况
    pub overview: String,
    /// 编目挂接和“双公示”归集情况
    pub collection: String,
    /// 异议处理和信用修复情况
    pub cases: String,
    /// 存在问题, one paragraph a problem, with the departments named.
    pub problems: String,
    /// 工作要求, one paragraph each.
    pub requirements: String,
    /// 联系人
    pub contact: String,
}

impl Texts {
    /// The fields with the keys of their labels, and how many lines each takes; 1 for a single line.
    pub const FIELDS: [(&'static str, u8); 11] = [
        ("issuer", 1),
        ("title", 1),
        ("main_to", 1),
        ("opening", 4),
        ("overview", 4),
        ("collection", 5),
        ("cases", 5),
        ("problems", 8),
        ("requirements", 6),
        ("copy_to", 1),
        ("contact", 1),
    ];

    /// The text of a field.
    #[must_use]
    pub fn get(&self, field: &str) -> &str {
        match field {
            "issuer" => &self.issuer,
            "title" => &self.title,
            "main_to" => &self.main_to,
            "copy_to" => &self.copy_to,
            "opening" => &self.opening,
            "overview" => &self.overview,
            "collection" => &self.collection,
            "cases" => &self.cases,
            "problems" => &self.problems,
            "requirements" => &self.requirements,
            "contact" => &self.contact,
            _ => "",
        }
    }

    /// Sets the text of a field; an unknown one is left alone.
    pub fn set(&mut self, field: &str, text: &str) {
        let place = match field {
            "issuer" => &mut self.issuer,
            "title" => &mut self.title,
            "main_to" => &mut self.main_to,
            "copy_to" => &mut self.copy_to,
            "opening" => &mut self.opening,
            "overview" => &mut self.overview,
            "collection" => &mut self.collection,
            "cases" => &mut self.cases,
            "problems" => &mut self.problems,
            "requirements" => &mut self.requirements,
            "contact" => &mut self.contact,
            _ => return,
        };
        *place = plain(text);
    }

    /// The same texts without characters that no document can hold.
    #[must_use]
    pub fn plain(&self) -> Self {
        let mut all = self.clone();
        for (field, _) in Self::FIELDS {
            all.set(field, self.get(field));
        }
        all
    }
}

/// A text as documents can hold it (XML 1.0, 2.2): a browser ends lines with two characters, a word processor's soft line break
/// is a control character, and others come along when people paste.
fn plain(text: &str) -> String {
    let lines = text.trim().replace("\r\n", "\n");
    let mend = |c: char| match c {
        '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\n' | '\t' => Some(c),
        c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => None,
        c => Some(c),
    };
    lines.chars().filter_map(mend).collect()
}

/// The paragraphs of a text.
pub(crate) fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// The next number of a year (发文字号), such as `信用通报〔2026〕3号`, after those given.
#[must_use]
pub fn document_number(word: &str, year: i32, given: &[String]) -> String {
    let head = format!("{word}〔{year}〕");
    let used = given.iter().filter_map(|n| n.strip_prefix(&head)?.strip_suffix('号')?.parse::<u32>().ok());
    format!("{head}{}号", used.max().unwrap_or(0) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_document_can_hold_is_left_out() {
        let mut texts = Texts::default();
        texts.set("overview", "甲\u{b}乙\r\n丙\u{7}丁\u{0}\u{ffff}戊\t己");
        assert_eq!(texts.overview, "甲\n乙\n丙丁戊\t己");
        let old = Texts { title: "题\u{b}目".to_owned(), ..Texts::default() };
        assert_eq!(old.plain().title, "题\n目");
    }

    #[test]
    fn numbers_rise_within_their_year() {
        let given = [
            "信用通报〔2026〕2号".to_owned(),
            "信用通报〔2025〕9号".to_owned(),
            "其他〔2026〕7号".to_owned(),
        ];
        assert_eq!(document_number("信用通报", 2026, &given), "信用通报〔2026〕3号");
        assert_eq!(document_number("信用通报", 2027, &given), "信用通报〔2027〕1号");
    }

    #[test]
    fn every_field_can_be_written_and_read() {
        let mut texts = Texts::default();
        for (field, _) in Texts::FIELDS {
            texts.set(field, &format!(" {field}\r\n二 "));
            assert_eq!(texts.get(field), format!("{field}\n二"));
        }
    }
}
