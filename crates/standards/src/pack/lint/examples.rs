//! Whether a field's example passes the field's own check. The full check lives with the engine; this one knows enough to keep
//! a wrong example out of a message that shows how to do it right.

use chrono::NaiveDate;
use regex::Regex;

use crate::pack::{CodeListEdition, Field, FieldKind, Listed};
use crate::{id_card, org_code, registration_number, tax_number, uscc};

/// A day on which every invented example has been issued.
const ON: NaiveDate = match NaiveDate::from_ymd_opt(2026, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// Whether `example` is right for `field`; `edition` is the latest of the field's code list.
pub fn is_right(field: &Field, edition: Option<&CodeListEdition>, example: &str) -> bool {
    let fits = field.length.is_none_or(|max| example.chars().count() <= max as usize);
    fits && match &field.kind {
        FieldKind::Text | FieldKind::Name => !example.trim().is_empty(),
        FieldKind::MoneyText => example.chars().any(|c| c.is_ascii_digit()),
        FieldKind::Date { min, not_future } => {
            day(example).is_some_and(|d| min.is_none_or(|m| d >= m) && !(*not_future && d > ON))
        }
        FieldKind::Decimal { precision, scale, min, max, .. } => decimal(example, *precision, *scale)
            .is_some_and(|n| min.is_none_or(|m| n >= m) && max.is_none_or(|m| n <= m)),
        FieldKind::Integer { min, max } => {
            example.parse::<i64>().is_ok_and(|n| min.is_none_or(|m| n >= m) && max.is_none_or(|m| n <= m))
        }
        FieldKind::Code { separator, .. } => {
            let parts: Vec<&str> =
                separator.as_ref().map_or_else(|| vec![example], |s| example.split(s.as_str()).collect());
            parts.iter().all(|p| edition.is_some_and(|e| matches!(e.find(p), Some(Listed::Value(_)))))
        }
        FieldKind::Uscc { expect_prefix, .. } => {
            uscc::validate(example).is_ok()
                && (expect_prefix.is_empty() || expect_prefix.iter().any(|p| example.starts_with(p.as_str())))
        }
        FieldKind::OrgCode => org_code::validate(example).is_ok(),
        FieldKind::IdCard { .. } => id_card::validate(example, ON).is_ok(),
        FieldKind::RegistrationNumber => registration_number::validate(example).is_ok(),
        FieldKind::TaxNumber => tax_number::validate(example, ON).is_ok(),
        FieldKind::DocumentNumber => has_year(example) && brackets_pair(example),
        FieldKind::Division => matches!(example.len(), 6 | 9 | 12) && digits(example),
        FieldKind::Phone => phone(example),
        FieldKind::Pattern { regex } => {
            Regex::new(&format!("^(?:{regex})$")).is_ok_and(|r| r.is_match(example))
        }
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y/%m/%d").ok()
}

fn decimal(text: &str, precision: u8, scale: u8) -> Option<f64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let is_fit = digits(whole)
        && (part.is_empty() || digits(part))
        && part.len() <= scale as usize
        && whole.len() <= (precision - scale.min(precision)) as usize;
    if is_fit { text.parse().ok() } else { None }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn has_year(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes
        .windows(4)
        .any(|w| matches!(&w[..2], b"19" | b"20") && w[2].is_ascii_digit() && w[3].is_ascii_digit())
}

fn brackets_pair(text: &str) -> bool {
    let count = |set: &str| text.chars().filter(|c| set.contains(*c)).count();
    count("(（[〔【") == count(")）]〕】")
}

fn phone(text: &str) -> bool {
    let mobile = text.len() == 11
        && digits(text)
        && text.starts_with('1')
        && !matches!(text.as_bytes()[1], b'0'..=b'2');
    let landline = text.split_once('-').is_some_and(|(area, number)| {
        digits(area)
            && digits(number)
            && area.starts_with('0')
            && matches!(area.len(), 3 | 4)
            && matches!(number.len(), 7 | 8)
    });
    mobile || landline
}
