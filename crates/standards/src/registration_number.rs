//! Business registration number (工商注册号), GS 15-2006, in use until the unified social credit code replaced it in 2015,
//! and the older forms that still stand in registers.
//!
//! 15 digits: registry office (6), sequence (8, the first digit tells the kind of capital), check (ISO 7064 MOD 11,10).

use crate::identifier::{self, Correction, IdentifierError, Scheme};
use crate::org_code;

/// Kind of subject, from the first digit of the sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RegistrantKind {
    /// Domestic enterprise (内资企业), 0–3.
    Domestic,
    /// Foreign-invested enterprise (外商投资企业), 4–5.
    Foreign,
    /// Sole trader (个体工商户), 6–9.
    SoleTrader,
}

/// The form of a registration number found in old data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RegistrationForm {
    /// 15 digits with a right check digit, GS 15-2006.
    Fifteen(RegistrantKind),
    /// 13 digits, the form before 2007; has no check.
    Thirteen,
    /// Farmers' co-operative, e.g. `320506NA000043X`: office, `NA`, six digits, one more digit or `X`.
    Cooperative,
    /// Foreign-invested enterprise, e.g. `企合苏总字第000063`.
    ForeignApproval,
    /// An organisation code in the place of a number, e.g. `13830295-X`.
    OrgCode,
}

/// Whether the bytes are 15 digits with the right check digit. No allocation.
#[inline]
#[must_use]
pub fn is_valid(code: &[u8]) -> bool {
    let Ok(code) = <&[u8; 15]>::try_from(code) else { return false };
    code.iter().all(u8::is_ascii_digit) && check(&code[..14]) == code[14]
}

/// Checks a number of 15 digits as written and tells the kind of its holder.
///
/// # Errors
/// The first thing wrong, in the order length, character, check digit.
pub fn validate(text: &str) -> Result<RegistrantKind, IdentifierError> {
    let found = text.chars().count();
    if found != 15 {
        return Err(IdentifierError::Length { found });
    }
    if let Some(error) = identifier::first_wrong(text, |_, c| c.is_ascii_digit()) {
        return Err(error);
    }
    let code = text.as_bytes();
    let expected = check(&code[..14]);
    if code[14] != expected {
        return Err(IdentifierError::CheckCharacter {
            expected: char::from(expected),
            found: char::from(code[14]),
        });
    }
    Ok(match code[6] {
        b'0'..=b'3' => RegistrantKind::Domestic,
        b'4' | b'5' => RegistrantKind::Foreign,
        _ => RegistrantKind::SoleTrader,
    })
}

/// The check digit of the first 14 digits, or `None` if they are not 14 digits.
#[must_use]
pub fn check_character(first_14: &str) -> Option<char> {
    let digits = first_14.as_bytes();
    (digits.len() == 14 && digits.iter().all(u8::is_ascii_digit)).then(|| char::from(check(digits)))
}

/// Which form a text has, if any. Width, spaces and case are folded first. Where a unified code is asked for, this
/// tells that an old number was given in its place.
#[must_use]
pub fn recognise(text: &str) -> Option<RegistrationForm> {
    let code = identifier::fold(text);
    if is_foreign_approval(&code) {
        return Some(RegistrationForm::ForeignApproval);
    }
    let bytes = code.as_bytes();
    let digits = |range: std::ops::Range<usize>| bytes[range].iter().all(u8::is_ascii_digit);
    match bytes.len() {
        15 if digits(0..15) => validate(&code).ok().map(RegistrationForm::Fifteen),
        15 if digits(0..6) && &bytes[6..8] == b"NA" && digits(8..14) => {
            (bytes[14] == b'X' || bytes[14].is_ascii_digit()).then_some(RegistrationForm::Cooperative)
        }
        13 if digits(0..13) => Some(RegistrationForm::Thirteen),
        9 if org_code::is_valid(bytes) => Some(RegistrationForm::OrgCode),
        _ => None,
    }
}

