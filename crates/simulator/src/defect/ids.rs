//! Defects of 公民身份号码, of documents on the wrong row, and of what else a person's row holds.

use chrono::Datelike;
use standards::pack::Severity::{Reject, Warn};

use super::codes::shown_in_excel;
use super::{Defect, NEW, Planted, Scene, defect, exchanged, full_width, inserted, replaced};
use crate::ident;
use crate::records::Subject;
use crate::template::{Part, Resource};

/// Resources whose rows on people carry a checked identity number.
const WITH_ID: &[Resource] = &[
    Resource::Person,
    Resource::Licence2018,
    Resource::Penalty2018,
    Resource::Licence2016,
    Resource::Penalty2016,
];
const PERSON: &[Resource] = &[Resource::Person];
const OLD: &[Resource] = &[Resource::Licence2016, Resource::Penalty2016];

#[rustfmt::skip]
pub(super) const DEFECTS: &[Defect] = &[
    defect("id-full-width", "身份证号码写成全角", ("E510", "full-width", Warn), WITH_ID, 2.0, |s| folded(s, full_width)),
    defect("id-spaces", "身份证号码中有空格", ("E510", "spaces", Warn), WITH_ID, 3.0, |s| folded(s, |id| inserted(&inserted(id, 6, " "), 15, " "))),
    defect("id-apostrophe", "身份证号码前有撇号", ("E510", "apostrophe", Warn), WITH_ID, 2.0, |s| folded(s, |id| format!("'{id}"))),
    defect("id-scientific", "身份证号码变成科学计数法", ("E201", "scientific", Reject), WITH_ID, 4.0, scientific),
    defect("id-masked", "身份证号码打了星号", ("E201", "masked", Reject), WITH_ID, 2.0, |s| bent(s, |id| Some(format!("{}********{}", &id[..6], &id[14..])))),
    defect("id-fifteen", "填了15位老号码", ("E201", "id15", Reject), NEW, 2.0, first_generation),
    defect("id-first-generation", "旧版里填了15位老号码", ("E206", "", Warn), OLD, 2.0, first_generation),
    defect("id-too-short", "身份证号码少一位", ("E201", "", Reject), WITH_ID, 2.0, |s| bent(s, |id| Some(id[..17].to_owned()))),
    defect("id-too-long", "身份证号码多一位", ("E201", "", Reject), WITH_ID, 2.0, |s| bent(s, |id| Some(format!("{id}0")))),
    defect("id-birth", "身份证号码里的生日不存在", ("E202", "", Reject), WITH_ID, 3.0, |s| Some(bent(s, impossible_birth)?.guess())),
    defect("id-one-character", "身份证号码抄错一位", ("E203", "suggestion", Reject), WITH_ID, 4.0, one_character),
    defect("id-transposed", "身份证号码相邻两位颠倒", ("E203", "suggestion", Reject), WITH_ID, 3.0, transposed),
    defect("id-lost-digits", "身份证号码末三位被表格变成000", ("E203", "trailing-zeros", Reject), WITH_ID, 2.0, |s| bent(s, lost_digits)),
    defect("id-letter-o", "身份证号码中的0写成字母O", ("E201", "letter-o", Reject), WITH_ID, 3.0, letter_o),
    defect("id-on-firm", "企业记录填了自然人证件号码", ("E204", "", Reject), NEW, 3.0, |s| {
        s.is_entity().then_some(())?;
        let field = s.field(Part::Id)?;
        let id = s.city.persons[s.rng.below(s.city.persons.len())].id.clone();
        Some(s.write(field, id).suggest(""))
    }),
    defect("document-type-on-firm", "企业记录填了证件类型", ("E511", "", Reject), NEW, 1.0, |s| {
        s.is_entity().then_some(())?;
        let field = s.field(Part::IdType)?;
        Some(s.write(field, "身份证").suggest(""))
    }),
    defect("code-on-person", "自然人记录填了统一社会信用代码", ("E511", "", Reject), NEW, 3.0, |s| {
        (!s.is_entity()).then_some(())?;
        let field = s.field(Part::Code)?;
        let code = s.city.entities[s.rng.below(s.city.known_entities())].code.clone();
        Some(s.write(field, code).suggest(""))
    }),
    defect("representative-type-missing", "法定代表人有证件号码没有类型", ("E208", "", Reject), NEW, 1.0, |s| {
        s.is_entity().then_some(())?;
        let (kind, number) = (s.field(Part::RepresentativeIdType)?, s.field(Part::RepresentativeId)?);
        let id = s.city.persons[s.rng.below(s.city.persons.len())].id.clone();
        s.row.set(kind, "");
        Some(s.write(number, id))
    }),
    defect("birth-contradicts-id", "出生日期与身份证号码不一致", ("E207", "", Warn), PERSON, 2.0, |s| {
        let birth = person(s)?.birth;
        let field = s.field(Part::Birth)?;
        let wrong = format!("{:04}/{:02}/{:02}", birth.year() + 1, birth.month(), birth.day().min(28));
        Some(s.write(field, wrong).suggest(crate::city::slashed(birth)))
    }),
    defect("sex-contradicts-id", "性别与身份证号码不一致", ("E207", "", Warn), PERSON, 2.0, |s| {
        let true_sex = person(s)?.sex;
        let field = s.field(Part::Sex)?;
        Some(s.write(field, if true_sex == "1" { "2" } else { "1" }).suggest(true_sex))
    }),
    defect("sex-in-words", "性别写成汉字", ("E410", "", Warn), PERSON, 2.0, |s| {
        let true_sex = person(s)?.sex;
        let field = s.field(Part::Sex)?;
        Some(s.write(field, if true_sex == "1" { "男" } else { "女" }).suggest(true_sex))
    }),
    defect("phone-too-short", "电话少两位", ("E512", "", Warn), PERSON, 2.0, |s| {
        let phone = s.row.part(Part::Phone).to_owned();
        let field = s.field(Part::Phone)?;
        Some(s.write(field, phone.get(..phone.len().checked_sub(2)?)?))
    }),
    defect("division-shape", "区划代码少一位", ("E513", "", Reject), PERSON, 2.0, |s| {
        let division = s.row.part(Part::Division).to_owned();
        let field = s.field(Part::Division)?;
        Some(s.write(field, division.get(..5)?))
    }),
    defect("division-unknown", "区划代码从未有过", ("W603", "", Warn), PERSON, 2.0, |s| {
        let field = s.field(Part::Division)?;
        Some(s.write(field, "512299"))
    }),
];

