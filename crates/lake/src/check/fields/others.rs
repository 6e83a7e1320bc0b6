//! The smaller kinds: organisation code, registration number, tax number, document number, division, telephone, pattern,
//! and personal numbers in free text.

use std::sync::LazyLock;

use regex::Regex;
use standards::mask::{self, PersonalHit, PersonalKind};
use standards::{divisions, org_code as org, registration_number as registration, uscc};

use super::super::codes as code;
use super::super::hit::Hit;
use super::super::{money, text};
use super::uscc::is_scientific;
use super::{FieldCheck, Seen};
use crate::typed::fold::{self, Fold};

/// 组织机构代码, GB 11714-1997; the hyphen is tolerated and dropped.
pub(super) fn org_code(field: &FieldCheck, row: usize, v: &str, hits: &mut Vec<Hit>) -> Seen {
    if org::is_valid(v.as_bytes()) {
        return if v.len() == 9 { Seen::Good } else { Seen::Folded(v.replace('-', "")) };
    }
    let (folded, how) = fold::fold_bare_code(v);
    if org::is_valid(folded.as_bytes()) {
        hits.push(field.folded(row, v, &folded, how.pattern()));
        return Seen::Folded(folded.into_owned());
    }
    let n = folded.chars().count();
    let hit = field.hit(row, code::ORG_CODE, v).param("n", n);
    if n != 9 {
        let inner = folded.get(8..17).filter(|_| uscc::is_valid(folded.as_bytes()));
        let hit = hit.pattern("length");
        hits.push(match inner {
            Some(inner) => hit.suggest(inner),
            None => hit,
        });
        return Seen::Bad;
    }
    if !folded.bytes().all(|b| b.is_ascii_alphanumeric()) {
        hits.push(hit);
        return Seen::Bad;
    }
    let mut hit = hit.pattern("checksum");
    let mut found = org::corrections(&folded, 3).into_iter().map(|c| c.value);
    hit.suggestion = found.next();
    hit.alternatives = found.collect();
    hits.push(hit);
    Seen::Bad
}

/// 工商注册号, GS 15-2006. Other shapes live on in old registers, so they are only warned about.
pub(super) fn registration_number(field: &FieldCheck, row: usize, v: &str, hits: &mut Vec<Hit>) -> Seen {
    if registration::is_valid(v.as_bytes()) {
        return Seen::Good;
    }
    let (folded, how) = fold::fold_code(v);
    if how != Fold::None && registration::is_valid(folded.as_bytes()) {
        hits.push(field.folded(row, v, &folded, how.pattern()));
        return Seen::Folded(folded.into_owned());
    }
    if folded.len() == 15 && folded.bytes().all(|b| b.is_ascii_digit()) {
        hits.push(field.hit(row, code::REGISTRATION_CHECK, v));
        return Seen::Bad;
    }
    if is_scientific(v) {
        hits.push(field.hit(row, code::REGISTRATION_CHECK, v).pattern("scientific"));
        return Seen::Bad;
    }
    let n = folded.chars().count();
    let hit = field.hit(row, code::REGISTRATION_SHAPE, v).param("n", n);
    hits.push(if uscc::is_valid(folded.as_bytes()) { hit.pattern("uscc") } else { hit });
    if how == Fold::None { Seen::Good } else { Seen::Folded(folded.into_owned()) }
}

