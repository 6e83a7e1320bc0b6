//! Defects of 公民身份号码, of documents on the wrong row, and of telephones.

use chrono::Datelike;
use standards::pack::Severity::{Reject, Warn};

use super::codes::shown_in_excel;
use super::{Defect, NEW, Planted, Scene, exchanged, full_width, inserted, replaced};
use crate::ident;
use crate::records::Subject;
use crate::template::{Part, Resource};

/// Resources whose rows on people carry a checked identity number.
const WITH_ID: &[Resource] = &[Resource::Person, Resource::Licence2018, Resource::Penalty2018];
const PERSON: &[Resource] = &[Resource::Person];

macro_rules! id_defect {
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
    id_defect!(
        "id-full-width",
        "身份证号码写成全角",
        "W610",
        "full-width",
        Warn,
        WITH_ID,
        2.0,
        |s| folded(s, |id, _| full_width(id))
    ),
    id_defect!(
        "id-lower-case",
        "身份证号码末位小写x",
        "W610",
        "lower-case",
        Warn,
        WITH_ID,
        2.0,
        |s| folded(s, |id, _| id.to_lowercase())
    ),
    id_defect!("id-spaces", "身份证号码中有空格", "W610", "spaces", Warn, WITH_ID, 3.0, |s| folded(
        s,
        |id, _| inserted(&inserted(id, 6, " "), 15, " ")
    )),
    id_defect!(
        "id-apostrophe",
        "身份证号码前有撇号",
        "W610",
        "apostrophe",
        Warn,
        WITH_ID,
        2.0,
        |s| folded(s, |id, _| format!("'{id}"))
    ),
    id_defect!(
        "id-scientific",
        "身份证号码变成科学计数法",
        "E201",
        "scientific",
        Reject,
        WITH_ID,
        4.0,
        |s| {
            let id = person_id(s)?;
            let value: f64 = id.parse().ok()?;
            let field = s.resource().field(Part::Id)?;
            let planted = s.write(field, shown_in_excel(value));
            s.effects.numbers.push((field, value));
            Some(planted)
        }
    ),
    id_defect!("id-masked", "身份证号码打了星号", "E201", "masked", Reject, WITH_ID, 2.0, |s| write(
        s,
        |id| Some(format!("{}********{}", &id[..6], &id[14..]))
    )),
    id_defect!("id-fifteen", "填了15位老号码", "E201", "fifteen", Reject, NEW, 2.0, |s| write(
        s,
        |id| Some(format!("{}{}", &id[..6], &id[8..17]))
    )),
    id_defect!("id-too-short", "身份证号码少一位", "E201", "too-short", Reject, WITH_ID, 2.0, |s| {
        write(s, |id| Some(id[..17].to_owned()))
    }),
    id_defect!("id-too-long", "身份证号码多一位", "E201", "too-long", Reject, WITH_ID, 2.0, |s| {
        write(s, |id| Some(format!("{id}0")))
    }),
    id_defect!("id-birth", "身份证号码里的生日不存在", "E202", "", Reject, WITH_ID, 3.0, |s| {
        write(s, |id| {
            let wrong = format!("{}1331{}", &id[..10], &id[14..17]);
            Some(format!("{wrong}{}", ident::id_check(&wrong)))
        })
    }),
    id_defect!(
        "id-one-character",
        "身份证号码抄错一位",
        "E203",
        "one-character",
        Reject,
        WITH_ID,
        4.0,
        |s| {
            let id = person_id(s)?;
            let at = 14 + s.rng.below(3);
            let new = char::from(b'0' + s.rng.below(10) as u8);
            let wrong = replaced(&id, at, new);
            (wrong != id).then_some(())?;
            let field = s.resource().field(Part::Id)?;
            Some(s.write(field, wrong))
        }
    ),
    id_defect!(
        "id-transposed",
        "身份证号码相邻两位颠倒",
        "E203",
        "transposed",
        Reject,
        WITH_ID,
        3.0,
        |s| {
            let id = person_id(s)?;
            let wrong = exchanged(&id, 14 + s.rng.below(2));
            (wrong != id).then_some(())?;
            let field = s.resource().field(Part::Id)?;
            Some(s.write(field, wrong))
        }
    ),
    id_defect!(
        "id-lost-digits",
        "身份证号码末三位被表格变成000",
        "E203",
        "lost-digits",
        Reject,
        WITH_ID,
        2.0,
        |s| {
            write(s, |id| {
                let wrong = format!("{}000", &id[..15]);
                (ident::id_check(&wrong[..17]) != '0').then_some(wrong)
            })
        }
    ),
    id_defect!(
        "id-letter-o",
        "身份证号码中的0写成字母O",
        "E206",
        "letter-o",
        Reject,
        WITH_ID,
        3.0,
        |s| {
            let id = person_id(s)?;
            let at = id[..17].rfind('0')?;
            let field = s.resource().field(Part::Id)?;
            Some(s.write(field, replaced(&id, at, 'O')).suggest(id))
        }
    ),
    id_defect!("id-on-firm", "企业记录填了自然人证件号码", "E204", "", Reject, NEW, 3.0, |s| {
        s.is_entity().then_some(())?;
        let field = s.resource().field(Part::Id)?;
        let id = s.city.persons[s.rng.below(s.city.persons.len())].id.clone();
        Some(s.write(field, id).suggest(""))
    }),
    id_defect!(
        "code-on-person",
        "自然人记录填了统一社会信用代码",
        "E111",
        "",
        Reject,
        NEW,
        3.0,
        |s| {
            (!s.is_entity()).then_some(())?;
            let field = s.resource().field(Part::Code)?;
            let code = s.city.entities[s.rng.below(s.city.known_entities())].code.clone();
            Some(s.write(field, code).suggest(""))
        }
    ),
    id_defect!(
        "birth-contradicts-id",
        "出生日期与身份证号码不一致",
        "E207",
        "",
        Reject,
        PERSON,
        2.0,
        |s| {
            let Subject::Person(i) = s.row.subject else { return None };
            let birth = s.city.persons[i].birth;
            let field = s.resource().field(Part::Birth)?;
            let wrong = format!("{:04}/{:02}/{:02}", birth.year() + 1, birth.month(), birth.day().min(28));
            Some(s.write(field, wrong).suggest(crate::city::slashed(birth)))
        }
    ),
    id_defect!("phone-too-short", "电话少一位", "E115", "too-short", Reject, PERSON, 2.0, |s| {
        let phone = s.row.part(Part::Phone).to_owned();
        let field = s.resource().field(Part::Phone)?;
        (phone.len() > 4).then(|| s.write(field, &phone[..phone.len() - 2]))
    }),
];

/// The true identity number of the row's person, where the row carries one.
fn person_id(s: &Scene<'_>) -> Option<String> {
    match s.row.subject {
        Subject::Person(i) if s.resource().field(Part::Id).is_some() => Some(s.city.persons[i].id.clone()),
        _ => None,
    }
}

fn write(s: &mut Scene<'_>, bend: fn(&str) -> Option<String>) -> Option<Planted> {
    let id = person_id(s)?;
    let wrong = bend(&id)?;
    let field = s.resource().field(Part::Id)?;
    Some(s.write(field, wrong))
}

fn folded(s: &mut Scene<'_>, bend: fn(&str, usize) -> String) -> Option<Planted> {
    let id = person_id(s)?;
    let wrong = bend(&id, 0);
    (wrong != id).then_some(())?;
    let field = s.resource().field(Part::Id)?;
    Some(s.write(field, wrong).suggest(id))
}
