//! Masking of personal data (脱敏), and finding it in free text before publication.
//!
//! Masks count characters, so a malformed value is masked too and never passes through in the clear. Names of
//! organisations are public and are not masked by anything here: call [`person_name`] for natural persons only.

use std::ops::Range;

use crate::id_card;

/// Identity number for confirmation inside the platform: the first 6 and last 4 stay, `370602********0010`.
#[must_use]
pub fn id_number(value: &str) -> String {
    keep(value, 6, 4)
}

/// Identity number where an outside page must show one at all: the first 3 and last 2 stay.
#[must_use]
pub fn id_number_public(value: &str) -> String {
    keep(value, 3, 2)
}

/// Passport or other travel document: the first 2 stay.
#[must_use]
pub fn passport(value: &str) -> String {
    keep(value, 2, 0)
}

/// Mobile number: the first 3 and last 4 stay, `138****0000`.
#[must_use]
pub fn mobile(value: &str) -> String {
    keep(value, 3, 4)
}

/// Name of a natural person: the first character stays, one star for the rest, `张*` however long the name, so that the
/// mask does not tell its length.
#[must_use]
pub fn person_name(value: &str) -> String {
    value.trim().chars().next().map(|first| format!("{first}*")).unwrap_or_default()
}

/// With what names of firms and other bodies end, and no name of a person does.
const BODIES: [&str; 20] = [
    "公司",
    "集团",
    "企业",
    "厂",
    "店",
    "合作社",
    "事务所",
    "营业部",
    "经营部",
    "门市部",
    "服务部",
    "商行",
    "商场",
    "超市",
    "宾馆",
    "医院",
    "学校",
    "幼儿园",
    "中心",
    "协会",
];

/// Whether a name can only be that of a firm or another body: it ends in what such names end in, and is longer than a person's.
#[must_use]
pub fn is_body_name(value: &str) -> bool {
    let name = value.trim();
    name.chars().count() > 4 && BODIES.iter().any(|end| name.ends_with(end))
}

/// Bank card: the last 4 stay.
#[must_use]
pub fn bank_card(value: &str) -> String {
    keep(value, 0, 4)
}

/// Address: the first 6 characters (usually province and city) stay.
#[must_use]
pub fn address(value: &str) -> String {
    keep(value, 6, 0)
}

/// The first `head` and last `tail` characters; a star for each other. A value so short that less than half of it would
/// be hidden is hidden whole.
fn keep(value: &str, head: usize, tail: usize) -> String {
    let chars: Vec<char> = value.trim().chars().collect();
    let shown = if chars.len() >= head + tail + (head + tail).min(4) {
        head..chars.len() - tail
    } else {
        0..chars.len()
    };
    chars.iter().enumerate().map(|(i, c)| if shown.contains(&i) { '*' } else { *c }).collect()
}

/// What kind of personal number was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PersonalKind {
    /// Identity number of 18 characters with a real birth date and the right check character.
    IdNumber,
    /// Mobile number, `1[3-9]` and nine digits, with or without `+86` and separators.
    Mobile,
}

/// A personal number in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalHit {
    /// What it is.
    pub kind: PersonalKind,
    /// Where it stands: byte range of the text as given.
    pub range: Range<usize>,
}

/// Identity and mobile numbers in free text (许可内容, 违法事实, 处罚内容), in order. Full-width digits count as digits.
///
/// A number inside a longer run of letters and digits is left alone: it is part of a credit code, a bank card or a
/// document number. Mobile numbers may be written `138-0000-0000` or `138 0000 0000`.
#[must_use]
pub fn scan_personal(text: &str) -> Vec<PersonalHit> {
    let mut hits = Vec::new();
    // Most texts hold no such number; a quick look saves building the runs.
    if text.chars().filter(|c| crate::fold::half_width(*c).is_ascii_digit()).count() < 11 {
        return hits;
    }
    let runs = runs(text);
    let mut i = 0;
    while i < runs.len() {
        let (kind, used) = match &runs[i..] {
            [run, ..] if id_card::is_valid(run.folded.as_bytes()) => (Some(PersonalKind::IdNumber), 1),
            [run, ..] if is_mobile(&run.folded) => (Some(PersonalKind::Mobile), 1),
            [a, b, c, ..] if is_split_mobile(text, [a, b, c]) => (Some(PersonalKind::Mobile), 3),
            _ => (None, 1),
        };
        if let Some(kind) = kind {
            hits.push(PersonalHit { kind, range: runs[i].range.start..runs[i + used - 1].range.end });
        }
        i += used;
    }
    hits
}

/// The text with every personal number found by [`scan_personal`] masked.
#[must_use]
pub fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for PersonalHit { kind, range } in scan_personal(text) {
        out.push_str(&text[from..range.start]);
        out.push_str(&match kind {
            PersonalKind::IdNumber => id_number_public(&text[range.clone()]),
            PersonalKind::Mobile => mobile(&text[range.clone()]),
        });
        from = range.end;
    }
    out.push_str(&text[from..]);
    out
}