/// `企`, one character for the kind (合 独 作 股), the registry in a few characters, `字第`, six digits, perhaps `号`.
fn is_foreign_approval(text: &str) -> bool {
    let Some((head, number)) = text.split_once("字第") else { return false };
    let mut head = head.chars();
    let number = number.strip_suffix('号').unwrap_or(number);
    head.next() == Some('企')
        && head.next().is_some_and(|c| matches!(c, '合' | '独' | '作' | '股' | '外'))
        && (1..=6).contains(&head.count())
        && number.len() == 6
        && number.bytes().all(|b| b.is_ascii_digit())
}

/// Valid numbers of 15 digits one slip away from a wrong one, the most plausible first, at most `limit`.
#[must_use]
pub fn corrections(text: &str, limit: usize) -> Vec<Correction> {
    let demerit = |code: &[u8]| {
        let office = std::str::from_utf8(&code[..6]).unwrap_or_default();
        u32::from(!crate::divisions::ever_valid_since(office, 1984))
    };
    let scheme = Scheme { length: 15, alphabet: b"0123456789", passes: is_valid, demerit };
    identifier::corrections(text, limit, &scheme)
}

/// ISO 7064 MOD 11,10 (GB/T 17710) over digits.
fn check(digits: &[u8]) -> u8 {
    let p = digits.iter().fold(10u8, |p, d| {
        let sum = (p + (d - b'0')) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    b'0' + (11 - p) % 10
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_numbers_are_valid() {
        use RegistrantKind::{Domestic, Foreign, SoleTrader};
        for (code, kind) in [
            ("110108000000016", Domestic),
            ("441900000000012", Domestic),
            ("370602600000024", SoleTrader),
            ("330902400000035", Foreign),
        ] {
            assert_eq!(validate(code), Ok(kind));
            assert_eq!(recognise(code), Some(RegistrationForm::Fifteen(kind)));
            assert_eq!(check_character(&code[..14]), code.chars().last());
        }
    }

    #[test]
    fn each_wrong_number_is_told_why() {
        let why = |s: &str| validate(s).unwrap_err();
        assert_eq!(why("441900000000013"), IdentifierError::CheckCharacter { expected: '2', found: '3' });
        assert_eq!(why("44190000000001A"), IdentifierError::Character { position: 15, found: 'A' });
        assert_eq!(why("44190000000001"), IdentifierError::Length { found: 14 });
        assert_eq!(why("４41900000000012"), IdentifierError::Character { position: 1, found: '４' });
        assert_eq!(corrections("44190O000000012", 1)[0].value, "441900000000012");
    }

    #[test]
    fn older_forms_are_recognised() {
        assert_eq!(recognise("3706022800001"), Some(RegistrationForm::Thirteen));
        assert_eq!(recognise("320506NA000043X"), Some(RegistrationForm::Cooperative));
        assert_eq!(recognise("企合苏总字第000063"), Some(RegistrationForm::ForeignApproval));
        assert_eq!(recognise("企独粤总字第000063号"), Some(RegistrationForm::ForeignApproval));
        assert_eq!(recognise("13830295-X"), Some(RegistrationForm::OrgCode));
        for none in ["无", "", "441900000000013", "企字第000063", "91441900MA0DEM013W", "字第"] {
            assert_eq!(recognise(none), None, "{none}");
        }
    }

    proptest! {
        /// The hybrid system of ISO 7064 catches every single substitution.
        #[test]
        fn any_single_wrong_digit_is_caught_and_mended(first in "[0-9]{14}", at in 0usize..15, to in b'0'..=b'9') {
            let code = format!("{first}{}", check_character(&first).unwrap());
            prop_assert!(is_valid(code.as_bytes()));
            let mut wrong = code.clone().into_bytes();
            prop_assume!(wrong[at] != to);
            wrong[at] = to;
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert!(validate(&wrong).is_err());
            prop_assert!(corrections(&wrong, usize::MAX).iter().any(|c| c.value == code));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,20}", digits in "[0-9]{12,16}") {
            for text in [text, digits] {
                let _ = (recognise(&text), corrections(&text, 3), is_valid(text.as_bytes()));
            }
        }
    }
}
