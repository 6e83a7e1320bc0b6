//! Legal entities and sole traders (法人、个体工商户), as the registration authority knows them.

use chrono::{Datelike, Days, NaiveDate};
use serde::Serialize;

use super::names;
use super::org::{CITY_DIVISION, DISTRICT_DIVISIONS};
use crate::ident;
use crate::rng::Rng;

/// Kind of entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntityKind {
    /// 企业 (91)
    Company,
    /// 个体工商户 (92)
    SoleTrader,
    /// 农民专业合作社 (93)
    Cooperative,
    /// 民办非企业单位 (52)
    PrivateInstitution,
}

impl EntityKind {
    /// First two characters of its code, GB 32100-2015 table 1.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Company => "91",
            Self::SoleTrader => "92",
            Self::Cooperative => "93",
            Self::PrivateInstitution => "52",
        }
    }
}

/// An entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entity {
    /// Kind.
    pub kind: EntityKind,
    /// Name; brackets are full-width, as the licence shows them.
    pub name: String,
    /// 统一社会信用代码.
    pub code: String,
    /// 工商注册号 of 15 digits, for entities registered before 2015-10-01.
    pub registration_number: Option<String>,
    /// 法定代表人 or operator.
    pub representative: String,
    /// 成立日期.
    pub registered_on: NaiveDate,
    /// 注册资本 as registers write it; empty for sole traders.
    pub capital: String,
    /// 经营范围.
    pub scope: String,
    /// Index of the district in [`DISTRICT_DIVISIONS`].
    pub district: usize,
    /// 住所.
    pub address: String,
}

impl Entity {
    /// 企业类型 as the register names it.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self.kind {
            EntityKind::Company => "有限责任公司(自然人投资或控股)",
            EntityKind::SoleTrader => "个体工商户",
            EntityKind::Cooperative => "农民专业合作社",
            EntityKind::PrivateInstitution => "民办非企业单位",
        }
    }

    /// 组织机构代码: characters 9 to 17 of the code.
    #[must_use]
    pub fn org_code(&self) -> &str {
        self.code.get(8..17).unwrap_or_default()
    }
}

/// Serial numbers of organisations' codes below this belong to departments and divisions.
const FIRST_SERIAL: usize = 2_000;

/// The `index`-th entity.
pub(crate) fn build(rng: &mut Rng, index: usize, as_of: NaiveDate) -> Entity {
    let kind = match rng.below(100) {
        0..62 => EntityKind::Company,
        62..90 => EntityKind::SoleTrader,
        90..97 => EntityKind::Cooperative,
        _ => EntityKind::PrivateInstitution,
    };
    let district = rng.below(DISTRICT_DIVISIONS.len());
    let division = DISTRICT_DIVISIONS[district];
    let (trade, scope) = *rng.pick(&names::TRADES);
    let mark = names::trade_name(index);
    let place = names::DISTRICTS[district].0;
    let name = match kind {
        EntityKind::Company if rng.chance(0.08) => format!("{mark}（临汐）{trade}有限公司"),
        EntityKind::Company => format!("临汐{mark}{trade}有限公司"),
        EntityKind::SoleTrader => format!("{place}{mark}{trade}店"),
        EntityKind::Cooperative => format!("{place}{mark}{trade}农民专业合作社"),
        EntityKind::PrivateInstitution => format!("{place}{mark}社会服务中心"),
    };
    // At least 400 days ago: nobody is so new that the province would not know them yet.
    let registered_on = as_of - Days::new(rng.between(400, 9_000) as u64);
    let old = registered_on < date(2015, 10, 1) && kind != EntityKind::PrivateInstitution;
    // Organisation codes given long ago are all digits.
    let body = if old && index < 10_000 && rng.chance(0.3) {
        ident::digit_body(index)
    } else {
        ident::body(FIRST_SERIAL + index)
    };
    let registration_number = old.then(|| {
        // GS 15-2006: first digit of the sequence 0–3 domestic firms, 6–9 sole traders
        let base = if kind == EntityKind::SoleTrader { 60_000_000 } else { 0 };
        ident::registration_number(division, base + index)
    });
    let capital = match kind {
        EntityKind::SoleTrader | EntityKind::PrivateInstitution => String::new(),
        _ => format!("{}万人民币", [10, 50, 100, 200, 500, 1000, 3000][rng.below(7)]),
    };
    Entity {
        kind,
        name,
        code: ident::uscc(kind.prefix(), division, &body),
        registration_number,
        representative: names::person(rng),
        registered_on,
        capital,
        scope: scope.to_owned(),
        district,
        address: format!("临汐市{place}汐港路{}号", rng.between(1, 999)),
    }
}

/// A natural person (自然人), born so long ago that nobody living bears the number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Invented name.
    pub name: String,
    /// 公民身份号码.
    pub id: String,
    /// 性别 as GB/T 2261.1 codes it, `1` or `2`, in agreement with the number.
    pub sex: &'static str,
    /// Birth date, 1880 to 1899.
    pub birth: NaiveDate,
    /// District of the household register.
    pub district: usize,
    /// Address.
    pub address: String,
    /// Telephone that cannot be dialled.
    pub phone: String,
}

/// The `index`-th person.
pub(crate) fn person(rng: &mut Rng, index: usize) -> Person {
    // 2311 and 7,300 have no common factor, so day and sequence together are distinct for 7.3 million people.
    let birth = date(1880, 1, 1) + Days::new((index * 2_311 % 7_300) as u64);
    let sequence = (index / 7_300 + index % 7_300 * 7) % 1_000;
    let district = rng.below(DISTRICT_DIVISIONS.len());
    let place = names::DISTRICTS[district].0;
    Person {
        name: names::person(rng),
        id: ident::id_card(DISTRICT_DIVISIONS[district], birth, sequence as u32),
        sex: if sequence % 2 == 1 { "1" } else { "2" },
        birth,
        district,
        address: format!("临汐市{place}望潮巷{}号", rng.between(1, 399)),
        phone: names::telephone(rng),
    }
}

/// A date known to exist.
pub(crate) fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// The date as the templates write it: `YYYY/MM/DD`.
pub(crate) fn slashed(day: NaiveDate) -> String {
    format!("{:04}/{:02}/{:02}", day.year(), day.month(), day.day())
}

/// Division code of the whole city, of six digits.
pub(crate) fn city_division() -> String {
    format!("{CITY_DIVISION}00")
}
