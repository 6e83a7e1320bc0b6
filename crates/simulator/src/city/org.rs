//! Organisations (组织机构): the city, its districts, townships and villages, and the departments at each level.

use serde::Serialize;

use super::departments::{CITY_DEPARTMENTS, DISTRICT_DEPARTMENTS};
use super::names;
use super::work::Work;
use crate::ident;
use crate::rng::Rng;

/// Division code of the city, of four digits.
pub const CITY_DIVISION: &str = "5122";
/// Division codes of the four districts. They belonged to a prefecture dissolved long ago: valid in history,
/// borne by nobody now.
pub const DISTRICT_DIVISIONS: [&str; 4] = ["512201", "512221", "512222", "512223"];

/// What an organisation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrgKind {
    /// 市
    City,
    /// 县、区
    District,
    /// 镇、街道
    Township,
    /// 村、社区
    Village,
    /// 部门
    Department,
}

/// The named person who answers for an organisation's data (责任人).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Responsible {
    /// Invented name.
    pub name: String,
    /// Post, e.g. `数据专员`.
    pub post: String,
    /// Telephone that cannot be dialled.
    pub phone: String,
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Org {
    /// Identifier within the city, e.g. `dept-scjg`, `div-512201`; also the sign-in name of its account.
    pub code: String,
    /// Kind.
    pub kind: OrgKind,
    /// Full name.
    pub name: String,
    /// English gloss.
    pub name_en: String,
    /// 统一社会信用代码; villages have none here.
    pub uscc: Option<String>,
    /// Division code of 4, 6, 9 or 12 digits.
    pub division: String,
    /// Code of the organisation above; none for the city.
    pub parent: Option<String>,
    /// Who answers for its data.
    pub responsible: Option<Responsible>,
}

/// A department and what it decides.
#[derive(Debug, Clone)]
pub struct Department {
    /// The organisation.
    pub org: Org,
    /// Its line of work: licences it grants and penalties it imposes.
    pub work: &'static Work,
    /// Beginning of its document numbers, e.g. `汐市监`.
    pub document_prefix: String,
    /// Whether it still sends the 2016 edition.
    pub old_edition: bool,
}

/// The tree, parents before children, and the departments.
pub(crate) fn build(seed: u64, townships: usize, villages: usize) -> (Vec<Org>, Vec<Department>) {
    let mut rng = Rng::new(seed, "orgs");
    let mut orgs = Vec::new();
    let mut departments = Vec::new();
    let mut serial = 0;
    let mut next_uscc = |kind: &str, division: &str| {
        serial += 1;
        ident::uscc(kind, division, &ident::body(serial))
    };
    let city = Org {
        code: "city".to_owned(),
        kind: OrgKind::City,
        name: names::CITY.to_owned(),
        name_en: names::CITY_EN.to_owned(),
        uscc: Some(next_uscc("11", &format!("{CITY_DIVISION}00"))),
        division: CITY_DIVISION.to_owned(),
        parent: None,
        responsible: None,
    };
    orgs.push(city);
    for work in &CITY_DEPARTMENTS {
        let org = Org {
            code: format!("dept-{}", work.code),
            kind: OrgKind::Department,
            name: format!("{}{}", names::CITY, work.name),
            name_en: work.name_en.to_owned(),
            uscc: Some(next_uscc("11", &format!("{CITY_DIVISION}00"))),
            division: CITY_DIVISION.to_owned(),
            parent: Some("city".to_owned()),
            responsible: Some(responsible(&mut rng)),
        };
        orgs.push(org.clone());
        let document_prefix = format!("汐{}", work.short);
        departments.push(Department { org, work, document_prefix, old_edition: work.old_edition });
    }
    for (d, ((name, short), division)) in names::DISTRICTS.iter().zip(DISTRICT_DIVISIONS).enumerate() {
        let district_code = format!("div-{division}");
        let rural = name.ends_with('县');
        orgs.push(Org {
            code: district_code.clone(),
            kind: OrgKind::District,
            name: format!("{}{name}", names::CITY),
            name_en: format!("District {}", d + 1),
            uscc: Some(next_uscc("11", division)),
            division: division.to_owned(),
            parent: Some("city".to_owned()),
            responsible: None,
        });
        for work in &DISTRICT_DEPARTMENTS {
            let org = Org {
                code: format!("dept-{}-{division}", work.code),
                kind: OrgKind::Department,
                name: format!("{name}{}", work.name),
                name_en: format!("{}, District {}", work.name_en, d + 1),
                uscc: Some(next_uscc("11", division)),
                division: division.to_owned(),
                parent: Some(district_code.clone()),
                responsible: Some(responsible(&mut rng)),
            };
            orgs.push(org.clone());
            let document_prefix = format!("{short}{}", work.short);
            departments.push(Department { org, work, document_prefix, old_edition: d == 3 });
        }
        for t in 0..townships {
            // GB/T 10114: 001–099 streets, 100–199 towns
            let township_division = format!("{division}{:03}", if rural { 100 + t } else { 1 + t });
            let township_name = names::township(d * townships + t, rural);
            let township_code = format!("div-{township_division}");
            orgs.push(Org {
                code: township_code.clone(),
                kind: OrgKind::Township,
                name: format!("{name}{township_name}"),
                name_en: format!("Township {}.{}", d + 1, t + 1),
                uscc: Some(next_uscc("11", division)),
                division: township_division.clone(),
                parent: Some(district_code.clone()),
                responsible: Some(responsible(&mut rng)),
            });
            for v in 0..villages {
                let village_division =
                    format!("{township_division}{:03}", if rural { 200 + v } else { 1 + v });
                orgs.push(Org {
                    code: format!("div-{village_division}"),
                    kind: OrgKind::Village,
                    name: format!("{township_name}{}", names::village(t * villages + v, rural)),
                    name_en: format!("Village {}.{}.{}", d + 1, t + 1, v + 1),
                    uscc: None,
                    division: village_division,
                    parent: Some(township_code.clone()),
                    responsible: None,
                });
            }
        }
    }
    (orgs, departments)
}

fn responsible(rng: &mut Rng) -> Responsible {
    Responsible { name: names::person(rng), post: "数据专员".to_owned(), phone: names::telephone(rng) }
}
