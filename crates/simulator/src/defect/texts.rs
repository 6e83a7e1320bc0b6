//! Defects of texts and names.

use standards::pack::Severity::{Reject, Warn};

use super::{DECISIONS, Defect, Scene, defect, inserted};
use crate::template::{Part, Resource};

const NAMED: &[Resource] = &[
    Resource::LegalEntity,
    Resource::Licence2018,
    Resource::Penalty2018,
    Resource::Licence2016,
    Resource::Penalty2016,
];

const REGISTER: &[Resource] = &[Resource::LegalEntity];
/// The 2016 licence takes any text as document number, even the character 空.
const NUMBERED: &[Resource] = &[Resource::Licence2018, Resource::Penalty2018, Resource::Penalty2016];

#[rustfmt::skip]
pub(super) const DEFECTS: &[Defect] = &[
    defect("name-spaces", "名称前后有空格", ("E510", "spaces", Warn), NAMED, 4.0, |s| {
        let (field, name) = name(s)?;
        Some(s.write(field, format!(" {name}　")).suggest(name))
    }),
    defect("name-line-break", "名称中有换行", ("E510", "line-break", Warn), NAMED, 2.0, |s| {
        let (field, name) = name(s)?;
        Some(s.write(field, inserted(&name, 4, "\n")).suggest(name))
    }),
    defect("name-mixed-brackets", "名称括号一半中文一半英文", ("E110", "", Warn), NAMED, 4.0, |s| {
        let (field, name) = name(s)?;
        name.contains('）').then_some(())?;
        Some(s.write(field, name.replace('）', ")")).suggest(name))
    }),
    defect("name-unpaired-brackets", "名称括号不成对", ("E110", "unpaired", Warn), REGISTER, 3.0, |s| {
        let (field, name) = name(s)?;
        name.contains('）').then_some(())?;
        Some(s.write(field, name.replace('）', "")))
    }),
    defect("name-is-code", "名称处填了代码", ("E515", "", Reject), NAMED, 2.0, |s| {
        let (field, _) = name(s)?;
        s.is_entity().then_some(())?;
        let code = s.row.part(Part::Code).to_owned();
        Some(s.write(field, code))
    }),
    defect("text-mojibake", "文字变成乱码", ("E506", "mojibake", Reject), NAMED, 3.0, |s| {
        let (field, name) = name(s)?;
        let ruined = mojibake(&name)?;
        Some(s.write(field, ruined).suggest(name))
    }),
    defect("text-question-marks", "文字变成问号", ("E506", "question-mark", Reject), NAMED, 2.0, |s| {
        let (field, name) = name(s)?;
        Some(s.write(field, "?".repeat(name.chars().count())))
    }),
    defect("text-question-mark-inside", "名称中一个字变成问号", ("E506", "question-mark-inside", Warn), REGISTER, 2.0, |s| {
        let (field, name) = name(s)?;
        Some(s.write(field, super::replaced(&name, 3, '?')))
    }),
    defect("content-too-long", "内容超长", ("E505", "", Reject), DECISIONS, 2.0, |s| {
        let field = s.field(Part::Content)?;
        let text = s.row.get(field).to_owned();
        let times = 4_200 / text.chars().count().max(1) + 1;
        Some(s.write(field, format!("{text}；").repeat(times)))
    }),
    defect("id-in-text", "内容里写了身份证号码", ("E205", "", Reject), DECISIONS, 3.0, |s| {
        let person = &s.city.persons[s.rng.below(s.city.persons.len())];
        let field = s.field(Part::Content)?;
        let text = s.row.get(field).to_owned();
        let planted = s.write(field, format!("{text}（{}，身份证号{}）", person.name, person.id));
        Some(planted.suggest(format!("{text}（{}）", person.name)))
    }),
    defect("phone-in-text", "内容里写了手机号码", ("E205", "phone", Reject), DECISIONS, 2.0, |s| {
        let field = s.field(Part::Content)?;
        let text = s.row.get(field).to_owned();
        let number = s.rng.below(10_000);
        // No operator has been given 160.
        let planted = s.write(field, format!("{text}（联系电话1600000{number:04}）"));
        Some(planted.suggest(text))
    }),
    defect("document-no-year", "文书号没有年份", ("E503", "no-year", Warn), NUMBERED, 3.0, |s| {
        let (field, number) = document(s)?;
        let (start, end) = (number.find('〔')?, number.find('〕')?);
        Some(s.write(field, format!("{}第{}", &number[..start], &number[end + '〕'.len_utf8()..])))
    }),
    defect("document-unpaired", "文书号括号不成对", ("E503", "unpaired", Warn), NUMBERED, 3.0, |s| {
        let (field, number) = document(s)?;
        Some(s.write(field, number.replace('〕', "")))
    }),
];

/// The field of the subject's name and its true value.
fn name(s: &Scene<'_>) -> Option<(&'static str, String)> {
    let field = s.field(Part::Name)?;
    let name = s.row.get(field).to_owned();
    (name.chars().count() > 5).then_some((field, name))
}

fn document(s: &Scene<'_>) -> Option<(&'static str, String)> {
    let field = s.field(Part::Document)?;
    Some((field, s.row.get(field).to_owned()))
}

/// UTF-8 read as GBK, the commonest ruin; only where nothing was lost, so that it can be undone.
fn mojibake(text: &str) -> Option<String> {
    let (ruined, _, failed) = encoding_rs::GBK.decode(text.as_bytes());
    let (back, _, lost) = encoding_rs::GBK.encode(&ruined);
    (!failed && !lost && *back == *text.as_bytes()).then(|| ruined.into_owned())
}
