use proptest::prelude::*;

use super::*;
use crate::CorrectionKind;

const VALID: &[&str] = &[
    "91110000600037341L",
    "11100000000013338W",
    "91441900MA0DEM013W",
    "92370602MA0DEM021B",
    "93371402MA0DEM03X2",
    "1133090000DEM004X0",
    "1241040000DEM0058H",
    "1144190000DEM0082P",
    "1137060200DEM00909",
    "5137060000DEM0066P",
];

#[test]
fn known_codes_are_valid() {
    for code in VALID {
        assert_eq!(validate(code).map(|c| c.to_string()), Ok((*code).to_owned()));
        assert!(is_valid(code.as_bytes()));
        assert_eq!(check_character(&code[..17]), code.chars().last());
    }
}

#[test]
fn the_parts_of_a_code() {
    let code = validate("92370602MA0DEM021B").unwrap();
    assert_eq!((code.prefix(), code.division(), code.org_code()), ("92", "370602", "MA0DEM021"));
    assert!(code.is_sole_trader() && code.org_code_valid() && code.division_known());
    assert_eq!(prefix(code.prefix()).unwrap().kind_zh, "个体工商户");
    assert!(prefix("18").is_none());
    assert!(prefixes().is_sorted_by(|a, b| a.code < b.code));
}

#[test]
fn each_wrong_code_is_told_why() {
    let why = |s: &str| validate(s).unwrap_err();
    assert_eq!(why("91441900MA0DEM013X"), IdentifierError::CheckCharacter { expected: 'W', found: 'X' });
    assert_eq!(why("91441900MA0DEMO13W"), IdentifierError::Character { position: 15, found: 'O' });
    assert_eq!(why("9144190OMA0DEM013W"), IdentifierError::Character { position: 8, found: 'O' });
    assert_eq!(why("91441900ma0dem013w"), IdentifierError::Character { position: 9, found: 'm' });
    assert_eq!(why("91441900MA0DEM013"), IdentifierError::Length { found: 17 });
    assert_eq!(why("９1441900MA0DEM013W"), IdentifierError::Character { position: 1, found: '９' });
    assert_eq!(why("00000000000000000X"), IdentifierError::Placeholder);
    assert_eq!(why(""), IdentifierError::Length { found: 0 });
    assert!(is_placeholder(" 00000000000000000x"));
}

#[test]
fn a_letter_in_the_division_is_wrong_even_if_the_check_passes() {
    let mut code = b"91A41900MA0DEM0130".to_vec();
    let check = check_character(std::str::from_utf8(&code[..17]).unwrap()).unwrap();
    code[17] = check as u8;
    assert!(!is_valid(&code));
    assert_eq!(
        validate(std::str::from_utf8(&code).unwrap()),
        Err(IdentifierError::Character { position: 3, found: 'A' })
    );
}

#[test]
fn the_right_remedy_comes_first() {
    let first = |s: &str| {
        let c = corrections(s, 1).remove(0);
        (c.value, c.kind, c.position)
    };
    let right = "91441900MA0DEM013W".to_owned();
    assert_eq!(first("91441900MA0DEMO13W"), (right.clone(), CorrectionKind::LookAlike, 15));
    assert_eq!(first("9144190OMA0DEM013W"), (right.clone(), CorrectionKind::LookAlike, 8));
    assert_eq!(first("9I44I9OOMA0DEM013W"), (right.clone(), CorrectionKind::LookAlike, 2));
    assert_eq!(first("91441900ma0dem013w"), (right.clone(), CorrectionKind::Folded, 0));
    assert_eq!(first("91441900MA0DME013W"), (right.clone(), CorrectionKind::Transposition, 13));
    assert_eq!(first("91441900MAA0DEM013W").0, right);
    assert!(corrections("91441900MA0DEM013W", 9).is_empty());
    assert!(corrections("无", 9).is_empty());
}

fn code() -> impl Strategy<Value = String> {
    let c = || prop::sample::select(ALPHABET.to_vec());
    let digit = || prop::sample::select(b"0123456789".to_vec());
    (prop::collection::vec(c(), 2), prop::collection::vec(digit(), 6), prop::collection::vec(c(), 9))
        .prop_map(|(a, b, c)| {
            let mut s = String::from_utf8([a, b, c].concat()).unwrap();
            s.push(check_character(&s).unwrap());
            s
        })
}

proptest! {
    #[test]
    fn a_code_with_its_check_character_is_valid(code in code()) {
        prop_assert!(is_valid(code.as_bytes()));
        prop_assert!(validate(&code).is_ok());
    }

    /// 31 is prime and every weight is not 0 mod 31, so no single substitution can pass.
    #[test]
    fn any_single_substitution_is_caught(code in code(), at in 0usize..18, to in 0usize..31) {
        let mut wrong = code.clone().into_bytes();
        prop_assume!(wrong[at] != ALPHABET[to]);
        wrong[at] = ALPHABET[to];
        prop_assert!(!is_valid(&wrong));
    }

    #[test]
    fn corrections_hold_the_original(code in code(), at in 0usize..18, to in 0usize..31) {
        let mut wrong = code.clone().into_bytes();
        prop_assume!(wrong[at] != ALPHABET[to]);
        wrong[at] = ALPHABET[to];
        let found = corrections(std::str::from_utf8(&wrong).unwrap(), usize::MAX);
        prop_assert!(found.iter().any(|c| c.value == code));
        prop_assert!(found.iter().all(|c| is_valid(c.value.as_bytes())));
    }

    /// Neighbours differ in weight, so swapping unlike ones is caught too.
    #[test]
    fn swapped_neighbours_are_caught_and_mended(code in code(), at in 0usize..17) {
        let mut wrong = code.clone().into_bytes();
        prop_assume!(wrong[at] != wrong[at + 1]);
        wrong.swap(at, at + 1);
        prop_assert!(!is_valid(&wrong));
        let found = corrections(std::str::from_utf8(&wrong).unwrap(), usize::MAX);
        prop_assert!(found.iter().any(|c| c.value == code));
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,24}", bytes in prop::collection::vec(any::<u8>(), 0..24)) {
        let valid = validate(&text).is_ok();
        prop_assert_eq!(valid, is_valid(text.as_bytes()));
        let _ = (is_valid(&bytes), corrections(&text, 5), fold(&text), is_placeholder(&text));
    }
}
