use proptest::prelude::*;

use super::*;
use crate::CorrectionKind;

/// Invented holders born in the 19th century, and the two printed examples of the standard.
const VALID: &[&str] = &[
    "370602188002290010",
    "441900189912310022",
    "330902188010011236",
    "41040218850715004X",
    "371402189001010106",
    "11010519491231002X",
    "440524188001010014",
];

fn on() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
}

#[test]
fn known_numbers_are_valid() {
    for code in VALID {
        assert_eq!(validate(code, on()).map(|c| c.to_string()), Ok((*code).to_owned()));
        assert!(is_valid(code.as_bytes()) && is_valid(code.to_lowercase().as_bytes()));
        assert_eq!(check_character(&code[..17]), code.chars().last());
    }
    assert_eq!(validate("41040218850715004x", on()).unwrap().as_str(), "41040218850715004X");
}

#[test]
fn the_parts_of_a_number() {
    let card = validate("370602188002290010", on()).unwrap();
    assert_eq!(card.division(), "370602");
    assert_eq!(card.birth_date(), NaiveDate::from_ymd_opt(1880, 2, 29).unwrap());
    assert_eq!(card.sex(), Sex::Male);
    assert_eq!(validate("441900189912310022", on()).unwrap().sex(), Sex::Female);
    assert!(!format!("{card:?}").contains("18800229"));
}

#[test]
fn each_wrong_number_is_told_why() {
    let why = |s: &str| validate(s, on()).unwrap_err();
    assert_eq!(why("37060218800229001"), IdentifierError::Length { found: 17 });
    assert_eq!(why("37060218800229O010"), IdentifierError::Character { position: 15, found: 'O' });
    assert_eq!(why("X70602188002290010"), IdentifierError::Character { position: 1, found: 'X' });
    // 1900 was no leap year
    assert_eq!(why("370602190002290010"), IdentifierError::BirthDate { digits: 19_000_229 });
    assert_eq!(why("370602188013010010"), IdentifierError::BirthDate { digits: 18_801_301 });
    assert_eq!(why("370602000002290010"), IdentifierError::BirthDate { digits: 229 });
    assert_eq!(why("370602187502280010"), IdentifierError::BirthDateRange { digits: 18_750_228 });
    assert_eq!(why("370602202611220010"), IdentifierError::BirthDateRange { digits: 20_261_122 });
    assert_eq!(why("370602188002290011"), IdentifierError::CheckCharacter { expected: '0', found: '1' });
}

#[test]
fn the_day_of_the_check_decides_whether_a_birth_is_past() {
    let mut text = "37060218991231001".to_owned();
    text.push(check_character(&text).unwrap());
    assert!(validate(&text, NaiveDate::from_ymd_opt(1899, 12, 31).unwrap()).is_ok());
    assert!(validate(&text, NaiveDate::from_ymd_opt(1899, 12, 30).unwrap()).is_err());
}

#[test]
fn the_old_form_becomes_the_new() {
    // The standard's own example: 110105 491231 002 was issued before the change.
    assert_eq!(upgrade("110105491231002", on()).unwrap().as_str(), "11010519491231002X");
    assert_eq!(parse("110105491231002", on()), parse("11010519491231002X", on()));
    assert_eq!(upgrade("110105491331002", on()), Err(IdentifierError::BirthDate { digits: 19_491_331 }));
    assert_eq!(
        upgrade("11010549123100X", on()),
        Err(IdentifierError::Character { position: 15, found: 'X' })
    );
    assert_eq!(parse("1101054912310", on()), Err(IdentifierError::Length { found: 13 }));
}

/// A number for a division and a birth. The sequence 998 was kept for people of a hundred years, so it is nobody's.
fn number_for(division: &str, birth: &str) -> IdCard {
    let mut text = format!("{division}{birth}998");
    text.push(check_character(&text).unwrap());
    validate(&text, on()).unwrap()
}

#[test]
fn the_division_counts_from_1984_not_from_birth() {
    assert!(number_for("370602", "18800229").division_known(), "in force since 1983");
    assert!(number_for("110221", "18800229").division_known(), "Changping county until 1999");
    assert!(!number_for("110221", "20100101").division_known(), "gone before this birth");
    assert!(!number_for("370699", "18800229").division_known(), "never existed");
    assert!(!number_for("100000", "18800229").division_known(), "bodies of the State");
    assert!(number_for("830000", "18800229").division_known(), "residence permit of Taiwan");
}

#[test]
fn the_right_remedy_is_proposed() {
    let right = "41040218850715004X";
    assert_eq!(corrections("41O40218850715004X", on(), 1)[0].value, right);
    let swapped = corrections("41040218857015004X", on(), usize::MAX);
    assert!(swapped.iter().any(|c| c.value == right && c.kind == CorrectionKind::Transposition));
    assert_eq!(corrections("４1040218850715004x", on(), 1)[0].kind, CorrectionKind::Folded);
    assert!(corrections(right, on(), 3).is_empty());
}

fn number_strategy() -> impl Strategy<Value = String> {
    (100_000u32..700_000, 0u64..7_300, 0u32..1000).prop_map(|(division, day, seq)| {
        let birth = NaiveDate::from_ymd_opt(1880, 1, 1).unwrap() + chrono::Days::new(day);
        let mut s = format!("{division}{}{seq:03}", birth.format("%Y%m%d"));
        s.push(check_character(&s).unwrap());
        s
    })
}

proptest! {
    #[test]
    fn a_number_with_its_check_character_is_valid(code in number_strategy()) {
        prop_assert!(is_valid(code.as_bytes()));
        prop_assert!(validate(&code, on()).is_ok());
    }

    /// 11 is prime and no weight is 0 mod 11, so no single wrong digit passes; the original is proposed.
    #[test]
    fn any_single_wrong_digit_is_caught_and_mended(code in number_strategy(), at in 0usize..17, to in b'0'..=b'9') {
        let mut wrong = code.clone().into_bytes();
        prop_assume!(wrong[at] != to);
        wrong[at] = to;
        let wrong = String::from_utf8(wrong).unwrap();
        prop_assert!(!is_valid(wrong.as_bytes()));
        prop_assert!(validate(&wrong, on()).is_err());
        let found = corrections(&wrong, on(), usize::MAX);
        prop_assert!(found.iter().any(|c| c.value == code));
        prop_assert!(found.iter().all(|c| is_valid(c.value.as_bytes())));
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,20}", digits in "[0-9]{15}", nearly in "[0-9]{17}[0-9Xx]") {
        let _ = (parse(&text, on()), corrections(&text, on(), 3), is_valid(text.as_bytes()));
        let _ = parse(&digits, on());
        if validate(&nearly, on()).is_ok() {
            prop_assert!(is_valid(nearly.as_bytes()));
        }
    }

    #[test]
    fn the_calendar_agrees_with_chrono(n in 0u32..30_000_000) {
        let date = NaiveDate::from_ymd_opt((n / 10_000) as i32, n / 100 % 100, n % 100);
        prop_assert_eq!(real_date(n), date.is_some() && n >= 10_000);
    }
}
