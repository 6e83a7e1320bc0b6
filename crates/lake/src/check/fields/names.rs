//! Names of organisations and persons (名称).

use super::super::codes as code;
use super::super::hit::Hit;
use super::super::text;
use super::{FieldCheck, Seen};

/// Judges a name: everything a text has to stand, and brackets of one width.
pub(super) fn judge(field: &FieldCheck, row: usize, v: &str, limit: usize, hits: &mut Vec<Hit>) -> Seen {
    let scan = text::scan(v.as_bytes());
    let seen = field.tidy(row, v, scan, limit, hits);
    if matches!(seen, Seen::Bad) {
        return seen;
    }
    let tidy = match &seen {
        Seen::Folded(s) => s.as_str(),
        _ => v,
    };
    if scan.has(text::Scan::DIGITS) && is_number(tidy) {
        hits.push(field.hit(row, code::NAME_IS_NUMBER, v));
        return Seen::Bad;
    }
    if tidy.contains(['*', '＊']) {
        hits.push(field.hit(row, code::NAME_IS_NUMBER, v).pattern("masked"));
        return Seen::Bad;
    }
    if is_unpaired(tidy) {
        hits.push(field.hit(row, code::NAME_BRACKETS, v).pattern("unpaired"));
        return seen;
    }
    if scan.has(text::Scan::HIGH)
        && let Some(one_width) = mixed_brackets(tidy)
    {
        hits.push(field.hit(row, code::NAME_BRACKETS, v).suggest(one_width.clone()));
        return Seen::Folded(one_width);
    }
    seen
}

/// The name with Chinese brackets only, when it has both kinds.
fn mixed_brackets(v: &str) -> Option<String> {
    let full = v.contains(['（', '）']);
    let half = v.contains(['(', ')']);
    (full && half).then(|| v.replace('(', "（").replace(')', "）"))
}

/// Whether a code or number stands where a name belongs: ASCII letters and digits only, in the length of the
/// identifiers (9 to 20), digits in the majority; or nothing but digits.
fn is_number(v: &str) -> bool {
    let digits = v.bytes().filter(u8::is_ascii_digit).count();
    digits == v.len()
        || (9..=20).contains(&v.len())
            && digits * 2 > v.len()
            && v.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Whether brackets of either width open and close unequally often.
fn is_unpaired(v: &str) -> bool {
    // Brackets are the exception; one pass settles most names.
    if !v.bytes().any(|b| matches!(b, b'(' | b')' | 0xEF)) {
        return false;
    }
    let half = |c| v.bytes().filter(|b| *b == c).count();
    let full = |c: &str| if v.is_ascii() { 0 } else { v.matches(c).count() };
    half(b'(') + full("（") != half(b')') + full("）")
}

#[cfg(test)]
mod tests {
    use super::{is_number, is_unpaired, mixed_brackets};

    #[test]
    fn numbers_and_lonely_brackets_are_seen() {
        for v in ["91512201DEM0039019", "441900000000012", "60003734-1"] {
            assert!(is_number(v), "{v}");
        }
        for v in ["A1", "TCL 2000", "360网络", "Microsoft2020"] {
            assert!(!is_number(v), "{v}");
        }
        assert!(is_unpaired("某某（东莞有限公司"));
        assert!(!is_unpaired("某某（东莞)有限公司"));
        assert!(!is_unpaired("某某有限公司"));
    }

    #[test]
    fn only_a_mixture_is_changed() {
        assert_eq!(mixed_brackets("某某（东莞)有限公司").as_deref(), Some("某某（东莞）有限公司"));
        assert_eq!(mixed_brackets("某某(东莞)有限公司"), None);
        assert_eq!(mixed_brackets("某某（东莞）有限公司"), None);
    }
}
