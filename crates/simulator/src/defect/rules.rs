//! Defects that show only against a register.

use standards::pack::Severity::{Reject, Warn};

use super::{DECISIONS, Defect, NEW, Planted, Scene, defect};
use crate::records::Subject;
use crate::template::Part;

#[rustfmt::skip]
pub(super) const DEFECTS: &[Defect] = &[
    defect("name-of-another", "名称和代码不是同一家", ("E107", "", Reject), DECISIONS, 4.0, name_of_another),
    defect("entity-unknown", "法人库里没有这家企业", ("E109", "", Warn), DECISIONS, 3.0, entity_unknown),
    defect("authority-unknown", "机关名称不全", ("E501", "", Warn), DECISIONS, 3.0, authority_unknown),
    defect("authority-code-of-another", "机关名称和代码对不上", ("E502", "", Reject), NEW, 3.0, authority_code),
];

/// Which of the two is wrong cannot be known; the register's name for the code is offered.
fn name_of_another(s: &mut Scene<'_>) -> Option<Planted> {
    let Subject::Entity(i) = s.row.subject else { return None };
    let own = &s.city.entities[i];
    let other = &s.city.entities[s.rng.below(s.city.known_entities())];
    (own.kind == other.kind && own.code != other.code && s.row.part(Part::Code) == own.code).then_some(())?;
    let field = s.field(Part::Name)?;
    Some(s.write(field, &*other.name).suggest(&*own.name).with_register())
}

fn entity_unknown(s: &mut Scene<'_>) -> Option<Planted> {
    let Subject::Entity(i) = s.row.subject else { return None };
    let stranger = s.city.stranger(s.rng);
    (stranger.kind == s.city.entities[i].kind).then_some(())?;
    for part in [Part::RegistrationNumber, Part::OrgCode, Part::TaxNumber] {
        s.row.set_part(part, "");
    }
    let (name, code) = (s.field(Part::Name)?, s.field(Part::Code)?);
    s.row.set(code, stranger.code);
    Some(s.write(name, stranger.name).with_register())
}

fn authority_unknown(s: &mut Scene<'_>) -> Option<Planted> {
    let field = s.field(Part::Authority)?;
    let short = s.row.get(field).strip_prefix(s.city.name)?.to_owned();
    Some(s.write(field, short).with_register())
}

fn authority_code(s: &mut Scene<'_>) -> Option<Planted> {
    let field = s.field(Part::AuthorityCode)?;
    let own = s.row.get(field).to_owned();
    let other = s.rng.pick(&s.city.departments).org.uscc.clone()?;
    (other != own).then_some(())?;
    Some(s.write(field, other).suggest(own).with_register())
}
