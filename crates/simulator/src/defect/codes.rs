//! Defects of 统一社会信用代码 and its fellows.

use standards::pack::Severity::{Reject, Warn};

use super::{DECISIONS, Defect, NEW, Planted, Scene, defect, exchanged, full_width, inserted, replaced};
use crate::city::EntityKind;
use crate::ident;
use crate::records::Subject;
use crate::template::{Part, Resource};

/// Resources that hold the code of an entity.
const WITH_CODE: &[Resource] = &[
    Resource::LegalEntity,
    Resource::Licence2018,
    Resource::Penalty2018,
    Resource::Licence2016,
    Resource::Penalty2016,
];
const REGISTER: &[Resource] = &[Resource::LegalEntity];

#[rustfmt::skip]
pub(super) const DEFECTS: &[Defect] = &[
    defect("code-full-width", "代码写成全角", ("E510", "full-width", Warn), WITH_CODE, 4.0, |s| folded(s, |c, _| full_width(c))),
    defect("code-lower-case", "代码写成小写", ("E510", "lower-case", Warn), WITH_CODE, 3.0, |s| folded(s, |c, _| c.to_lowercase())),
    defect("code-spaces", "代码中有空格", ("E510", "spaces", Warn), WITH_CODE, 4.0, |s| folded(s, |c, at| inserted(c, at, " "))),
    defect("code-line-break", "代码中有换行", ("E510", "line-break", Warn), WITH_CODE, 2.0, |s| folded(s, |c, at| inserted(c, at, "\n"))),
    defect("code-apostrophe", "代码前有撇号", ("E510", "apostrophe", Warn), WITH_CODE, 2.0, |s| folded(s, |c, _| format!("'{c}"))),
    defect("code-quoted", "代码带引号", ("E510", "quoted", Warn), WITH_CODE, 1.0, |s| folded(s, |c, _| format!("“{c}”"))),
    defect("code-invisible", "代码中有看不见的字符", ("E510", "invisible", Warn), WITH_CODE, 1.0, |s| folded(s, |c, at| inserted(c, at, "\u{200b}"))),
    defect("code-hyphens", "代码中有横线", ("E510", "hyphen", Warn), WITH_CODE, 2.0, |s| folded(s, |c, _| inserted(&inserted(c, 8, "-"), 18, "-"))),
    defect("code-letter-o", "代码中的0写成字母O", ("E103", "letter-o", Reject), WITH_CODE, 5.0, |s| letter(s, '0', 'O')),
    defect("code-letter-i", "代码中的1写成字母I", ("E103", "letter-i", Reject), WITH_CODE, 2.0, |s| letter(s, '1', 'I')),
    defect("code-letter-z", "代码中的2写成字母Z", ("E103", "", Reject), DECISIONS, 1.0, |s| Some(letter(s, '2', 'Z')?.with_register())),
    defect("code-masked", "代码打了星号", ("E103", "masked", Reject), DECISIONS, 1.0, |s| bent(s, |c| Some(format!("{}********{}", &c[..6], &c[14..])))),
    defect("code-scientific", "代码变成科学计数法", ("E102", "scientific", Reject), DECISIONS, 3.0, scientific),
    defect("code-registration-number", "代码处填了15位注册号", ("E102", "registration-number", Reject), DECISIONS, 4.0, old_number),
    defect("code-org-code", "代码处填了9位组织机构代码", ("E102", "organisation-code", Reject), DECISIONS, 2.0, |s| bent(s, |c| Some(c[8..17].to_owned()))),
    defect("code-too-short", "代码少一位", ("E102", "", Reject), WITH_CODE, 3.0, |s| bent(s, |c| Some(c[..17].to_owned()))),
    defect("code-too-long", "代码多出两位", ("E102", "", Reject), WITH_CODE, 2.0, |s| bent(s, |c| Some(format!("{c}00")))),
    defect("code-one-character", "代码抄错一位", ("E104", "known", Reject), WITH_CODE, 6.0, one_character),
    defect("code-transposed", "代码相邻两位颠倒", ("E104", "known", Reject), WITH_CODE, 4.0, transposed),
    defect("code-inner-check", "代码中间的组织机构代码校验位不对", ("W604", "", Warn), REGISTER, 2.0, inner_check),
    defect("code-division-unknown", "代码中的行政区划从未有过", ("W603", "", Warn), REGISTER, 2.0, division_unknown),
    defect("code-register-number", "登记簿中只有15位注册号", ("E114", "registration-number", Warn), REGISTER, 6.0, old_number),
    defect("code-register-missing", "登记簿中没有代码", ("E115", "", Warn), REGISTER, 2.0, |s| bent(s, |_| Some(String::new()))),
    defect("placeholder-on-firm", "企业用17个0加X代替代码", ("E105", "", Reject), NEW, 3.0, |s| {
        is_firm(s).then_some(())?;
        bent(s, |_| Some(ident::PLACEHOLDER.to_owned()))
    }),
    defect("org-code-check", "组织机构代码校验位不对", ("E111", "checksum", Reject), NEW, 2.0, org_code_check),
    defect("registration-number-check", "15位注册号校验位不对", ("E112", "", Reject), NEW, 2.0, registration_check),
    defect("registration-number-shape", "注册号是老式编号", ("E116", "", Warn), NEW, 2.0, |s| {
        registration_number(s)?;
        let field = s.field(Part::RegistrationNumber)?;
        let number = format!("企合临总字第{:06}号", s.rng.below(1_000_000));
        Some(s.write(field, number))
    }),
    defect("tax-number-length", "税务登记号位数不对", ("E113", "", Reject), NEW, 2.0, |s| {
        let (code, field) = (entity_code(s)?, s.field(Part::TaxNumber)?);
        Some(s.write(field, &code[..12]))
    }),
    defect("source-code-prefix", "来源单位代码不像机关", ("E117", "", Warn), NEW, 2.0, |s| {
        let field = s.field(Part::SourceCode)?;
        let code = s.city.entities[s.rng.below(s.city.known_entities())].code.clone();
        Some(s.write(field, code))
    }),
];

