//! The guide's terms as people write them: in forms, in workbooks, by code or by name.

use super::{OpenType, ShareType, UpdateCycle};

/// Data types of the guide: letter, Chinese term, English term.
pub const DATA_TYPES: [(&str, &str, &str); 11] = [
    ("C", "字符型", "Text"),
    ("N", "数值型", "Number"),
    ("Y", "货币型", "Money"),
    ("D", "日期型", "Date"),
    ("T", "日期时间型", "Date and time"),
    ("L", "逻辑型", "Boolean"),
    ("M", "备注型", "Memo"),
    ("G", "通用型", "General"),
    ("B", "双精度型", "Double"),
    ("I", "整型", "Integer"),
    ("F", "浮点型", "Float"),
];

/// 信息资源格式 of the guide.
pub const FORMATS: [&str; 7] =
    ["1 电子文件", "2 电子表格", "3 数据库", "4 图形图像", "5 流媒体", "6 自描述格式", "7 服务接口"];

/// A share type by code, by term, or by both as exports write it: `1`, `无条件共享`, `1 无条件共享`.
#[must_use]
pub fn share_type(given: &str) -> Option<ShareType> {
    let given = given.trim();
    ShareType::ALL.into_iter().find(|t| matches_term(given, t.code(), t.zh()))
}

/// An open type, in the same forms.
#[must_use]
pub fn open_type(given: &str) -> Option<OpenType> {
    let given = given.trim();
    OpenType::ALL.into_iter().find(|t| matches_term(given, t.code(), t.zh()))
}

/// An update cycle by name or by term.
#[must_use]
pub fn cycle(given: &str) -> Option<UpdateCycle> {
    let given = given.trim();
    UpdateCycle::ALL.into_iter().find(|c| given.eq_ignore_ascii_case(c.name()) || given == c.zh())
}

fn matches_term(given: &str, code: &str, zh: &str) -> bool {
    given == code
        || given == zh
        || given.strip_prefix(code).is_some_and(|rest| rest.trim_start_matches([' ', '.', '、', '-']) == zh)
}

/// 是 or 否; an empty cell means 否.
#[must_use]
pub fn yes(given: &str) -> Option<bool> {
    match given.trim().to_lowercase().as_str() {
        "是" | "y" | "yes" | "1" | "true" | "√" => Some(true),
        "" | "否" | "n" | "no" | "0" | "false" | "×" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_in_every_usual_form() {
        for given in ["2", "有条件共享", "2 有条件共享", " 2、有条件共享 "] {
            assert_eq!(share_type(given), Some(ShareType::Conditional), "{given}");
        }
        assert_eq!(share_type("共享"), None);
        assert_eq!(open_type("3 不予开放"), Some(OpenType::NotOpen));
        assert_eq!(cycle("每半年"), Some(UpdateCycle::HalfYearly));
        assert_eq!(cycle("Half-yearly"), Some(UpdateCycle::HalfYearly));
        assert_eq!((yes("是"), yes(""), yes("也许")), (Some(true), Some(false), None));
    }
}
