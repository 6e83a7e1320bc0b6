//! Citizen identity number (公民身份号码), GB 11643-1999: division (6), birth date (8), sequence (3, odd = male),
//! check character (ISO 7064 MOD 11-2). The old form of 15 digits has a two-digit year and no check.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use crate::divisions;
use crate::identifier::{self, Correction, IdentifierError, Scheme};

const WEIGHTS: [u16; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// The check character by the weighted sum modulo 11.
const CHECKS: &[u8; 11] = b"10X98765432";

/// Greatest age of a holder in years.
const GREATEST_AGE: i32 = 150;

/// Identity numbers were first issued in 1984; the division inside is the one of first registration.
const FIRST_ISSUED: i32 = 1984;

/// Sex as coded in the number; GB/T 2261.1 codes 1 and 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    /// 男
    Male,
    /// 女
    Female,
}

/// A valid number of 18 characters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdCard {
    code: [u8; 18],
    birth: NaiveDate,
}

impl IdCard {
    /// The 18 characters; the last may be `X`. Personal data: mask before showing ([`crate::mask`]).
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or_default()
    }

    /// The six digits of the division of first registration.
    #[must_use]
    pub fn division(&self) -> &str {
        std::str::from_utf8(&self.code[..6]).unwrap_or_default()
    }

    /// Date of birth.
    #[must_use]
    pub fn birth_date(&self) -> NaiveDate {
        self.birth
    }

    /// Sex, from the parity of the sequence number.
    #[must_use]
    pub fn sex(&self) -> Sex {
        if self.code[16] % 2 == 1 { Sex::Male } else { Sex::Female }
    }

    /// Whether the division was in force at any time since 1984 or the year of birth, whichever is later.
    ///
    /// Not at birth: numbers were issued from 1984 on and carry the division of first registration, so `370602`
    /// (in force since 1983) with a birth in 1980 is right. `false` deserves a warning only.
    #[must_use]
    pub fn division_known(&self) -> bool {
        // 100000 stands for bodies of the State in unified codes; nobody is registered there.
        self.division() != "100000"
            && divisions::ever_valid_since(self.division(), self.birth.year().max(FIRST_ISSUED))
    }
}

impl fmt::Display for IdCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for IdCard {
    /// Masked, so that a number cannot leak into a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdCard({})", crate::mask::id_number(self.as_str()))
    }
}

/// Whether the bytes are a number of 18 characters with a real birth date and the right check character (`X` or
/// `x`). Knows no day, so the birth date may lie in the future; see [`validate`]. No allocation.
#[inline]
#[must_use]
pub fn is_valid(code: &[u8]) -> bool {
    let Ok(code) = <&[u8; 18]>::try_from(code) else { return false };
    let mut sum = 0u16;
    let mut wrong = 0u8;
    for i in 0..17 {
        let digit = code[i].wrapping_sub(b'0');
        wrong |= u8::from(digit > 9);
        sum = sum.wrapping_add(u16::from(digit).wrapping_mul(WEIGHTS[i]));
    }
    wrong == 0
        && CHECKS[usize::from(sum % 11)] == code[17].to_ascii_uppercase()
        && real_date(number(&code[6..14]))
}

/// Reads a number of 18 characters; a lower-case `x` is accepted and folded, nothing else is.
///
/// `on` is the day of the check: no holder is born after it or more than 150 years before it.
///
/// # Errors
/// The first thing wrong, in the order length, character, birth date, check character.
pub fn validate(text: &str, on: NaiveDate) -> Result<IdCard, IdentifierError> {
    let Ok(mut code) = <[u8; 18]>::try_from(text.as_bytes()) else { return Err(explain(text)) };
    code[17] = code[17].to_ascii_uppercase();
    if !code[..17].iter().all(u8::is_ascii_digit) || !(code[17].is_ascii_digit() || code[17] == b'X') {
        return Err(explain(text));
    }
    let birth = birth(number(&code[6..14]), on)?;
    let expected = check(&code[..17]);
    if expected != code[17] {
        let found = char::from(code[17]);
        return Err(IdentifierError::CheckCharacter { expected: char::from(expected), found });
    }
    Ok(IdCard { code, birth })
}

/// Why a text has not the outer form of a number.
#[cold]
fn explain(text: &str) -> IdentifierError {
    let found = text.chars().count();
    let allowed = |i: usize, c: char| c.is_ascii_digit() || (i == 17 && matches!(c, 'X' | 'x'));
    match identifier::first_wrong(text, allowed) {
        Some(error) if found == 18 => error,
        _ => IdentifierError::Length { found },
    }
}

