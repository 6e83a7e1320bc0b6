//! Correct rows (正确的数据行) as departments would write them if nobody ever made a mistake. Defects are planted
//! later, one to a row.

mod base;
mod licence;
mod penalty;

use chrono::NaiveDate;

pub(crate) use base::{authority, legal_entity, person};
pub(crate) use licence::licence;
pub(crate) use penalty::{penalty, ten_thousands};

use crate::city::{City, Department, Entity, EntityKind, Person};
use crate::ident::PLACEHOLDER;
use crate::rng::Rng;
use crate::template::{Part, Resource};

/// What a row is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Index into the city's entities.
    Entity(usize),
    /// Index into the city's people.
    Person(usize),
    /// Index into the city's departments.
    Department(usize),
}

/// One row, cells in template order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// The resource whose template the cells follow.
    pub resource: Resource,
    /// One text per field of the template; empty for no value.
    pub cells: Vec<String>,
    /// What the row is about.
    pub subject: Subject,
    /// When it was decided; none in the base libraries.
    pub decided: Option<NaiveDate>,
}

impl Row {
    fn new(resource: Resource, subject: Subject, decided: Option<NaiveDate>) -> Self {
        Self { resource, cells: vec![String::new(); resource.fields().len()], subject, decided }
    }

    /// The cell of a field by its code; empty for a field the template does not have.
    pub fn get(&self, field: &str) -> &str {
        self.resource.position(field).map_or("", |i| self.cells[i].as_str())
    }

    /// Sets the cell of a field by its code.
    pub fn set(&mut self, field: &str, value: impl Into<String>) {
        match self.resource.position(field) {
            Some(i) => self.cells[i] = value.into(),
            None => debug_assert!(false, "{} has no field {field}", self.resource.code()),
        }
    }

    /// Whether the field is one by which a decision is told from another (业务主键).
    pub fn names_it(&self, field: &str) -> bool {
        use Part as P;
        [
            P::Document,
            P::DecisionDate,
            P::Code,
            P::OrgCode,
            P::RegistrationNumber,
            P::Id,
            P::Name,
            P::Authority,
            P::AuthorityCode,
        ]
        .into_iter()
        .any(|part| self.resource.field(part) == Some(field))
    }

    /// The cell of the field that plays a part.
    pub fn part(&self, part: Part) -> &str {
        self.resource.field(part).map_or("", |field| self.get(field))
    }

    /// Sets the cell of the field that plays a part; nothing happens where no field does.
    pub fn set_part(&mut self, part: Part, value: impl Into<String>) {
        if let Some(field) = self.resource.field(part) {
            self.set(field, value);
        }
    }
}

/// Everything a decision row is made from.
pub(crate) struct Maker<'a> {
    pub city: &'a City,
    pub department: &'a Department,
    pub rng: &'a mut Rng,
    /// Running number of the department's decisions in the year.
    pub number: usize,
}

impl Maker<'_> {
    /// A document number, e.g. `汐市监食许〔2026〕100号`.
    fn document_number(&self, mark: &str, decided: NaiveDate) -> String {
        use chrono::Datelike;
        format!("{}{mark}〔{}〕{}号", self.department.document_prefix, decided.year(), self.number)
    }

    /// Picks an entity of the department's district (any, for a department of the city) that exists in the base library.
    fn pick_entity(&mut self) -> usize {
        self.rng.below(self.city.known_entities())
    }

    fn pick_person(&mut self) -> usize {
        self.rng.below(self.city.known_persons())
    }
}

/// Fills what every 2018 row says of its subject: name, kind, code, representative or document.
fn fill_subject(row: &mut Row, city: &City, rng: &mut Rng) {
    match row.subject {
        Subject::Entity(i) => {
            let entity = &city.entities[i];
            // Half-width brackets in a name are no mistake, and neither is the placeholder of a sole trader without a code.
            let half_width = rng.chance(0.3);
            let name = if half_width {
                entity.name.replace('（', "(").replace('）', ")")
            } else {
                entity.name.clone()
            };
            row.set_part(Part::Name, name);
            row.set_part(Part::Kind, kind_name(entity));
            let without_code = entity.kind == EntityKind::SoleTrader && rng.chance(0.03);
            row.set_part(Part::Code, if without_code { PLACEHOLDER } else { &*entity.code });
            row.set_part(Part::Representative, &*entity.representative);
            if let Some(number) = entity.registration_number.as_deref().filter(|_| rng.chance(0.5)) {
                row.set_part(Part::RegistrationNumber, number);
            }
            if rng.chance(0.2) {
                row.set_part(Part::OrgCode, entity.org_code());
            }
            if rng.chance(0.2) {
                row.set_part(Part::TaxNumber, &*entity.code);
            }
        }
        Subject::Person(i) => {
            let person = &city.persons[i];
            row.set_part(Part::Name, &*person.name);
            row.set_part(Part::Kind, "自然人");
            row.set_part(Part::IdType, "身份证");
            row.set_part(Part::Id, &*person.id);
        }
        // No decision is about a department.
        Subject::Department(_) => {}
    }
}

/// 行政相对人类别: sole traders (92) are a kind of their own in the 2018 edition.
fn kind_name(entity: &Entity) -> &'static str {
    if entity.kind == EntityKind::SoleTrader { "个体工商户" } else { "法人及非法人组织" }
}

/// The identity document of an organisation's representative, for the few rows that carry it.
fn representative_document(city: &City, rng: &mut Rng) -> Option<String> {
    let people: &[Person] = &city.persons;
    (!people.is_empty() && rng.chance(0.05)).then(|| people[rng.below(people.len())].id.clone())
}