/// The true code of the row's entity, where the row carries one.
fn entity_code(s: &Scene<'_>) -> Option<String> {
    match s.row.subject {
        Subject::Entity(i) => Some(s.city.entities[i].code.clone()),
        Subject::Person(_) | Subject::Department(_) => None,
    }
}

fn registration_number(s: &Scene<'_>) -> Option<String> {
    match s.row.subject {
        Subject::Entity(i) => s.city.entities[i].registration_number.clone(),
        Subject::Person(_) | Subject::Department(_) => None,
    }
}

fn is_firm(s: &Scene<'_>) -> bool {
    matches!(s.row.subject, Subject::Entity(i) if s.city.entities[i].kind != EntityKind::SoleTrader)
}

/// A wrong code from which the true one cannot be known.
fn bent(s: &mut Scene<'_>, bend: fn(&str) -> Option<String>) -> Option<Planted> {
    let (code, field) = (entity_code(s)?, s.field(Part::Code)?);
    let wrong = bend(&code)?;
    Some(s.write(field, wrong))
}

/// A harmless difference in writing: accepted, and the true code suggested.
fn folded(s: &mut Scene<'_>, bend: fn(&str, usize) -> String) -> Option<Planted> {
    let (code, field) = (entity_code(s)?, s.field(Part::Code)?);
    let at = 2 + s.rng.below(14);
    let wrong = bend(&code, at);
    (wrong != code).then_some(())?;
    Some(s.write(field, wrong).suggest(code))
}