/// The row's person, where the row carries an identity number that is checked.
fn person<'a>(s: &Scene<'a>) -> Option<&'a crate::city::Person> {
    match s.row.subject {
        Subject::Person(i) => s.field(Part::Id).map(|_| &s.city.persons[i]),
        Subject::Entity(_) | Subject::Department(_) => None,
    }
}

/// A wrong number from which the true one cannot be known.
fn bent(s: &mut Scene<'_>, bend: fn(&str) -> Option<String>) -> Option<Planted> {
    let wrong = bend(&person(s)?.id)?;
    let field = s.field(Part::Id)?;
    Some(s.write(field, wrong))
}

/// A harmless difference in writing: accepted, and the true number suggested.
fn folded(s: &mut Scene<'_>, bend: fn(&str) -> String) -> Option<Planted> {
    let id = person(s)?.id.clone();
    let field = s.field(Part::Id)?;
    Some(s.write(field, bend(&id)).suggest(id))
}

/// The old form with one of the sequences 996 to 999, which were kept for people born in the 1800s.
fn first_generation(s: &mut Scene<'_>) -> Option<Planted> {
    let sequence = 996 + s.rng.below(4);
    let first = format!("{}{sequence}", &person(s)?.id[..14]);
    let field = s.field(Part::Id)?;
    let old = format!("{}{}", &first[..6], &first[8..]);
    Some(s.write(field, old).suggest(format!("{first}{}", ident::id_check(&first))))
}

fn scientific(s: &mut Scene<'_>) -> Option<Planted> {
    let value: f64 = person(s)?.id.parse().ok()?;
    let field = s.field(Part::Id)?;
    let planted = s.write(field, shown_in_excel(value));
    s.effects.numbers.push((field, value));
    Some(planted)
}

/// The 31st day of a thirteenth month, check character in order.
fn impossible_birth(id: &str) -> Option<String> {
    let wrong = format!("{}1331{}", &id[..10], &id[14..17]);
    Some(format!("{wrong}{}", ident::id_check(&wrong)))
}

fn lost_digits(id: &str) -> Option<String> {
    let wrong = format!("{}000", &id[..15]);
    (ident::id_check(&wrong[..17]) != '0').then_some(wrong)
}

/// Many numbers are one slip away from a wrong one, so which was meant can only be guessed.
fn one_character(s: &mut Scene<'_>) -> Option<Planted> {
    let id = person(s)?.id.clone();
    let new = char::from(b'0' + s.rng.below(10) as u8);
    let wrong = replaced(&id, 14 + s.rng.below(3), new);
    (wrong != id && !wrong.ends_with("000")).then_some(())?;
    let field = s.field(Part::Id)?;
    Some(s.write(field, wrong).guess())
}

fn transposed(s: &mut Scene<'_>) -> Option<Planted> {
    let id = person(s)?.id.clone();
    let wrong = exchanged(&id, 14 + s.rng.below(2));
    (wrong != id && !wrong.ends_with("000")).then_some(())?;
    let field = s.field(Part::Id)?;
    Some(s.write(field, wrong).guess())
}

fn letter_o(s: &mut Scene<'_>) -> Option<Planted> {
    let id = person(s)?.id.clone();
    let at = id[..17].rfind('0')?;
    let field = s.field(Part::Id)?;
    Some(s.write(field, replaced(&id, at, 'O')).suggest(id))
}
