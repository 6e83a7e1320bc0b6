//! Defects of amounts.

use standards::pack::Severity::{Reject, Warn};

use super::{Defect, Planted, Scene, full_width};
use crate::records::ten_thousands;
use crate::template::{Part, Resource};

const PENALTY: &[Resource] = &[Resource::Penalty2018];

macro_rules! number_defect {
    ($name:literal, $about:literal, $code:literal, $pattern:literal, $severity:ident, $weight:literal, $plant:expr) => {
        Defect {
            name: $name,
            about: $about,
            code: $code,
            pattern: $pattern,
            severity: $severity,
            resources: PENALTY,
            weight: $weight,
            plant: $plant,
        }
    };
}

pub(super) const DEFECTS: &[Defect] = &[
    number_defect!("fine-full-width", "金额写成全角", "W610", "full-width", Warn, 2.0, |s| {
        let yuan = fine(s)?;
        Some(write(s, full_width(&ten_thousands(yuan)))?.suggest(ten_thousands(yuan)))
    }),
    number_defect!("fine-with-unit", "金额带单位", "W610", "with-unit", Warn, 3.0, |s| {
        let yuan = fine(s)?;
        Some(write(s, format!("{}万元", ten_thousands(yuan)))?.suggest(ten_thousands(yuan)))
    }),
    number_defect!(
        "fine-in-yuan-with-unit",
        "金额写成元并带“元”字",
        "E311",
        "yuan",
        Reject,
        2.0,
        |s| {
            let yuan = fine(s)?;
            Some(write(s, format!("{yuan}元"))?.suggest(ten_thousands(yuan)))
        }
    ),
    number_defect!("fine-in-yuan", "金额把元当作万元", "E403", "", Reject, 5.0, |s| {
        let yuan = fine(s)?;
        Some(write(s, yuan.to_string())?.suggest(ten_thousands(yuan)))
    }),
    number_defect!("fine-in-words", "金额写成汉字", "E311", "", Reject, 2.0, |s| {
        fine(s)?;
        write(s, "贰仟元整".to_owned())
    }),
    number_defect!("fine-negative", "金额为负", "E313", "negative", Reject, 2.0, |s| {
        let yuan = fine(s)?;
        write(s, format!("-{}", ten_thousands(yuan)))
    }),
    number_defect!("fine-missing", "有罚款没有金额", "E402", "", Reject, 4.0, |s| {
        let yuan = fine(s)?;
        Some(write(s, String::new())?.suggest(ten_thousands(yuan)))
    }),
    number_defect!("fine-without-category", "有金额没有罚款", "E404", "", Reject, 3.0, |s| {
        (s.row.part(Part::Category) == "警告").then_some(())?;
        write(s, "0.2".to_owned())
    }),
    number_defect!("confiscation-missing", "有没收没有金额", "E405", "", Reject, 3.0, |s| {
        let field = s.resource().field(Part::Confiscation)?;
        (!s.row.get(field).is_empty()).then_some(())?;
        Some(s.write(field, ""))
    }),
    number_defect!("revoked-licence-missing", "吊销没有证照名称", "E405", "", Reject, 3.0, |s| {
        let field = s.resource().field(Part::RevokedLicence)?;
        (!s.row.get(field).is_empty()).then_some(())?;
        Some(s.write(field, ""))
    }),
];

/// The fine in yuan, where the row has one; told by the text of the sentence.
fn fine(s: &Scene<'_>) -> Option<i64> {
    let text = s.row.part(Part::Content);
    let rest = text.strip_prefix("罚款")?;
    rest[..rest.find('元')?].parse().ok()
}

fn write(s: &mut Scene<'_>, value: String) -> Option<Planted> {
    let field = s.resource().field(Part::Fine)?;
    Some(s.write(field, value))
}
