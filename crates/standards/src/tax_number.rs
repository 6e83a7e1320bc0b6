//! Taxpayer number (纳税人识别号). Since 2015 the unified social credit code; before and beside it the forms of
//! SW 5-2013: organisations 15 characters, natural persons their identity number, sole traders that and two digits.

use chrono::NaiveDate;

use crate::identifier::{self, IdentifierError};
use crate::{id_card, org_code, uscc};

/// The form of a valid taxpayer number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TaxNumberForm {
    /// Unified social credit code (18).
    Uscc,
    /// Division (6) and organisation code (9), the form before 2015.
    Organisation,
    /// Identity number (18, or 15 in its old form): personal data.
    Person,
    /// Identity number and a sequence of two digits (20, or 17 with an old identity number): personal data.
    SoleTrader,
}

impl TaxNumberForm {
    /// Whether the number holds a person's identity number and must be masked.
    #[must_use]
    pub const fn is_personal(self) -> bool {
        matches!(self, Self::Person | Self::SoleTrader)
    }
}

/// Checks a taxpayer number as written and tells its form. `on` is the day of the check (see [`id_card::validate`]).
///
/// 15 digits that pass as organisation and as old identity number are taken for an organisation, whose check character
/// is the stronger evidence.
///
/// # Errors
/// What is wrong with it as the form its length suggests: 15 organisation, 17 and 20 sole trader, 18 unified code.
/// Other lengths are wrong lengths.
pub fn validate(text: &str, on: NaiveDate) -> Result<TaxNumberForm, IdentifierError> {
    if let Some(error) = identifier::first_wrong(text, |_, c| c.is_ascii_digit() || c.is_ascii_uppercase()) {
        // A wrong length is the first thing to tell, so a wrong character counts only at a right length.
        let found = text.chars().count();
        return Err(if matches!(found, 15 | 17 | 18 | 20) {
            error
        } else {
            IdentifierError::Length { found }
        });
    }
    match text.len() {
        15 => organisation(text)
            .map(|()| TaxNumberForm::Organisation)
            .or_else(|error| id_card::upgrade(text, on).map(|_| TaxNumberForm::Person).map_err(|_| error)),
        18 => uscc::validate(text)
            .map(|_| TaxNumberForm::Uscc)
            .or_else(|error| id_card::validate(text, on).map(|_| TaxNumberForm::Person).map_err(|_| error)),
        17 | 20 => {
            let (id, _) = text.split_at(text.len() - 2);
            let sequence_wrong = |i: usize, c: char| i < id.len() || c.is_ascii_digit();
            match identifier::first_wrong(text, sequence_wrong) {
                Some(error) => Err(error),
                None => id_card::parse(id, on).map(|_| TaxNumberForm::SoleTrader),
            }
        }
        found => Err(IdentifierError::Length { found }),
    }
}

/// Six digits of a division and nine of an organisation code.
fn organisation(text: &str) -> Result<(), IdentifierError> {
    if let Some(error) = identifier::first_wrong(text, |i, c| i >= 6 || c.is_ascii_digit()) {
        return Err(error);
    }
    org_code::validate(&text[6..]).map(|_| ()).map_err(|error| match error {
        IdentifierError::Character { position, found } => {
            IdentifierError::Character { position: position + 6, found }
        }
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn on() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
    }

    #[test]
    fn every_form_is_told() {
        for (text, form) in [
            ("91441900MA0DEM013W", TaxNumberForm::Uscc),
            ("370602600037341", TaxNumberForm::Organisation),
            ("370602MA0DEM021", TaxNumberForm::Organisation),
            ("370602188002290010", TaxNumberForm::Person),
            ("110105491231002", TaxNumberForm::Person),
            ("37060218800229001001", TaxNumberForm::SoleTrader),
            ("11010549123100201", TaxNumberForm::SoleTrader),
        ] {
            assert_eq!(validate(text, on()), Ok(form), "{text}");
            assert_eq!(form.is_personal(), matches!(form, TaxNumberForm::Person | TaxNumberForm::SoleTrader));
        }
    }

    #[test]
    fn each_wrong_number_is_told_why() {
        let why = |s: &str| validate(s, on()).unwrap_err();
        assert_eq!(why("370602600037342"), IdentifierError::CheckCharacter { expected: '1', found: '2' });
        assert_eq!(why("37O602600037341"), IdentifierError::Character { position: 3, found: 'O' });
        assert_eq!(why("370602600037A4B"), IdentifierError::Character { position: 15, found: 'B' });
        assert_eq!(why("3706021880022900100A"), IdentifierError::Character { position: 20, found: 'A' });
        assert_eq!(why("37060218801329001001"), IdentifierError::BirthDate { digits: 18_801_329 });
        assert_eq!(why("无"), IdentifierError::Length { found: 1 });
        assert_eq!(why("91441900MA0DEM013X"), IdentifierError::CheckCharacter { expected: 'W', found: 'X' });
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,22}", near in "[0-9A-Z]{15,20}") {
            let _ = (validate(&text, on()), validate(&near, on()));
        }
    }
}
