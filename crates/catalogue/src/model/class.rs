//! 信息资源分类: the class path 类/项/目/细目, and the names of its two upper levels.

use kernel::{Error, Lang, Result};

/// One class of the two upper levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClassName {
    /// `1`, or `1/02`.
    pub path: &'static str,
    /// Chinese name.
    pub zh: &'static str,
    /// English name.
    pub en: &'static str,
}

const fn class(path: &'static str, zh: &'static str, en: &'static str) -> ClassName {
    ClassName { path, zh, en }
}

/// 类 and 项 in the order of the national guide (政务信息资源目录编制指南); 目 and 细目 are the city's own.
pub const CLASSES: [ClassName; 28] = [
    class("1", "基础信息资源", "Base libraries"),
    class("1/01", "人口", "Population"),
    class("1/02", "法人单位", "Legal entities"),
    class("1/03", "自然资源和空间地理", "Natural resources and space"),
    class("1/04", "社会信用", "Social credit"),
    class("1/05", "电子证照", "E-licences"),
    class("2", "主题信息资源", "Themes"),
    class("2/01", "公共服务", "Public services"),
    class("2/02", "健康保障", "Health"),
    class("2/03", "社会保障", "Social security"),
    class("2/04", "食品药品安全", "Food and drug safety"),
    class("2/05", "安全生产", "Work safety"),
    class("2/06", "价格监管", "Price supervision"),
    class("2/07", "能源安全", "Energy"),
    class("2/08", "信用体系", "Credit system"),
    class("2/09", "城乡建设", "Urban and rural building"),
    class("2/10", "社区治理", "Community"),
    class("2/11", "生态环保", "Environment"),
    class("2/12", "应急维稳", "Emergencies"),
    class("3", "部门信息资源", "Departments"),
    class("3/01", "党中央", "Party centre"),
    class("3/02", "人大", "People's congress"),
    class("3/03", "国务院", "State Council"),
    class("3/04", "政协", "Consultative conference"),
    class("3/05", "法院", "Courts"),
    class("3/06", "检察院", "Procuratorates"),
    class("3/07", "省及以下", "Province and below"),
    class("3/08", "计划单列市", "Cities with independent planning"),
];

/// A class path that is well formed: 类 1 digit (1 to 3), 项 2, 目 3, 细目 any number of digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    parts: Vec<String>,
}

impl Class {
    /// Reads `3/07/001` or `3/07/001/02`.
    ///
    /// # Errors
    /// `entry-class`
    pub fn parse(path: &str) -> Result<Self> {
        let parts: Vec<String> = path.trim().split('/').map(str::to_owned).collect();
        let digits = |s: &str, n: usize| s.len() == n && s.bytes().all(|b| b.is_ascii_digit());
        let fits = (3..=4).contains(&parts.len())
            && matches!(parts[0].as_str(), "1" | "2" | "3")
            && digits(&parts[1], 2)
            && digits(&parts[2], 3)
            && parts.get(3).is_none_or(|p| (1..=12).contains(&p.len()) && digits(p, p.len()));
        if fits {
            return Ok(Self { parts });
        }
        Err(Error::bad_input(
            "entry-class",
            format!(
                "信息资源分类“{path}”不对：应为 类/项/目，如 3/07/001（类 1 至 3，项两位，目三位，细目可选）。"
            ),
            format!(
                "The class “{path}” is not of the form 3/07/001: class 1 to 3, then two digits, three digits, and \
                 more if needed."
            ),
        ))
    }

    /// The digits without separators, which begin the resource code.
    #[must_use]
    pub fn digits(&self) -> String {
        self.parts.concat()
    }

    /// The name of the two upper levels of a path, e.g. `部门信息资源 / 省及以下`; the path itself where unknown.
    #[must_use]
    pub fn label(path: &str, lang: Lang) -> String {
        let name = |p: &str| {
            CLASSES.iter().find(|c| c.path == p).map(|c| match lang {
                Lang::Zh => c.zh,
                Lang::En => c.en,
            })
        };
        let top = path.split('/').next().unwrap_or_default();
        let second = path.splitn(3, '/').take(2).collect::<Vec<_>>().join("/");
        match (name(top), name(&second)) {
            (Some(a), Some(b)) if top != second => format!("{a} / {b}"),
            (Some(a), _) => a.to_owned(),
            _ => path.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_or_refused() {
        assert_eq!(Class::parse("3/07/001").unwrap().digits(), "307001");
        assert_eq!(Class::parse("1/02/001/12").unwrap().digits(), "10200112");
        for wrong in
            ["", "3", "3/07", "4/07/001", "3/7/001", "3/07/01", "3/07/001/", "3/07/001/a", "３/07/001"]
        {
            assert_eq!(Class::parse(wrong).unwrap_err().code(), "entry-class", "{wrong}");
        }
    }

    #[test]
    fn labels_in_both_languages() {
        assert_eq!(Class::label("3/07/001", Lang::Zh), "部门信息资源 / 省及以下");
        assert_eq!(Class::label("1", Lang::En), "Base libraries");
        assert_eq!(Class::label("1/99/001", Lang::Zh), "基础信息资源");
        assert_eq!(Class::label("9/99", Lang::Zh), "9/99");
    }
}
