//! Defects (缺陷): every way of being wrong that the checker must find, each planted alone in an otherwise correct
//! row, with what the checker has to say about it.

mod codes;
mod dates;
mod ids;
mod lines;
mod lists;
mod numbers;
mod rules;
mod texts;

use standards::pack::Severity;

use crate::city::City;
use crate::layout::{Column, Format};
use crate::options::Options;
use crate::records::{Row, Subject};
use crate::rng::Rng;
use crate::template::{Part, Resource};

pub(crate) use lines::{Again, Effects, Insert, Shift};

/// A way of being wrong.
pub struct Defect {
    /// Name; `--rate NAME=SHARE` takes it.
    pub name: &'static str,
    /// What it looks like, in Chinese.
    pub about: &'static str,
    /// Code of the finding expected.
    pub code: &'static str,
    /// Observed pattern expected; empty when none.
    pub pattern: &'static str,
    /// Severity expected.
    pub severity: Severity,
    /// Resources in whose files it is planted.
    pub resources: &'static [Resource],
    /// How often, relative to the others.
    pub weight: f64,
    plant: fn(&mut Scene<'_>) -> Option<Planted>,
}

impl Defect {
    /// Tries to plant the defect; `None` when the row offers no place for it, and then the row is unchanged.
    pub(crate) fn plant(&self, scene: &mut Scene<'_>) -> Option<Planted> {
        (self.plant)(scene)
    }
}

/// A line of a table of defects.
const fn defect(
    name: &'static str,
    about: &'static str,
    (code, pattern, severity): (&'static str, &'static str, Severity),
    resources: &'static [Resource],
    weight: f64,
    plant: fn(&mut Scene<'_>) -> Option<Planted>,
) -> Defect {
    Defect { name, about, code, pattern, severity, resources, weight, plant }
}

/// Where a defect is planted.
pub(crate) struct Scene<'a> {
    pub city: &'a City,
    pub rng: &'a mut Rng,
    pub row: &'a mut Row,
    pub effects: &'a mut Effects,
    /// The columns of the file.
    pub columns: &'a [Column],
    /// Its format.
    pub format: Format,
}

impl Scene<'_> {
    /// The resource of the row.
    fn resource(&self) -> Resource {
        self.row.resource
    }

    /// The field that plays a part in the resource.
    fn field(&self, part: Part) -> Option<&'static str> {
        self.row.resource.field(part)
    }

    /// Whether the row is about an entity.
    fn is_entity(&self) -> bool {
        matches!(self.row.subject, Subject::Entity(_))
    }

    /// Writes a value into a field as text and reports it.
    fn write(&mut self, field: &'static str, value: impl Into<String>) -> Planted {
        self.row.set(field, value);
        self.effects.texts.push(field);
        Planted { field: Some(field), suggestion: None, guess: false, register: false }
    }
}

/// What was planted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Planted {
    /// The field under which the finding is expected; none when the whole row is meant.
    pub field: Option<&'static str>,
    /// The suggestion expected first, where one can be known.
    pub suggestion: Option<String>,
    /// Whether several values would mend it, so that the checker may propose one without being sure.
    pub guess: bool,
    /// Whether finding it, or its suggestion, needs the register of legal entities.
    pub register: bool,
}

impl Planted {
    /// The mended value is known.
    fn suggest(mut self, value: impl Into<String>) -> Self {
        self.suggestion = Some(value.into());
        self
    }

    /// The mended value can only be guessed.
    fn guess(mut self) -> Self {
        (self.suggestion, self.guess, self.register) = (None, true, false);
        self
    }

    /// It takes the register of legal entities to find it.
    fn with_register(mut self) -> Self {
        self.register = true;
        self
    }

    /// The whole row is meant.
    fn row() -> Self {
        Self { field: None, suggestion: None, guess: false, register: false }
    }
}

/// Every resource but the list of authorities, which has to be right.
const ALL: &[Resource] = &[
    Resource::LegalEntity,
    Resource::Person,
    Resource::Licence2018,
    Resource::Penalty2018,
    Resource::Licence2016,
    Resource::Penalty2016,
];
const NEW: &[Resource] = &[Resource::Licence2018, Resource::Penalty2018];
const DECISIONS: &[Resource] =
    &[Resource::Licence2018, Resource::Penalty2018, Resource::Licence2016, Resource::Penalty2016];

/// Every defect, in the order of the ledger's summary.
#[must_use]
pub fn all() -> Vec<&'static Defect> {
    [
        codes::DEFECTS,
        ids::DEFECTS,
        dates::DEFECTS,
        numbers::DEFECTS,
        lists::DEFECTS,
        texts::DEFECTS,
        rules::DEFECTS,
        lines::DEFECTS,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The defects of a resource with the share of its rows that each takes.
pub(crate) fn rates(options: &Options, resource: Resource) -> Vec<(&'static Defect, f64)> {
    let own: Vec<_> = all().into_iter().filter(|d| d.resources.contains(&resource)).collect();
    let total: f64 = own.iter().filter(|d| !options.rates.contains_key(d.name)).map(|d| d.weight).sum();
    own.into_iter()
        .map(|d| {
            let rate = options
                .rates
                .get(d.name)
                .copied()
                .unwrap_or_else(|| options.defects * d.weight / total.max(1e-9));
            (d, rate)
        })
        .collect()
}

/// Every defect of every resource with the share of rows that it takes.
#[must_use]
pub fn default_rates(options: &Options) -> Vec<(Resource, &'static Defect, f64)> {
    Resource::ALL
        .into_iter()
        .flat_map(|resource| {
            rates(options, resource).into_iter().map(move |(defect, rate)| (resource, defect, rate))
        })
        .collect()
}

/// Full-width form of digits, letters and signs.
fn full_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '!'..='~' => char::from_u32(c as u32 + 0xFEE0).unwrap_or(c),
            c => c,
        })
        .collect()
}

/// The text with the character at a position replaced.
fn replaced(text: &str, at: usize, new: char) -> String {
    text.chars().enumerate().map(|(i, c)| if i == at { new } else { c }).collect()
}

/// The text with the character at a position and the next one exchanged.
fn exchanged(text: &str, at: usize) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    if at + 1 < chars.len() {
        chars.swap(at, at + 1);
    }
    chars.into_iter().collect()
}

/// The text with something put before the character at a position.
fn inserted(text: &str, at: usize, new: &str) -> String {
    let split = text.char_indices().nth(at).map_or(text.len(), |(i, _)| i);
    format!("{}{new}{}", &text[..split], &text[split..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_weights_positive() {
        let mut names: Vec<_> = all().iter().map(|d| d.name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(all().iter().all(|d| d.weight > 0.0 && !d.resources.is_empty() && !d.about.is_empty()));
    }

    #[test]
    fn text_is_bent_where_asked() {
        assert_eq!(full_width("91A"), "９１Ａ");
        assert_eq!(replaced("9137", 2, 'O'), "91O7");
        assert_eq!(exchanged("9137", 1), "9317");
        assert_eq!(inserted("9137", 2, " "), "91 37");
    }
}