/// Reads a number of the old form: 15 digits, birth year of two, no check. Answers with its 18 characters: `19` inserted
/// after the division and the check character appended (GB 11643-1999, annex). The sequences 996 to 999 were kept for
/// people over a hundred, who were born in the 1800s.
///
/// # Errors
/// The first thing wrong, in the order length, character, birth date.
pub fn upgrade(text: &str, on: NaiveDate) -> Result<IdCard, IdentifierError> {
    let found = text.chars().count();
    if found != 15 {
        return Err(IdentifierError::Length { found });
    }
    if let Some(error) = identifier::first_wrong(text, |_, c| c.is_ascii_digit()) {
        return Err(error);
    }
    let old = text.as_bytes();
    let mut code = [0u8; 18];
    code[..6].copy_from_slice(&old[..6]);
    let centenarian = matches!(&old[12..], b"996" | b"997" | b"998" | b"999");
    code[6..8].copy_from_slice(if centenarian { b"18" } else { b"19" });
    code[8..17].copy_from_slice(&old[6..]);
    code[17] = check(&code[..17]);
    let birth = birth(number(&code[6..14]), on)?;
    Ok(IdCard { code, birth })
}

/// Reads either form: 15 digits ([`upgrade`]) or 18 characters ([`validate`]).
///
/// # Errors
/// As the form's own function; a text of any other length is a wrong length.
pub fn parse(text: &str, on: NaiveDate) -> Result<IdCard, IdentifierError> {
    if text.len() == 15 { upgrade(text, on) } else { validate(text, on) }
}

/// The check character of the first 17 digits, or `None` if they are not 17 digits.
#[must_use]
pub fn check_character(first_17: &str) -> Option<char> {
    let digits = first_17.as_bytes();
    (digits.len() == 17 && digits.iter().all(u8::is_ascii_digit)).then(|| char::from(check(digits)))
}

/// Valid numbers one slip away from a wrong one, the most plausible first, at most `limit`.
///
/// A number whose division was never in force or whose birth date cannot be a holder's on the day `on` ranks behind.
/// Empty when the text is right as it stands, or too far from any number.
#[must_use]
pub fn corrections(text: &str, on: NaiveDate, limit: usize) -> Vec<Correction> {
    let passes = |code: &[u8]| {
        code.len() == 18 && code[..17].iter().all(u8::is_ascii_digit) && code[17] != b'x' && is_valid(code)
    };
    let demerit = |code: &[u8]| match std::str::from_utf8(code)
        .map_err(|_| ())
        .and_then(|c| validate(c, on).map_err(|_| ()))
    {
        Ok(card) if card.division_known() => 0,
        Ok(_) => 1,
        Err(()) => 2,
    };
    let scheme = Scheme { length: 18, alphabet: b"0123456789X", passes, demerit };
    identifier::corrections(text, limit, &scheme)
}

fn check(digits: &[u8]) -> u8 {
    let sum: u16 = digits.iter().zip(WEIGHTS).map(|(d, w)| u16::from(d.wrapping_sub(b'0')) * w).sum();
    CHECKS[usize::from(sum % 11)]
}

/// The digits read as a number; the caller has made sure that they are digits.
fn number(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |n, d| n * 10 + u32::from(d.wrapping_sub(b'0')))
}

/// Whether `YYYYMMDD` is a day of the Gregorian calendar (year 1 or later).
fn real_date(yyyymmdd: u32) -> bool {
    let (year, month, day) = (yyyymmdd / 10_000, yyyymmdd / 100 % 100, yyyymmdd % 100);
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    year > 0 && (1..=days).contains(&day)
}

fn birth(digits: u32, on: NaiveDate) -> Result<NaiveDate, IdentifierError> {
    let (year, month, day) = (digits / 10_000, digits / 100 % 100, digits % 100);
    let date = i32::try_from(year)
        .ok()
        .filter(|_| real_date(digits))
        .and_then(|y| NaiveDate::from_ymd_opt(y, month, day))
        .ok_or(IdentifierError::BirthDate { digits })?;
    if date > on || on.year() - date.year() > GREATEST_AGE {
        return Err(IdentifierError::BirthDateRange { digits });
    }
    Ok(date)
}

#[cfg(test)]
mod tests;