/// A digit written as the letter that looks like it.
fn letter(s: &mut Scene<'_>, digit: char, letter: char) -> Option<Planted> {
    let (code, field) = (entity_code(s)?, s.field(Part::Code)?);
    let places: Vec<usize> = code.char_indices().filter(|(_, c)| *c == digit).map(|(i, _)| i).collect();
    let at = *places.get(s.rng.below(places.len()))?;
    Some(s.write(field, replaced(&code, at, letter)).suggest(code))
}

/// A digit for a digit, as people misread them; the check always notices a single change.
fn one_character(s: &mut Scene<'_>) -> Option<Planted> {
    let (code, field) = (entity_code(s)?, s.field(Part::Code)?);
    let at = 8 + s.rng.below(9);
    let old = code.as_bytes()[at];
    let new = *s.rng.pick(&ident::USCC_CHARS[..10]);
    (new != old).then_some(())?;
    Some(s.write(field, replaced(&code, at, char::from(new))).suggest(code).with_register())
}

fn transposed(s: &mut Scene<'_>) -> Option<Planted> {
    let (code, field) = (entity_code(s)?, s.field(Part::Code)?);
    let wrong = exchanged(&code, 9 + s.rng.below(7));
    (wrong != code && !ident::uscc_passes(&wrong)).then_some(())?;
    Some(s.write(field, wrong).suggest(code).with_register())
}

/// Right as a whole, wrong inside: as some real codes are.
fn inner_check(s: &mut Scene<'_>) -> Option<Planted> {
    let (code, field) = (entity_code(s)?, s.field(Part::Code)?);
    let inner = if code.as_bytes()[16] == b'7' { '4' } else { '7' };
    let mut wrong = replaced(&code[..17], 16, inner);
    wrong.push(ident::uscc_check(&wrong));
    Some(s.write(field, wrong))
}

fn division_unknown(s: &mut Scene<'_>) -> Option<Planted> {
    let (code, field) = (entity_code(s)?, s.field(Part::Code)?);
    let mut wrong = format!("{}512299{}", &code[..2], &code[8..17]);
    wrong.push(ident::uscc_check(&wrong));
    Some(s.write(field, wrong))
}

fn old_number(s: &mut Scene<'_>) -> Option<Planted> {
    let (number, field) = (registration_number(s)?, s.field(Part::Code)?);
    Some(s.write(field, number))
}

fn org_code_check(s: &mut Scene<'_>) -> Option<Planted> {
    let (code, field) = (entity_code(s)?, s.field(Part::OrgCode)?);
    let org = &code[8..17];
    let last = if org.ends_with('7') { '4' } else { '7' };
    Some(s.write(field, replaced(org, 8, last)).guess())
}

fn registration_check(s: &mut Scene<'_>) -> Option<Planted> {
    let (number, field) = (registration_number(s)?, s.field(Part::RegistrationNumber)?);
    let last = if number.ends_with('7') { '4' } else { '7' };
    Some(s.write(field, replaced(&number, 14, last)))
}

/// An all-digit code of 18 characters as Excel shows it. Only old codes are all digits.
fn scientific(s: &mut Scene<'_>) -> Option<Planted> {
    let (code, field) = (entity_code(s)?, s.field(Part::Code)?);
    code.bytes().all(|b| b.is_ascii_digit()).then_some(())?;
    let value: f64 = code.parse().ok()?;
    let planted = s.write(field, shown_in_excel(value));
    s.effects.numbers.push((field, value));
    Some(planted)
}

/// A number of more than eleven digits as Excel shows it: `9.14419E+17`.
pub(super) fn shown_in_excel(value: f64) -> String {
    let exponent = value.abs().log10().floor();
    let mantissa = format!("{:.5}", value / 10_f64.powf(exponent));
    format!("{}E+{exponent}", mantissa.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::shown_in_excel;

    #[test]
    fn long_numbers_look_as_in_excel() {
        assert_eq!(shown_in_excel(370_602_188_002_290_010.0), "3.70602E+17");
        assert_eq!(shown_in_excel(441_900_000_000_012.0), "4.419E+14");
    }
}
