//! Defects that show only when cells are compared with each other or with registers.

use standards::pack::Severity::{Reject, Warn};

use super::{DECISIONS, Defect, NEW};
use crate::records::Subject;
use crate::template::Part;

macro_rules! rule_defect {
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
    rule_defect!("name-of-another", "名称和代码不是同一家", "E107", "", Reject, NEW, 4.0, |s| {
        let Subject::Entity(i) = s.row.subject else { return None };
        let own = &s.city.entities[i];
        let other = &s.city.entities[s.rng.below(s.city.known_entities())];
        (own.kind == other.kind && own.code != other.code).then_some(())?;
        let name = other.name.clone();
        let field = s.resource().field(Part::Name)?;
        Some(s.write(field, name).with_register())
    }),
    rule_defect!("entity-unknown", "法人库里没有这家企业", "E109", "", Warn, NEW, 3.0, |s| {
        let Subject::Entity(i) = s.row.subject else { return None };
        let stranger = s.city.stranger(s.rng);
        (stranger.kind == s.city.entities[i].kind).then_some(())?;
        s.row.set_part(Part::Name, stranger.name);
        s.row.set_part(Part::RegistrationNumber, "");
        s.row.set_part(Part::OrgCode, "");
        s.row.set_part(Part::TaxNumber, "");
        let field = s.resource().field(Part::Code)?;
        Some(s.write(field, stranger.code).with_register())
    }),
    rule_defect!("authority-unknown", "机关名称不全", "E501", "", Warn, DECISIONS, 3.0, |s| {
        let field = s.resource().field(Part::Authority)?;
        let short = s.row.get(field).trim_start_matches(s.city.name).to_owned();
        (short != s.row.get(field)).then_some(())?;
        Some(s.write(field, short).with_register())
    }),
    rule_defect!(
        "authority-code-of-another",
        "机关名称和代码对不上",
        "E502",
        "",
        Reject,
        NEW,
        3.0,
        |s| {
            let field = s.resource().field(Part::AuthorityCode)?;
            let own = s.row.get(field).to_owned();
            let other = s.rng.pick(&s.city.departments).org.uscc.clone()?;
            (other != own).then_some(())?;
            Some(s.write(field, other).suggest(own).with_register())
        }
    ),
];
