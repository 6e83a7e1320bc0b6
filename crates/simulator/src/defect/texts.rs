//! Defects of texts and names.

use standards::pack::Severity::{Reject, Warn};

use super::{DECISIONS, Defect, Scene};
use crate::template::{Part, Resource};

const NAMED: &[Resource] = &[
    Resource::LegalEntity,
    Resource::Licence2018,
    Resource::Penalty2018,
    Resource::Licence2016,
    Resource::Penalty2016,
];

macro_rules! text_defect {
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
    text_defect!("name-spaces", "名称前后有空格", "W610", "spaces", Warn, NAMED, 4.0, |s| {
        let (field, name) = name(s)?;
        Some(s.write(field, format!(" {name}　")).suggest(name))
    }),
    text_defect!("name-line-break", "名称中有换行", "W610", "line-break", Warn, NAMED, 2.0, |s| {
        let (field, name) = name(s)?;
        Some(s.write(field, super::inserted(&name, 4, "\n")).suggest(name))
    }),
    text_defect!(
        "name-mixed-brackets",
        "名称括号一半中文一半英文",
        "E110",
        "",
        Warn,
        NAMED,
        4.0,
        |s| {
            let (field, name) = name(s)?;
            name.contains('）').then_some(())?;
            Some(s.write(field, name.replace('）', ")")).suggest(name))
        }
    ),
    text_defect!("text-mojibake", "文字变成乱码", "E506", "mojibake", Reject, NAMED, 3.0, |s| {
        let (field, name) = name(s)?;
        let ruined = mojibake(&name)?;
        Some(s.write(field, ruined).suggest(name))
    }),
    text_defect!(
        "text-question-marks",
        "文字变成问号",
        "E506",
        "question-marks",
        Reject,
        NAMED,
        2.0,
        |s| {
            let (field, name) = name(s)?;
            Some(s.write(field, "?".repeat(name.chars().count())))
        }
    ),
    text_defect!("content-too-long", "内容超长", "E505", "", Reject, DECISIONS, 2.0, |s| {
        let field = s.resource().field(Part::Content)?;
        let text = s.row.get(field).to_owned();
        let times = 4_200 / text.chars().count().max(1) + 1;
        Some(s.write(field, format!("{text}；").repeat(times)))
    }),
    text_defect!("id-in-text", "内容里写了身份证号码", "E205", "", Reject, DECISIONS, 3.0, |s| {
        let person = &s.city.persons[s.rng.below(s.city.persons.len())];
        let (name, id) = (person.name.clone(), person.id.clone());
        let field = s.resource().field(Part::Content)?;
        let text = s.row.get(field).to_owned();
        Some(s.write(field, format!("{text}（{name}，身份证号{id}）")))
    }),
    text_defect!("document-no-year", "文书号没有年份", "E503", "year", Warn, DECISIONS, 3.0, |s| {
        let (field, number) = document(s)?;
        let (start, end) = (number.find('〔')?, number.find('〕')?);
        Some(s.write(field, format!("{}第{}", &number[..start], &number[end + '〕'.len_utf8()..])))
    }),
    text_defect!(
        "document-unpaired",
        "文书号括号不成对",
        "E503",
        "brackets",
        Warn,
        DECISIONS,
        3.0,
        |s| {
            let (field, number) = document(s)?;
            Some(s.write(field, number.replace('〕', "")))
        }
    ),
];

/// The field of the subject's name and its true value.
fn name(s: &Scene<'_>) -> Option<(&'static str, String)> {
    let field = s.resource().field(Part::Name)?;
    let name = s.row.get(field).to_owned();
    (name.chars().count() > 5).then_some((field, name))
}

fn document(s: &Scene<'_>) -> Option<(&'static str, String)> {
    let field = s.resource().field(Part::Document)?;
    Some((field, s.row.get(field).to_owned()))
}

/// UTF-8 read as GBK, the commonest ruin; only where nothing was lost, so that it can be undone.
fn mojibake(text: &str) -> Option<String> {
    let (ruined, _, failed) = encoding_rs::GBK.decode(text.as_bytes());
    let (back, _, lost) = encoding_rs::GBK.encode(&ruined);
    (!failed && !lost && *back == *text.as_bytes()).then(|| ruined.into_owned())
}
