//! Identifier of an e-licence (电子证照标识), GB/T 36904-2018:
//! `1.2.156.3005.2.<type, 21>.<issuer>.<serial, at most 32>.<version, 3>.<check>`, check by ISO 7064 MOD 37,36 over the
//! middle four parts without dots.
//!
//! Real identifiers with a wrong check exist: refuse one only where the platform itself issues it.

use crate::identifier::IdentifierError;

/// The arc under which identifiers of licences stand.
pub const ROOT: &str = "1.2.156.3005.2";

const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The check character of the four middle parts, dots left out. `None` when another character than 0–9 A–Z occurs, or
/// none at all.
#[must_use]
pub fn check_character(parts: &str) -> Option<char> {
    let mut p = 36;
    let mut seen = false;
    for c in parts.bytes().filter(|b| *b != b'.') {
        let value = ALPHABET.iter().position(|a| *a == c)?;
        let sum = (p + value) % 36;
        p = (if sum == 0 { 36 } else { sum }) * 2 % 37;
        seen = true;
    }
    seen.then(|| char::from(ALPHABET[(37 - p) % 36]))
}

/// Checks an identifier as written.
///
/// # Errors
/// `Length` when a part is missing, empty, too long or too short (with the length of the whole), `Character` at the
/// first character that may not stand there, `CheckCharacter` when the last does not match.
pub fn validate(text: &str) -> Result<(), IdentifierError> {
    let allowed = |i: usize, c: char| match ROOT.as_bytes().get(i) {
        Some(expected) => u32::from(*expected) == u32::from(c),
        None => c == '.' || c.is_ascii_digit() || c.is_ascii_uppercase(),
    };
    if let Some(error) = crate::identifier::first_wrong(text, allowed) {
        return Err(error);
    }
    let length = IdentifierError::Length { found: text.len() };
    let middle = text.strip_prefix(ROOT).and_then(|t| t.strip_prefix('.')).ok_or(length)?;
    let (middle, check) = middle.rsplit_once('.').ok_or(length)?;
    let parts: Vec<&str> = middle.split('.').collect();
    let lengths = [21..=21, 1..=18, 1..=32, 3..=3];
    if parts.len() != 4 || !parts.iter().zip(&lengths).all(|(p, n)| n.contains(&p.len())) || check.len() != 1
    {
        return Err(length);
    }
    let expected = check_character(middle).ok_or(length)?;
    let found = check.chars().next().unwrap_or_default();
    if found == expected { Ok(()) } else { Err(IdentifierError::CheckCharacter { expected, found }) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn published_identifiers_pass() {
        for (middle, check) in [
            ("11100000000013338W011.11430000006122244L.20230000403.001", 'U'),
            ("11100000MB03271699022.340100.000000016.001", '9'),
            ("11100000000013338W032.1137060000DEM0074N.DEMO20240000000001.001", '8'),
        ] {
            assert_eq!(check_character(middle), Some(check));
            assert_eq!(validate(&format!("{ROOT}.{middle}.{check}")), Ok(()));
        }
    }

    #[test]
    fn each_wrong_identifier_is_told_why() {
        let why = |s: &str| validate(s).unwrap_err();
        let middle = "11100000MB03271699022.340100.000000016.001";
        assert_eq!(
            why(&format!("{ROOT}.{middle}.8")),
            IdentifierError::CheckCharacter { expected: '9', found: '8' }
        );
        assert_eq!(why("1.2.156.3006.2"), IdentifierError::Character { position: 12, found: '6' });
        assert_eq!(
            why(&format!("{ROOT}.{middle}")),
            IdentifierError::Length { found: ROOT.len() + middle.len() + 1 }
        );
        assert_eq!(why(""), IdentifierError::Length { found: 0 });
        assert_eq!(check_character("..."), None);
    }

    proptest! {
        /// The hybrid system of ISO 7064 catches every single substitution.
        #[test]
        fn any_single_wrong_character_is_caught(serial in "[0-9A-Z]{12}", at in 0usize..12, to in 0usize..36) {
            let whole = |serial: &str| format!("11100000MB03271699022.340100.{serial}.001");
            let check = check_character(&whole(&serial)).unwrap();
            let mut wrong = serial.clone().into_bytes();
            prop_assume!(wrong[at] != ALPHABET[to]);
            wrong[at] = ALPHABET[to];
            prop_assert_ne!(check_character(&whole(std::str::from_utf8(&wrong).unwrap())), Some(check));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}", tail in "[0-9A-Z.]{0,60}") {
            let _ = (validate(&text), validate(&format!("{ROOT}.{tail}")), check_character(&text));
        }
    }
}
