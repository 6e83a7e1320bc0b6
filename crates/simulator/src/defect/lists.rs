//! Defects of code-list values and of what must be filled.

use standards::pack::Severity::{Reject, Warn};

use super::{ALL, DECISIONS, Defect, NEW, Planted, Scene};
use crate::city::EntityKind;
use crate::records::Subject;
use crate::template::{Part, Resource};

macro_rules! list_defect {
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
    list_defect!("name-missing", "没有填写名称", "E101", "", Reject, ALL, 4.0, |s| clear(
        s,
        Part::Name
    )),
    list_defect!(
        "name-null-word",
        "名称填了“无”",
        "E101",
        "null-word",
        Reject,
        DECISIONS,
        2.0,
        |s| {
            let field = s.resource().field(Part::Name)?;
            Some(s.write(field, "无"))
        }
    ),
    list_defect!("content-missing", "没有填写内容", "E101", "", Reject, DECISIONS, 3.0, |s| clear(
        s,
        Part::Content
    )),
    list_defect!("authority-missing", "没有填写机关", "E101", "", Reject, DECISIONS, 2.0, |s| clear(
        s,
        Part::Authority
    )),
    list_defect!("kind-mismatch", "个体工商户选了法人", "E106", "", Reject, NEW, 4.0, |s| {
        let Subject::Entity(i) = s.row.subject else { return None };
        (s.city.entities[i].kind == EntityKind::SoleTrader).then_some(())?;
        let field = s.resource().field(Part::Kind)?;
        Some(s.write(field, "法人及非法人组织").suggest("个体工商户"))
    }),
    list_defect!("category-unknown", "类别不在代码表", "E401", "", Reject, DECISIONS, 3.0, |s| {
        let field = s.resource().field(Part::Category)?;
        Some(s.write(field, "临时性证明"))
    }),
    list_defect!("kind-alias", "类别写成另一种说法", "W608", "", Warn, NEW, 3.0, |s| {
        (s.row.part(Part::Kind) == "个体工商户").then_some(())?;
        let field = s.resource().field(Part::Kind)?;
        Some(s.write(field, "个体户").suggest("个体工商户"))
    }),
    list_defect!(
        "category-local-code",
        "许可类别填了本地代码",
        "W608",
        "",
        Warn,
        &[Resource::Licence2018],
        3.0,
        |s| {
            (s.row.part(Part::Category) == "普通").then_some(())?;
            let field = s.resource().field(Part::Category)?;
            Some(s.write(field, "01").suggest("普通"))
        }
    ),
    list_defect!(
        "category-separator",
        "多个类别用顿号连接",
        "W610",
        "separator",
        Warn,
        &[Resource::Penalty2018],
        2.0,
        |s| {
            let value = s.row.part(Part::Category).to_owned();
            value.contains(';').then_some(())?;
            let field = s.resource().field(Part::Category)?;
            Some(s.write(field, value.replace(';', "；")).suggest(value))
        }
    ),
    list_defect!(
        "status-unknown",
        "当前状态填了9",
        "E401",
        "",
        Reject,
        &[Resource::Licence2018],
        2.0,
        |s| {
            let field = s.resource().field(Part::Status)?;
            Some(s.write(field, "9"))
        }
    ),
    list_defect!(
        "old-status",
        "旧版状态1表示撤销",
        "E508",
        "",
        Reject,
        &[Resource::Licence2016, Resource::Penalty2016],
        4.0,
        |s| {
            let field = s.resource().field(Part::Status)?;
            Some(s.write(field, "1"))
        }
    ),
];

/// Empties a field that is required on every row.
fn clear(s: &mut Scene<'_>, part: Part) -> Option<Planted> {
    let field = s.resource().field(part)?;
    Some(s.write(field, ""))
}
