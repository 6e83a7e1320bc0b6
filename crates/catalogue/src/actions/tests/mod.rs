//! Use cases on both databases.

mod entries;
mod files;
mod orgs;
mod overrides;
mod people;

use ::store::{Db, MigrationTrait};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use identity::org::{self, NewOrg, Org};
use kernel::{Actor, OrgId, Role, Scope, UserId};

use super::draft_from_pack;
use crate::model::Entry;

/// What the catalogue stands on.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    [::store::migrations(), shell::migrations(), identity::migrations(), crate::store::migrations()]
        .into_iter()
        .flatten()
        .collect()
}

/// A city with two bureaus and an office below the first, and who works there.
pub struct City {
    pub db: Db,
    pub city: Org,
    pub housing: Org,
    pub office: Org,
    pub health: Org,
    pub steward: Actor,
    pub officer: Actor,
    pub stranger: Actor,
    pub consumer: Actor,
}

pub const HOUSING: &str = "1144190000DEM0082P";
pub const HEALTH: &str = "11441900007330213K";

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The `n`-th minute of the story.
pub fn at(n: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).unwrap() + TimeDelta::minutes(n)
}

pub fn actor(name: &str, role: Role, org: Option<&Org>) -> Actor {
    Actor {
        user: Some(UserId::new()),
        credential: None,
        name: name.to_owned(),
        roles: vec![role],
        scope: org.map_or(Scope::City, |o| Scope::Org(o.org_id())),
        org: org.map(Org::org_id),
    }
}

pub async fn add(db: &Db, code: &str, name: &str, kind: &str, parent: Option<OrgId>) -> Org {
    let new = NewOrg {
        code: code.to_owned(),
        name_zh: name.to_owned(),
        name_en: name.to_owned(),
        kind: kind.to_owned(),
        parent,
        valid_from: day("2020-01-01"),
    };
    org::insert(db.conn(), new).await.unwrap()
}

impl City {
    pub async fn new(db: Db) -> Self {
        let city = add(&db, "441900", "示例市", "city", None).await;
        let housing = add(&db, HOUSING, "住房和城乡建设局", "department", Some(city.org_id())).await;
        let office = add(&db, "HOUSINGOFFICE", "房产交易中心", "unit", Some(housing.org_id())).await;
        let health = add(&db, HEALTH, "卫生健康局", "department", Some(city.org_id())).await;
        Self {
            steward: actor("数据局", Role::BureauSteward, None),
            officer: actor("住建数据员", Role::DataOfficer, Some(&housing)),
            stranger: actor("卫健数据员", Role::DataOfficer, Some(&health)),
            consumer: actor("使用方", Role::Consumer, Some(&health)),
            db,
            city,
            housing,
            office,
            health,
        }
    }

    /// A complete entry of the housing bureau.
    pub fn entry(&self, name: &str) -> Entry {
        let mut entry = draft_from_pack("licence-2018", HOUSING).unwrap();
        entry.name = name.to_owned();
        entry
    }

    /// A published entry of the housing bureau; takes five minutes.
    pub async fn published(&self, name: &str, from: i64) -> String {
        use crate::model::Verdict::Approve;
        let code = super::create_entry(&self.db, &self.officer, self.entry(name), at(from)).await.unwrap();
        for step in [1, 3] {
            super::submit_entry(&self.db, &self.officer, &code, at(from + step)).await.unwrap();
            super::review_entry(&self.db, &self.steward, &code, Approve, "", at(from + step + 1))
                .await
                .unwrap();
        }
        code
    }
}
