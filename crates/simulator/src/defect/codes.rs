//! Defects of 统一社会信用代码 and its fellows.

use standards::pack::Severity::{Reject, Warn};

use super::{DECISIONS, Defect, NEW, Planted, Scene, exchanged, full_width, inserted, replaced};
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

macro_rules! code_defect {
    ($name:literal, $about:literal, $code:literal, $pattern:literal, $severity:ident, $resources:expr, $weight:literal, $plant:expr) => {
        Defect {
            name: $name,
            about: $about,
            code: $code,
            pattern: $pattern,
            severity: $severity,
            resources: $resources,
            weight: $weight,
            plant: $plant,
        }
    };
}

pub(super) const DEFECTS: &[Defect] = &[
    code_defect!("code-full-width", "代码写成全角", "W610", "full-width", Warn, WITH_CODE, 4.0, |s| {
        folded(s, |c, _| full_width(c))
    }),
    code_defect!("code-lower-case", "代码写成小写", "W610", "lower-case", Warn, WITH_CODE, 3.0, |s| {
        folded(s, |c, _| c.to_lowercase())
    }),
    code_defect!("code-spaces", "代码中有空格", "W610", "spaces", Warn, WITH_CODE, 4.0, |s| folded(
        s,
        |c, at| inserted(c, at, " ")
    )),
    code_defect!("code-line-break", "代码中有换行", "W610", "line-break", Warn, WITH_CODE, 2.0, |s| {
        folded(s, |c, at| inserted(c, at, "\n"))
    }),
    code_defect!("code-apostrophe", "代码前有撇号", "W610", "apostrophe", Warn, WITH_CODE, 2.0, |s| {
        folded(s, |c, _| format!("'{c}"))
    }),
    code_defect!("code-quoted", "代码带引号", "W610", "quoted", Warn, WITH_CODE, 1.0, |s| folded(
        s,
        |c, _| format!("“{c}”")
    )),
    code_defect!(
        "code-invisible",
        "代码中有看不见的字符",
        "W610",
        "invisible",
        Warn,
        WITH_CODE,
        1.0,
        |s| folded(s, |c, at| inserted(c, at, "\u{200b}"))
    ),
    code_defect!("code-hyphens", "代码中有横线", "W610", "separator", Warn, WITH_CODE, 2.0, |s| folded(
        s,
        |c, _| inserted(&inserted(c, 8, "-"), 18, "-")
    )),
    code_defect!(
        "code-letter-o",
        "代码中的0写成字母O",
        "E103",
        "letter-o",
        Reject,
        WITH_CODE,
        5.0,
        |s| letter(s, '0', 'O')
    ),
    code_defect!(
        "code-letter-i",
        "代码中的1写成字母I",
        "E103",
        "letter-i",
        Reject,
        WITH_CODE,
        2.0,
        |s| letter(s, '1', 'I')
    ),
    code_defect!(
        "code-letter-z",
        "代码中的2写成字母Z",
        "E103",
        "letter-other",
        Reject,
        WITH_CODE,
        1.0,
        |s| letter(s, '2', 'Z')
    ),
    code_defect!("code-masked", "代码打了星号", "E103", "masked", Reject, DECISIONS, 1.0, |s| {
        let code = entity_code(s)?;
        let field = code_field(s)?;
        Some(s.write(field, format!("{}********{}", &code[..6], &code[14..])))
    }),
    code_defect!(
        "code-scientific",
        "代码变成科学计数法",
        "E102",
        "scientific",
        Reject,
        DECISIONS,
        3.0,
        scientific
    ),
    code_defect!(
        "code-registration-number",
        "代码处填了15位注册号",
        "E102",
        "registration-number",
        Reject,
        DECISIONS,
        4.0,
        |s| {
            let number = registration_number(s)?;
            let field = code_field(s)?;
            Some(s.write(field, number))
        }
    ),
    code_defect!(
        "code-register-number",
        "登记簿中只有15位注册号",
        "W611",
        "",
        Warn,
        &[Resource::LegalEntity],
        6.0,
        |s| {
            let number = registration_number(s)?;
            let field = code_field(s)?;
            Some(s.write(field, number))
        }
    ),
    code_defect!(
        "code-org-code",
        "代码处填了9位组织机构代码",
        "E102",
        "org-code",
        Reject,
        DECISIONS,
        2.0,
        |s| {
            let code = entity_code(s)?;
            let field = code_field(s)?;
            Some(s.write(field, &code[8..17]))
        }
    ),
    code_defect!("code-too-short", "代码少一位", "E102", "too-short", Reject, WITH_CODE, 3.0, |s| {
        let code = entity_code(s)?;
        let field = code_field(s)?;
        Some(s.write(field, &code[..17]))
    }),
    code_defect!("code-too-long", "代码多出两位", "E102", "too-long", Reject, WITH_CODE, 2.0, |s| {
        let code = entity_code(s)?;
        let field = code_field(s)?;
        Some(s.write(field, format!("{code}00")))
    }),
    code_defect!(
        "code-one-character",
        "代码抄错一位",
        "E104",
        "known-name",
        Reject,
        DECISIONS,
        6.0,
        |s| {
            let code = entity_code(s)?;
            let at = 8 + s.rng.below(9);
            let old = code.as_bytes()[at];
            let new = *s.rng.pick(&ident::USCC_CHARS[..10]);
            // A digit for a digit, as people misread them; the check always notices a single change.
            (new != old).then_some(())?;
            let field = code_field(s)?;
            Some(s.write(field, replaced(&code, at, char::from(new))).suggest(code).with_register())
        }
    ),
    code_defect!(
        "code-transposed",
        "代码相邻两位颠倒",
        "E104",
        "known-name",
        Reject,
        DECISIONS,
        4.0,
        |s| {
            let code = entity_code(s)?;
            let at = 9 + s.rng.below(7);
            let wrong = exchanged(&code, at);
            (wrong != code && !ident::uscc_passes(&wrong)).then_some(())?;
            let field = code_field(s)?;
            Some(s.write(field, wrong).suggest(code).with_register())
        }
    ),
    code_defect!(
        "placeholder-on-firm",
        "企业用17个0加X代替代码",
        "E105",
        "",
        Reject,
        NEW,
        3.0,
        |s| {
            is_firm(s).then_some(())?;
            let field = code_field(s)?;
            Some(s.write(field, ident::PLACEHOLDER))
        }
    ),
    code_defect!(
        "org-code-check",
        "组织机构代码校验位不对",
        "E112",
        "check-digit",
        Reject,
        NEW,
        2.0,
        |s| {
            let code = entity_code(s)?;
            let field = s.resource().field(Part::OrgCode)?;
            let org = &code[8..17];
            let last = if org.ends_with('7') { '4' } else { '7' };
            Some(s.write(field, replaced(org, 8, last)))
        }
    ),
    code_defect!(
        "registration-number-check",
        "15位注册号校验位不对",
        "E113",
        "check-digit",
        Reject,
        NEW,
        2.0,
        |s| {
            let number = registration_number(s)?;
            let field = s.resource().field(Part::RegistrationNumber)?;
            let last = if number.ends_with('7') { '4' } else { '7' };
            Some(s.write(field, replaced(&number, 14, last)))
        }
    ),
    code_defect!("registration-number-shape", "注册号是老式编号", "W613", "", Warn, NEW, 2.0, |s| {
        registration_number(s)?;
        let field = s.resource().field(Part::RegistrationNumber)?;
        let number = format!("企合临总字第{:06}号", s.rng.below(1_000_000));
        Some(s.write(field, number))
    }),
    code_defect!(
        "tax-number-length",
        "税务登记号位数不对",
        "E114",
        "length",
        Reject,
        NEW,
        2.0,
        |s| {
            let code = entity_code(s)?;
            let field = s.resource().field(Part::TaxNumber)?;
            Some(s.write(field, &code[..12]))
        }
    ),
];

