//! The fictional city (虚构城市): organisations, entities and people, all from one seed.

mod departments;
mod entity;
mod names;
mod org;
pub mod work;

use chrono::NaiveDate;
use kernel::Role;
use serde::Serialize;

pub use entity::{Entity, EntityKind, Person};
pub(crate) use entity::{city_division, date, slashed};
pub(crate) use names::DISTRICTS;
pub use names::{NOTICE, NOTICE_EN};
pub(crate) use org::DISTRICT_DIVISIONS;
pub use org::{Department, Org, OrgKind, Responsible};

use crate::options::Options;
use crate::rng::Rng;

/// An account worth creating in a demo (建议账号). It has no password: whoever creates it gives one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Sign-in name.
    pub login: String,
    /// Shown name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Code of the organisation it belongs to.
    pub org: String,
}

/// The fictional city.
#[derive(Debug, Clone)]
pub struct City {
    /// What it was generated with.
    pub options: Options,
    /// Name.
    pub name: &'static str,
    /// Name in English; says that it is simulated.
    pub name_en: &'static str,
    /// The whole tree, parents before children.
    pub orgs: Vec<Org>,
    /// Departments that decide and report.
    pub departments: Vec<Department>,
    /// Accounts worth creating: one per role, and a data officer for each department.
    pub accounts: Vec<Account>,
    /// Legal entities and sole traders. The last tenth appears in no decision, so that a defect planted in its
    /// register row cannot echo elsewhere.
    pub entities: Vec<Entity>,
    /// People; again the last tenth appears in no decision.
    pub persons: Vec<Person>,
}

impl City {
    /// The city of a seed at a scale, with every other option at its default.
    #[must_use]
    pub fn generate(seed: u64, scale: crate::Scale) -> Self {
        Self::with(Options::new(seed, scale))
    }

    /// The city of the options.
    #[must_use]
    pub fn with(options: Options) -> Self {
        let size = options.scale.size();
        let (orgs, departments) = org::build(options.seed, size.townships, size.villages);
        let mut rng = Rng::new(options.seed, "entities");
        let entities = (0..size.entities).map(|i| entity::build(&mut rng, i, options.as_of)).collect();
        let mut rng = Rng::new(options.seed, "persons");
        let persons = (0..size.persons).map(|i| entity::person(&mut rng, i)).collect();
        let accounts = accounts(&orgs);
        Self {
            options,
            name: names::CITY,
            name_en: names::CITY_EN,
            orgs,
            departments,
            accounts,
            entities,
            persons,
        }
    }

    /// How many of the entities, from the first, may be the subject of a decision.
    #[must_use]
    pub fn known_entities(&self) -> usize {
        self.entities.len() - self.entities.len() / 10
    }

    /// How many of the people, from the first, may be the subject of a decision.
    #[must_use]
    pub fn known_persons(&self) -> usize {
        self.persons.len() - self.persons.len() / 10
    }

    /// An entity that is in no register: well-formed, and unknown to everybody.
    pub(crate) fn stranger(&self, rng: &mut Rng) -> Entity {
        let index = self.entities.len() + 10_000 + rng.below(1_000);
        entity::build(rng, index, self.options.as_of)
    }

    /// First day of the simulated history.
    pub(crate) fn begin(&self) -> NaiveDate {
        use chrono::{Datelike, Days, Months};
        if self.options.staggered {
            return self.options.as_of - Days::new(30 * u64::from(self.options.months));
        }
        let first_of_month = date(self.options.as_of.year(), self.options.as_of.month(), 1);
        first_of_month - Months::new(self.options.months.saturating_sub(1))
    }
}

fn accounts(orgs: &[Org]) -> Vec<Account> {
    let account = |login: &str, name: &str, role: Role, org: &str| Account {
        login: login.to_owned(),
        name: name.to_owned(),
        role,
        org: org.to_owned(),
    };
    let mut accounts = vec![
        account("admin", "系统管理员", Role::Administrator, "city"),
        account("steward", "数据局管理员", Role::BureauSteward, "dept-dsj"),
        account("auditor", "审计员", Role::Auditor, "city"),
        account("consumer", "使用方", Role::Consumer, "dept-fgw"),
    ];
    for org in orgs {
        let person = org.responsible.as_ref().map_or("", |r| r.name.as_str());
        match org.kind {
            OrgKind::Department => accounts.push(account(
                org.code.trim_start_matches("dept-"),
                person,
                Role::DataOfficer,
                &org.code,
            )),
            OrgKind::Township => accounts.push(account(
                &format!("town-{}", org.division),
                person,
                Role::TownshipClerk,
                &org.code,
            )),
            OrgKind::City | OrgKind::District | OrgKind::Village => {}
        }
    }
    accounts
}
