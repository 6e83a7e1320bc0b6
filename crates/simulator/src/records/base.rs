//! Rows of the base libraries (基础库): legal entities and people.

use super::{Row, Subject};
use crate::city::{City, DISTRICT_DIVISIONS, city_division, slashed};
use crate::template::Resource;

/// The row of an entity.
pub(crate) fn legal_entity(city: &City, index: usize) -> Row {
    let entity = &city.entities[index];
    let mut row = Row::new(Resource::LegalEntity, Subject::Entity(index), None);
    row.cells = vec![
        entity.name.clone(),
        entity.code.clone(),
        slashed(entity.registered_on),
        entity.type_name().to_owned(),
        entity.representative.clone(),
        entity.capital.clone(),
        entity.scope.clone(),
        "模拟省".to_owned(),
        city.name.to_owned(),
        entity.address.clone(),
    ];
    row
}

/// The row of a department in the list of authorities.
pub(crate) fn authority(city: &City, index: usize) -> Row {
    let department = &city.departments[index];
    let mut row = Row::new(Resource::Authority, Subject::Department(index), None);
    let division =
        if department.org.division.len() == 6 { department.org.division.clone() } else { city_division() };
    row.cells = vec![
        department.org.name.clone(),
        department.org.uscc.clone().unwrap_or_default(),
        department.document_prefix.clone(),
        division,
    ];
    row
}

/// The row of a person.
pub(crate) fn person(city: &City, index: usize) -> Row {
    let person = &city.persons[index];
    let mut row = Row::new(Resource::Person, Subject::Person(index), None);
    row.cells = vec![
        person.id.clone(),
        person.name.clone(),
        person.sex.to_owned(),
        "01".to_owned(),
        slashed(person.birth),
        person.address.clone(),
        DISTRICT_DIVISIONS[person.district].to_owned(),
        person.phone.clone(),
    ];
    row
}
