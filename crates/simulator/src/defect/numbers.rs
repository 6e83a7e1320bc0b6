//! Defects of amounts.

use standards::pack::Severity::{Reject, Warn};

use super::{Defect, Planted, Scene, defect, full_width};
use crate::records::ten_thousands;
use crate::template::{Part, Resource};

const PENALTY: &[Resource] = &[Resource::Penalty2018];

#[rustfmt::skip]
pub(super) const DEFECTS: &[Defect] = &[
    defect("fine-full-width", "金额写成全角", ("E510", "full-width", Warn), PENALTY, 2.0, |s| fine(s, |yuan| full_width(&ten_thousands(yuan)), true)),
    defect("fine-with-unit", "金额带单位", ("E510", "with-unit", Warn), PENALTY, 3.0, |s| fine(s, |yuan| format!("{}万元", ten_thousands(yuan)), true)),
    defect("fine-in-yuan-with-unit", "金额写成元并带“元”字", ("E411", "with-unit", Reject), PENALTY, 2.0, |s| fine(s, |yuan| format!("{yuan}元"), true)),
    defect("fine-in-yuan", "金额把元当作万元", ("E403", "unit-yuan", Reject), PENALTY, 5.0, |s| fine(s, |yuan| yuan.to_string(), true)),
    defect("fine-letter-o", "金额中的0写成字母O", ("E411", "letter-o", Reject), PENALTY, 2.0, |s| {
        let yuan = amount(s)?;
        (yuan < 10_000).then_some(())?;
        fine(s, |yuan| ten_thousands(yuan).replacen('0', "O", 1), true)
    }),
    defect("fine-in-words", "金额写成汉字", ("E411", "", Reject), PENALTY, 2.0, |s| fine(s, |_| "贰仟元整".to_owned(), false)),
    defect("fine-negative", "金额为负", ("E413", "negative", Reject), PENALTY, 2.0, |s| fine(s, |yuan| format!("-{}", ten_thousands(yuan)), false)),
    defect("fine-too-fine", "金额小数位过多", ("E414", "", Reject), PENALTY, 1.0, |s| fine(s, |yuan| format!("{}000001", format_args!("{:.6}", yuan as f64 / 10_000.0)), false)),
    defect("fine-unlike-text", "金额和正文不符", ("E409", "", Warn), PENALTY, 2.0, |s| fine(s, |yuan| ten_thousands(yuan * 3), false)),
    defect("fine-missing", "有罚款没有金额", ("E402", "", Reject), PENALTY, 4.0, |s| fine(s, |_| String::new(), true)),
    defect("fine-zero", "罚款金额为零", ("E402", "zero", Reject), PENALTY, 2.0, |s| fine(s, |_| "0".to_owned(), true)),
    defect("fine-without-category", "有金额没有罚款", ("E404", "", Reject), PENALTY, 3.0, |s| {
        (s.row.part(Part::Category) == "警告").then_some(())?;
        let field = s.field(Part::Fine)?;
        Some(s.write(field, "0.2"))
    }),
    defect("confiscation-missing", "有没收没有金额", ("E406", "", Reject), PENALTY, 3.0, |s| {
        let field = s.field(Part::Confiscation)?;
        let amount = s.row.get(field).to_owned();
        (!amount.is_empty()).then_some(())?;
        Some(s.write(field, "").suggest(amount))
    }),
    defect("confiscation-without-category", "有金额没有没收", ("E407", "", Reject), PENALTY, 2.0, |s| {
        (s.row.part(Part::Category) == "警告").then_some(())?;
        let field = s.field(Part::Confiscation)?;
        Some(s.write(field, "0.03"))
    }),
    defect("revoked-licence-missing", "吊销没有证照名称", ("E405", "", Reject), PENALTY, 3.0, |s| {
        let field = s.field(Part::RevokedLicence)?;
        (!s.row.get(field).is_empty()).then_some(())?;
        Some(s.write(field, ""))
    }),
    defect("revoked-licence-without-category", "有证照没有吊销", ("E408", "", Reject), PENALTY, 2.0, |s| {
        (s.row.part(Part::Category) == "警告").then_some(())?;
        let field = s.field(Part::RevokedLicence)?;
        Some(s.write(field, "食品经营许可证"))
    }),
];

/// The fine in yuan, where the row has one; told by the text of the sentence.
fn amount(s: &Scene<'_>) -> Option<i64> {
    let rest = s.row.part(Part::Content).strip_prefix("罚款")?;
    rest[..rest.find('元')?].parse().ok()
}

/// Writes the fine otherwise; the true amount can be known from the text where `known`.
fn fine(s: &mut Scene<'_>, bend: fn(i64) -> String, known: bool) -> Option<Planted> {
    let (yuan, field) = (amount(s)?, s.field(Part::Fine)?);
    let planted = s.write(field, bend(yuan));
    Some(if known { planted.suggest(ten_thousands(yuan)) } else { planted })
}