fn code_field(s: &Scene<'_>) -> Option<&'static str> {
    s.resource().field(Part::Code)
}

/// The true code of the row's entity, where the row carries one.
fn entity_code(s: &Scene<'_>) -> Option<String> {
    match s.row.subject {
        Subject::Entity(i) => Some(s.city.entities[i].code.clone()),
        Subject::Person(_) => None,
    }
}

fn registration_number(s: &Scene<'_>) -> Option<String> {
    match s.row.subject {
        Subject::Entity(i) => s.city.entities[i].registration_number.clone(),
        Subject::Person(_) => None,
    }
}

fn is_firm(s: &Scene<'_>) -> bool {
    matches!(s.row.subject, Subject::Entity(i) if s.city.entities[i].kind != EntityKind::SoleTrader)
}

/// A harmless difference in writing: accepted, and the true code suggested.
fn folded(s: &mut Scene<'_>, bend: fn(&str, usize) -> String) -> Option<Planted> {
    let code = entity_code(s)?;
    let field = code_field(s)?;
    let at = 2 + s.rng.below(14);
    let wrong = bend(&code, at);
    (wrong != code).then_some(())?;
    Some(s.write(field, wrong).suggest(code))
}

/// A digit written as the letter that looks like it.
fn letter(s: &mut Scene<'_>, digit: char, letter: char) -> Option<Planted> {
    let code = entity_code(s)?;
    let field = code_field(s)?;
    let places: Vec<usize> = code.char_indices().filter(|(_, c)| *c == digit).map(|(i, _)| i).collect();
    let at = *places.get(s.rng.below(places.len()))?;
    Some(s.write(field, replaced(&code, at, letter)).suggest(code))
}

/// An all-digit code of 18 characters as Excel shows it. Only old codes are all digits.
fn scientific(s: &mut Scene<'_>) -> Option<Planted> {
    let code = entity_code(s)?;
    code.bytes().all(|b| b.is_ascii_digit()).then_some(())?;
    let value: f64 = code.parse().ok()?;
    let field = code_field(s)?;
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
