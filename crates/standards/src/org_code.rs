//! Organisation code (组织机构代码), GB 11714-1997: eight characters 0–9 A–Z and a check character, written
//! `D2143569-X` alone and without hyphen inside a unified social credit code.

use crate::identifier::{self, Correction, IdentifierError, Scheme};

/// Characters of the code in the order of their values.
const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

const WEIGHTS: [u16; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

const NONE: u8 = 0xFF;

const VALUES: [u8; 256] = {
    let mut table = [NONE; 256];
    let mut i = 0;
    while i < ALPHABET.len() {
        table[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    table
};

/// Whether the bytes are a valid code of nine characters without hyphen, or of ten with a hyphen before the last.
/// Upper case only. No allocation.
#[inline]
#[must_use]
pub fn is_valid(code: &[u8]) -> bool {
    let (body, check) = match code {
        [body @ .., check] if body.len() == 8 => (body, *check),
        [body @ .., b'-', check] if body.len() == 8 => (body, *check),
        _ => return false,
    };
    check_byte(body) == Some(check)
}

/// Checks a code as written, with or without the hyphen; answers with the nine characters without it.
///
/// # Errors
/// The first thing wrong, in the order length, character, check character. Positions count the characters
/// without the hyphen.
pub fn validate(text: &str) -> Result<String, IdentifierError> {
    let plain: String =
        text.chars().enumerate().filter(|(i, c)| !(*i == 8 && *c == '-')).map(|(_, c)| c).collect();
    if is_valid(plain.as_bytes()) && plain.len() == 9 {
        return Ok(plain);
    }
    let found = plain.chars().count();
    if found != 9 {
        return Err(IdentifierError::Length { found });
    }
    let allowed = |i: usize, c: char| {
        if i == 8 { c.is_ascii_digit() || c == 'X' } else { c.is_ascii_digit() || c.is_ascii_uppercase() }
    };
    if let Some(error) = identifier::first_wrong(&plain, allowed) {
        return Err(error);
    }
    let expected = check_character(&plain[..8]).unwrap_or_default();
    Err(IdentifierError::CheckCharacter { expected, found: plain.chars().last().unwrap_or_default() })
}

/// The check character of the first eight characters, or `None` if they are not eight of 0–9 A–Z.
#[must_use]
pub fn check_character(first_8: &str) -> Option<char> {
    check_byte(first_8.as_bytes()).map(char::from)
}

#[inline]
fn check_byte(body: &[u8]) -> Option<u8> {
    let body = <&[u8; 8]>::try_from(body).ok()?;
    let mut sum = 0u16;
    let mut seen = 0u8;
    for i in 0..8 {
        let value = VALUES[body[i] as usize];
        seen |= value;
        sum = sum.wrapping_add(u16::from(value).wrapping_mul(WEIGHTS[i]));
    }
    if seen & 0x80 != 0 {
        return None;
    }
    Some(match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => b'0' + digit as u8,
    })
}

/// Valid codes (without hyphen) one slip away from a wrong one, the most plausible first, at most `limit`.
#[must_use]
pub fn corrections(text: &str, limit: usize) -> Vec<Correction> {
    identifier::corrections(
        text,
        limit,
        &Scheme { length: 9, alphabet: ALPHABET, passes: is_valid, demerit: |_: &[u8]| 0 },
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn examples_of_the_standard_and_of_registers() {
        for code in ["D2143569-X", "D2143569X", "60003734-1", "600037341", "MA0DEM013", "13830295-X"] {
            assert!(is_valid(code.as_bytes()), "{code}");
        }
        assert_eq!(validate("D2143569-X").as_deref(), Ok("D2143569X"));
        assert_eq!(check_character("60003734"), Some('1'));
    }

    #[test]
    fn each_wrong_code_is_told_why() {
        let why = |s: &str| validate(s).unwrap_err();
        assert_eq!(why("D2143569-1"), IdentifierError::CheckCharacter { expected: 'X', found: '1' });
        assert_eq!(why("d2143569-X"), IdentifierError::Character { position: 1, found: 'd' });
        assert_eq!(why("D2143569A"), IdentifierError::Character { position: 9, found: 'A' });
        assert_eq!(why("D2143569"), IdentifierError::Length { found: 8 });
        assert_eq!(why("D-2143569X"), IdentifierError::Length { found: 10 });
    }

    fn code() -> impl Strategy<Value = String> {
        "[0-9A-Z]{8}".prop_map(|mut s| {
            s.push(check_character(&s).unwrap());
            s
        })
    }

    proptest! {
        #[test]
        fn a_code_with_its_check_character_is_valid(code in code()) {
            prop_assert!(is_valid(code.as_bytes()));
        }

        /// Modulo 11 catches a substitution unless the two values differ by a multiple of 11 (`0`/`B`/`M`/`X` …).
        #[test]
        fn a_substitution_by_other_than_eleven_is_caught(code in code(), at in 0usize..8, to in 0usize..36) {
            let mut wrong = code.clone().into_bytes();
            let from = i32::from(VALUES[wrong[at] as usize]);
            prop_assume!((from - to as i32) % 11 != 0);
            wrong[at] = ALPHABET[to];
            prop_assert!(!is_valid(&wrong));
            let found = corrections(std::str::from_utf8(&wrong).unwrap(), usize::MAX);
            prop_assert!(found.iter().any(|c| c.value == code));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,14}") {
            let _ = (validate(&text), corrections(&text, 3), is_valid(text.as_bytes()));
        }
    }
}
