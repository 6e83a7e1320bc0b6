//! Defects of code-list values and of what must be filled.

use standards::pack::Severity::{Reject, Warn};

use super::{ALL, DECISIONS, Defect, NEW, Planted, Scene, defect};
use crate::city::EntityKind;
use crate::records::Subject;
use crate::template::{Part, Resource};

const LICENCE: &[Resource] = &[Resource::Licence2018];
const PENALTY: &[Resource] = &[Resource::Penalty2018];
/// Resources whose list of kinds has an open value, 其他.
const WITH_OTHER: &[Resource] = &[Resource::Licence2018, Resource::Penalty2018, Resource::Penalty2016];
const OLD_LICENCE: &[Resource] = &[Resource::Licence2016];
const OLD_PENALTY: &[Resource] = &[Resource::Penalty2016];
const OLD: &[Resource] = &[Resource::Licence2016, Resource::Penalty2016];

#[rustfmt::skip]
pub(super) const DEFECTS: &[Defect] = &[
    defect("name-missing", "没有填写名称", ("E101", "", Reject), ALL, 4.0, |s| write(s, Part::Name, "")),
    defect("name-null-word", "名称填了“无”", ("E101", "null-word", Reject), DECISIONS, 2.0, |s| write(s, Part::Name, "无")),
    defect("content-missing", "没有填写内容", ("E101", "", Reject), DECISIONS, 3.0, |s| write(s, Part::Content, "")),
    defect("authority-missing", "没有填写机关", ("E101", "", Reject), DECISIONS, 2.0, |s| write(s, Part::Authority, "")),
    defect("kind-mismatch", "个体工商户选了法人", ("E106", "", Reject), NEW, 4.0, |s| {
        let Subject::Entity(i) = s.row.subject else { return None };
        (s.row.part(Part::Code) == s.city.entities[i].code).then_some(())?;
        (s.city.entities[i].kind == EntityKind::SoleTrader).then_some(())?;
        Some(write(s, Part::Kind, "法人及非法人组织")?.suggest("个体工商户"))
    }),
    defect("firm-as-sole-trader", "企业选了个体工商户", ("E106", "not-sole-trader", Reject), NEW, 2.0, |s| {
        let Subject::Entity(i) = s.row.subject else { return None };
        (s.city.entities[i].kind != EntityKind::SoleTrader).then_some(())?;
        write(s, Part::Kind, "个体工商户")
    }),
    defect("kind-unknown", "相对人类别不在代码表", ("E401", "", Reject), NEW, 2.0, |s| write(s, Part::Kind, "外星人")),
    defect("category-unknown", "类别不在代码表", ("E401", "open-value", Reject), WITH_OTHER, 3.0, |s| write(s, Part::Category, "临时性证明")),
    defect("old-category-unknown", "旧版类别不在代码表", ("E401", "", Reject), OLD_LICENCE, 2.0, |s| write(s, Part::Category, "临时性证明")),
    defect("category-misspelt", "类别写错一个字", ("E401", "suggestion", Reject), PENALTY, 2.0, |s| {
        (s.row.part(Part::Category) == "责令停产停业").then_some(())?;
        Some(write(s, Part::Category, "责令停产停页")?.suggest("责令停产停业"))
    }),
    defect("kind-alias", "类别写成另一种说法", ("E410", "", Warn), NEW, 3.0, |s| {
        (s.row.part(Part::Kind) == "个体工商户").then_some(())?;
        Some(write(s, Part::Kind, "个体户")?.suggest("个体工商户"))
    }),
    defect("category-local-code", "许可类别填了本地代码", ("E410", "", Warn), LICENCE, 3.0, |s| {
        (s.row.part(Part::Category) == "普通").then_some(())?;
        Some(write(s, Part::Category, "01")?.suggest("普通"))
    }),
    defect("category-full-width", "多个类别用全角分号连接", ("E510", "full-width", Warn), PENALTY, 2.0, |s| joined(s, "；")),
    defect("category-separator", "多个类别用逗号连接", ("E510", "separator", Warn), PENALTY, 2.0, |s| joined(s, "，")),
    defect("status-unknown", "当前状态填了9", ("E401", "", Reject), LICENCE, 2.0, |s| write(s, Part::Status, "9")),
    defect("old-status-in-new-edition", "新版里填了旧版的状态0", ("E508", "old-edition", Reject), LICENCE, 3.0, |s| write(s, Part::Status, "0")),
    defect("licence-withdrawn", "旧版许可状态1表示撤销", ("E508", "", Warn), OLD_LICENCE, 4.0, |s| write(s, Part::Status, "1")),
    defect("penalty-withdrawn", "旧版处罚状态1表示撤销", ("E508", "penalty", Warn), OLD_PENALTY, 4.0, |s| write(s, Part::Status, "1")),
    defect("other-status-unexplained", "状态“其他”没有备注", ("E120", "", Reject), OLD, 2.0, |s| {
        let field = s.field(Part::Status)?;
        s.row.set(field, "3");
        Some(s.write("BZ", ""))
    }),
    defect("all-codes-missing", "相对人代码一个都没有填", ("E118", "", Reject), OLD, 2.0, |s| {
        for part in [Part::OrgCode, Part::RegistrationNumber, Part::TaxNumber, Part::Id] {
            s.row.set_part(part, "");
        }
        write(s, Part::Code, "")
    }),
    defect("certificate-without-number", "有许可证书没有编号", ("E509", "", Warn), LICENCE, 2.0, |s| {
        (!s.row.get("XK_XKBH").is_empty()).then_some(())?;
        Some(s.write("XK_XKBH", ""))
    }),
];

/// Several kinds of penalty joined by another sign than the standard's.
fn joined(s: &mut Scene<'_>, sign: &str) -> Option<Planted> {
    let value = s.row.part(Part::Category).to_owned();
    value.contains(';').then_some(())?;
    Some(write(s, Part::Category, &value.replace(';', sign))?.suggest(value))
}

fn write(s: &mut Scene<'_>, part: Part, value: &str) -> Option<Planted> {
    let field = s.field(part)?;
    Some(s.write(field, value))
}