/// A run of letters and digits.
struct Run {
    range: Range<usize>,
    folded: String,
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open = false;
    for (at, c) in text.char_indices() {
        let half = crate::fold::half_width(c);
        if !half.is_ascii_alphanumeric() {
            open = false;
            continue;
        }
        if !open {
            runs.push(Run { range: at..at, folded: String::new() });
            open = true;
        }
        if let Some(run) = runs.last_mut() {
            run.range.end = at + c.len_utf8();
            run.folded.push(half);
        }
    }
    runs
}

fn is_mobile(run: &str) -> bool {
    let number = match run.len() {
        13 => run.strip_prefix("86").unwrap_or(run),
        _ => run,
    };
    matches!(number.as_bytes(), [b'1', b'3'..=b'9', rest @ ..] if rest.len() == 9 && rest.iter().all(u8::is_ascii_digit))
}

/// `138-0000-0000`: three runs of 3, 4 and 4 digits with the same single separator.
fn is_split_mobile(text: &str, runs: [&Run; 3]) -> bool {
    let gap = |a: &Run, b: &Run| text.get(a.range.end..b.range.start).unwrap_or_default();
    let separator = gap(runs[0], runs[1]);
    matches!(separator, "-" | " ")
        && separator == gap(runs[1], runs[2])
        && runs.iter().map(|r| r.folded.len()).eq([3, 4, 4])
        && is_mobile(&runs.map(|r| r.folded.as_str()).concat())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn masks_of_each_kind() {
        assert_eq!(id_number("370602188002290010"), "370602********0010");
        assert_eq!(id_number_public("370602188002290010"), "370*************10");
        assert_eq!(passport("E12345678"), "E1*******");
        assert_eq!(mobile("13800000000"), "138****0000");
        assert_eq!(
            (person_name("张三"), person_name("欧阳某某"), person_name("")),
            ("张*".into(), "欧*".into(), String::new())
        );
        assert_eq!(bank_card("6222000000000001234"), "***************1234");
        assert_eq!(address("山东省烟台市芝罘区示例路1号"), "山东省烟台市********");
    }

    #[test]
    fn names_of_bodies_are_told_from_those_of_persons() {
        for body in ["东莞示例饮料有限公司", "烟台示例个体店", " 德州示例合作社 ", "示例（山东）律师事务所"]
        {
            assert!(is_body_name(body), "{body}");
        }
        for person in ["张三", "欧阳某某", "古丽·示例·买买提", "公司", "张三店", "某公司职员张三", ""]
        {
            assert!(!is_body_name(person), "{person}");
        }
    }

    #[test]
    fn short_values_are_hidden_whole() {
        assert_eq!(id_number("3706021880"), "**********");
        assert_eq!(bank_card("1234"), "****");
        assert_eq!(mobile("1380000"), "*******");
    }

    #[test]
    fn personal_numbers_in_free_text() {
        let find = |s: &str| {
            scan_personal(s).into_iter().map(|h| (h.kind, s[h.range].to_owned())).collect::<Vec<_>>()
        };
        use PersonalKind::{IdNumber, Mobile};
        assert_eq!(
            find("当事人张某（身份证370602188002290010，电话13800000000）违反规定"),
            [(IdNumber, "370602188002290010".into()), (Mobile, "13800000000".into())]
        );
        assert_eq!(find("证件４1040218850715004x。"), [(IdNumber, "４1040218850715004x".into())]);
        assert_eq!(find("电话+8613800000000"), [(Mobile, "8613800000000".into())]);
        assert_eq!(
            find("电话138-0000-0000或138 0000 0001"),
            [(Mobile, "138-0000-0000".into()), (Mobile, "138 0000 0001".into())]
        );
        // wrong check character, credit code, bank card, landline, document number
        for none in [
            "370602188002290011",
            "91441900MA0DEM013W",
            "6222013800000000123",
            "0535-6600000 23800000000",
            "JY14419000000001",
            "A13800000000",
            "",
        ] {
            assert!(find(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn redaction_leaves_the_rest() {
        assert_eq!(
            redact("张某，370602188002290010，13800000000。"),
            "张某，370*************10，138****0000。"
        );
        assert_eq!(redact("罚款2000元"), "罚款2000元");
    }

    proptest! {
        #[test]
        fn hits_are_ordered_ranges_of_the_text(text in "(\\PC|[0-9]{3,18}|-| ){0,12}") {
            let mut end = 0;
            for hit in scan_personal(&text) {
                prop_assert!(hit.range.start >= end && text.get(hit.range.clone()).is_some());
                end = hit.range.end;
            }
            prop_assert!(scan_personal(&redact(&text)).is_empty());
        }

        #[test]
        fn masks_keep_the_length_and_hide_something(value in "\\PC{1,30}") {
            let value = value.trim();
            for masked in [id_number(value), passport(value), mobile(value), bank_card(value)] {
                prop_assert_eq!(masked.chars().count(), value.chars().count());
                prop_assert!(value.is_empty() || masked.contains('*'));
            }
        }
    }
}