/// 税务登记号: 15, 17, 18 or 20 letters and digits.
pub(super) fn tax_number(field: &FieldCheck, row: usize, v: &str, hits: &mut Vec<Hit>) -> Seen {
    let ok = |v: &str| {
        matches!(v.len(), 15 | 17 | 18 | 20)
            && v.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    if ok(v) {
        return Seen::Good;
    }
    let (folded, how) = fold::fold_bare_code(v);
    if ok(&folded) {
        hits.push(field.folded(row, v, &folded, how.pattern()));
        return Seen::Folded(folded.into_owned());
    }
    let n = folded.chars().count();
    let pattern = if is_scientific(v) { "scientific" } else { "" };
    hits.push(field.hit(row, code::TAX_NUMBER, v).param("n", n).pattern(pattern));
    Seen::Bad
}

/// 文书号: a year of four digits and brackets in pairs.
pub(super) fn document_number(
    field: &FieldCheck,
    row: usize,
    v: &str,
    limit: usize,
    hits: &mut Vec<Hit>,
) -> Seen {
    let seen = field.tidy(row, v, text::scan(v.as_bytes()), limit, hits);
    if matches!(seen, Seen::Bad) {
        return seen;
    }
    let mut depth = 0_i32;
    let mut paired = true;
    for c in v.chars() {
        match c {
            '〔' | '[' | '(' | '（' | '【' | '［' | '﹝' | '{' => depth += 1,
            '〕' | ']' | ')' | '）' | '】' | '］' | '﹞' | '}' => {
                depth -= 1;
                paired &= depth >= 0;
            }
            _ => {}
        }
    }
    if !paired || depth != 0 {
        hits.push(field.hit(row, code::DOCUMENT_NUMBER, v).pattern("unpaired"));
    } else if v != NO_NUMBER && !has_year(v) {
        hits.push(field.hit(row, code::DOCUMENT_NUMBER, v).pattern("no-year"));
    }
    seen
}

/// What the 2016 edition tells clerks to write where a prior licence has no number.
const NO_NUMBER: &str = "空";

/// Whether a run of four or more digits starts with a year between 1949 and 2099.
fn has_year(v: &str) -> bool {
    let half: String;
    let v = if v.is_ascii() {
        v
    } else {
        half = v.chars().map(fold::half_width).collect();
        &half
    };
    v.split(|c: char| !c.is_ascii_digit()).any(|run| {
        run.get(..4).and_then(|y| y.parse::<u16>().ok()).is_some_and(|y| (1949..=2099).contains(&y))
    })
}

/// 行政区划代码 of 6, 9 or 12 digits.
pub(super) fn division(field: &FieldCheck, row: usize, v: &str, hits: &mut Vec<Hit>) -> Seen {
    let shape = |v: &str| matches!(v.len(), 6 | 9 | 12) && v.bytes().all(|b| b.is_ascii_digit());
    let (folded, how) = fold::fold_bare_code(v);
    if !shape(&folded) {
        hits.push(field.hit(row, code::DIVISION_SHAPE, v));
        return Seen::Bad;
    }
    if !divisions::ever_valid_since(&folded[..6], 1984) {
        hits.push(field.hit(row, code::DIVISION_UNKNOWN, v).param("v", &folded[..6]));
    }
    if how == Fold::None {
        return Seen::Good;
    }
    hits.push(field.folded(row, v, &folded, how.pattern()));
    Seen::Folded(folded.into_owned())
}

/// Whether the text is one telephone number, mobile or landline.
pub(super) fn is_phone(v: &str) -> bool {
    let b = v.as_bytes();
    let digits = |b: &[u8]| b.iter().all(u8::is_ascii_digit);
    match b.len() {
        11 if b[0] == b'1' => (b'3'..=b'9').contains(&b[1]) && digits(b),
        11..=13 => v.split_once('-').is_some_and(|(area, number)| {
            matches!(area.len(), 3 | 4)
                && area.starts_with('0')
                && digits(area.as_bytes())
                && matches!(number.len(), 7 | 8)
                && digits(number.as_bytes())
        }),
        _ => false,
    }
}

/// Telephone: mobile `1[3-9]\d{9}` or landline `0\d{2,3}-\d{7,8}`.
pub(super) fn phone(field: &FieldCheck, row: usize, v: &str, hits: &mut Vec<Hit>) -> Seen {
    if is_phone(v) {
        return Seen::Good;
    }
    let (folded, how) = fold::fold_code(v);
    let bare = folded.strip_prefix("+86").or_else(|| folded.strip_prefix("0086")).unwrap_or(&folded);
    let mobile: String = bare.chars().filter(char::is_ascii_digit).collect();
    let mended = if is_phone(bare) {
        Some(bare.to_owned())
    } else {
        (is_phone(&mobile) && bare.len() <= 15).then_some(mobile)
    };
    if let Some(mended) = mended {
        let pattern = if how == Fold::None { Fold::Hyphen } else { how }.pattern();
        hits.push(field.folded(row, v, &mended, pattern));
        return Seen::Folded(mended);
    }
    let n = folded.chars().filter(char::is_ascii_digit).count();
    let hit = field.hit(row, code::PHONE, v).param("n", n);
    hits.push(if is_scientific(v) { hit.pattern("scientific") } else { hit });
    Seen::Bad
}

/// The field's own regular expression, tried on the folded value when the written one fails.
pub(super) fn pattern(
    field: &FieldCheck,
    regex: &Regex,
    source: &str,
    row: usize,
    v: &str,
    hits: &mut Vec<Hit>,
) -> Seen {
    if regex.is_match(v) {
        return Seen::Good;
    }
    for (folded, how) in [fold::fold_text(v, false), fold::fold_code(v)] {
        if how != Fold::None && regex.is_match(&folded) {
            hits.push(field.folded(row, v, &folded, how.pattern()));
            return Seen::Folded(folded.into_owned());
        }
    }
    hits.push(field.hit(row, code::PATTERN, v).param("regex", source));
    Seen::Bad
}

/// An amount with unit and currency in words, as registers write it.
pub(super) fn money(field: &FieldCheck, row: usize, v: &str, hits: &mut Vec<Hit>) -> Seen {
    let seen = field.tidy(row, v, text::scan(v.as_bytes()), field.limit(), hits);
    if !matches!(seen, Seen::Bad)
        && let Some(pattern) = money::money_text_fault(v)
    {
        hits.push(field.hit(row, code::MONEY, v).pattern(pattern));
    }
    seen
}

/// Reports personal numbers in free text and proposes the text without them.
pub(super) fn personal_numbers(field: &FieldCheck, row: usize, v: &str, hits: &mut Vec<Hit>) {
    let found = mask::scan_personal(v);
    if found.is_empty() {
        return;
    }
    let only_phones = found.iter().all(|f| f.kind == PersonalKind::Mobile);
    let hit = field.hit(row, code::PERSONAL_IN_TEXT, v).suggest(without_personal(v, &found));
    hits.push(if only_phones { hit.pattern("phone") } else { hit });
}

/// The text without the numbers, and without the words and brackets that only introduced them.
fn without_personal(v: &str, found: &[PersonalHit]) -> String {
    static LABEL: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"[，,、；;]?(?:公民身份号码|居民身份证号码?|身份证件?号码?|身份证|身份号码|联系电话|手机号码?|电话号码?|电话|手机)?(?:为|是)?[:：]?\u{0}(?:号)?").ok()
    });
    static BRACKETS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[（(]\s*[）)]").ok());
    // The numbers become a mark no text holds, then labels go together with their mark.
    let mut marked = String::with_capacity(v.len());
    let mut last = 0;
    for PersonalHit { range, .. } in found {
        marked.push_str(&v[last..range.start]);
        marked.push('\0');
        last = range.end;
    }
    marked.push_str(&v[last..]);
    let bare =
        LABEL.as_ref().map_or_else(|| marked.replace('\0', ""), |r| r.replace_all(&marked, "").into_owned());
    BRACKETS.as_ref().map_or_else(|| bare.clone(), |r| r.replace_all(&bare, "").into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_numbers_are_removed_with_their_labels() {
        let text = "当事人张某（身份证号：370602188002290010）于2020年销售过期食品";
        let found = mask::scan_personal(text);
        assert_eq!(without_personal(text, &found), "当事人张某于2020年销售过期食品");
        let text = "请拨打手机13800000000咨询";
        assert_eq!(without_personal(text, &mask::scan_personal(text)), "请拨打咨询");
    }

    #[test]
    fn telephones() {
        for v in ["13800000000", "0535-6000000", "010-60000000", "021-6000000"] {
            assert!(is_phone(v), "{v}");
        }
        for v in ["12800000000", "1380000000", "6000000", "0535 6000000", "0-6000000"] {
            assert!(!is_phone(v), "{v}");
        }
    }

    #[test]
    fn a_document_number_has_a_year() {
        for v in ["东市监食许〔2020〕100号", "JY20200100", "(２０２０)第3号"] {
            assert!(has_year(v), "{v}");
        }
        for v in ["第3号", "空", "123456"] {
            assert!(!has_year(v), "{v}");
        }
    }
}
