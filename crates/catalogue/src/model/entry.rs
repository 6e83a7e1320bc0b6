//! A catalogue entry (信息资源目录) with the national guide's metadata (政务信息资源目录编制指南) and the minimum of
//! 《政务数据共享条例》 art. 13.

use kernel::{Error, Result};
use serde::{Deserialize, Serialize};

/// 共享类型, 《政务数据共享条例》 art. 15.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ShareType {
    /// 无条件共享
    #[serde(rename = "1")]
    Unconditional,
    /// 有条件共享
    #[serde(rename = "2")]
    Conditional,
    /// 不予共享
    #[serde(rename = "3")]
    NotShared,
}

/// 开放类型
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OpenType {
    /// 无条件开放
    #[serde(rename = "1")]
    Unconditional,
    /// 有条件开放
    #[serde(rename = "2")]
    Conditional,
    /// 不予开放
    #[serde(rename = "3")]
    NotOpen,
}

/// 更新周期
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UpdateCycle {
    /// 实时
    RealTime,
    /// 每日
    Daily,
    /// 每周
    Weekly,
    /// 每月
    Monthly,
    /// 每季度
    Quarterly,
    /// 每半年
    HalfYearly,
    /// 每年
    Yearly,
    /// 不定期
    Irregular,
}

impl UpdateCycle {
    /// All cycles, quickest first.
    pub const ALL: [Self; 8] = [
        Self::RealTime,
        Self::Daily,
        Self::Weekly,
        Self::Monthly,
        Self::Quarterly,
        Self::HalfYearly,
        Self::Yearly,
        Self::Irregular,
    ];

    /// The stored name, also the key of its text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RealTime => "real-time",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::HalfYearly => "half-yearly",
            Self::Yearly => "yearly",
            Self::Irregular => "irregular",
        }
    }

    /// The Chinese term of the guide.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::RealTime => "实时",
            Self::Daily => "每日",
            Self::Weekly => "每周",
            Self::Monthly => "每月",
            Self::Quarterly => "每季度",
            Self::HalfYearly => "每半年",
            Self::Yearly => "每年",
            Self::Irregular => "不定期",
        }
    }

    /// Days after which a table that got nothing new is late; none where nothing is promised.
    #[must_use]
    pub const fn days(self) -> Option<i64> {
        match self {
            Self::RealTime | Self::Daily => Some(1),
            Self::Weekly => Some(7),
            Self::Monthly => Some(31),
            Self::Quarterly => Some(92),
            Self::HalfYearly => Some(184),
            Self::Yearly => Some(366),
            Self::Irregular => None,
        }
    }
}

impl ShareType {
    /// All types.
    pub const ALL: [Self; 3] = [Self::Unconditional, Self::Conditional, Self::NotShared];

    /// The code of the guide.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unconditional => "1",
            Self::Conditional => "2",
            Self::NotShared => "3",
        }
    }

    /// The Chinese term of the guide.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Unconditional => "无条件共享",
            Self::Conditional => "有条件共享",
            Self::NotShared => "不予共享",
        }
    }
}

impl OpenType {
    /// All types.
    pub const ALL: [Self; 3] = [Self::Unconditional, Self::Conditional, Self::NotOpen];

    /// The code of the guide.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unconditional => "1",
            Self::Conditional => "2",
            Self::NotOpen => "3",
        }
    }

    /// The Chinese term of the guide.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Unconditional => "无条件开放",
            Self::Conditional => "有条件开放",
            Self::NotOpen => "不予开放",
        }
    }
}

/// One data item (信息项).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Technical name.
    pub code: String,
    /// 信息项名称
    pub name: String,
    /// Data type letter of the guide: 字符型C 数值型N 货币型Y 日期型D 日期时间型T 逻辑型L 备注型M 整型I 浮点型F …
    pub data_type: String,
    /// Greatest length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u32>,
    /// 值域 or code table.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub range: String,
    /// 是否可空
    #[serde(default)]
    pub nullable: bool,
    /// 是否主键
    #[serde(default)]
    pub key: bool,
    /// 是否敏感
    #[serde(default)]
    pub sensitive: bool,
    /// Own share type where stricter than the resource's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_type: Option<ShareType>,
    /// 产生于本部门
    #[serde(default)]
    pub produced_here: bool,
    /// Note.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// The metadata of an entry, as edited, imported and exported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// 信息资源代码, e.g. `307001/000017`; given by the platform, never changes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// 信息资源名称
    pub name: String,
    /// Resource of a pack whose rules check what comes in, e.g. `licence-2018`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pack_resource: Option<String>,
    /// Code of the providing organisation (18-character 统一社会信用代码).
    pub provider_code: String,
    /// 信息资源分类: class path 类/项/目, e.g. `3/07/001`.
    pub class_path: String,
    /// 信息资源摘要
    #[serde(rename = "abstract")]
    pub summary: String,
    /// 信息资源格式, e.g. `3 数据库`.
    pub format: String,
    /// 共享类型
    pub share_type: ShareType,
    /// 共享条件; for 不予共享 the law it rests on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub share_condition: String,
    /// 共享方式
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub share_way: String,
    /// 开放类型
    pub open_type: OpenType,
    /// 开放条件
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub open_condition: String,
    /// 更新周期
    pub update_cycle: UpdateCycle,
    /// 数据分类分级
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub data_grade: String,
    /// 来源系统
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source_system: String,
    /// 所属事项
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub matter: String,
    /// 关联资源代码
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<String>,
    /// 信息项信息
    #[serde(default)]
    pub items: Vec<Item>,
}

impl Entry {
    /// Checks what even a draft needs: a name, who provides the data, and a class to make the code from.
    ///
    /// # Errors
    /// `entry-incomplete`, `entry-class`.
    pub fn check_draft(&self) -> Result<()> {
        super::Class::parse(&self.class_path)?;
        if !self.name.trim().is_empty() && !self.provider_code.trim().is_empty() {
            return Ok(());
        }
        Err(Error::bad_input(
            "entry-incomplete",
            "草稿也要填写信息资源名称和提供方。",
            "Even a draft needs a name and a provider.",
        ))
    }

    /// Checks what the guide and 《政务数据共享条例》 arts. 13 and 15 ask of every entry.
    ///
    /// # Errors
    /// `entry-incomplete`, naming each missing piece and how to fill it.
    pub fn check(&self) -> Result<()> {
        let mut wrong: Vec<(String, String)> = Vec::new();
        let mut need = |missing: bool, z: &str, e: &str| {
            if missing {
                wrong.push((z.to_owned(), e.to_owned()));
            }
        };
        need(self.name.trim().is_empty(), "信息资源名称不能为空", "the name is empty");
        need(
            self.name.chars().count() > 128,
            "信息资源名称最多128个字",
            "the name is longer than 128 characters",
        );
        need(self.summary.trim().is_empty(), "信息资源摘要不能为空", "the abstract is empty");
        need(
            self.provider_code.trim().is_empty(),
            "信息资源提供方代码不能为空",
            "the provider code is empty",
        );
        need(
            self.share_type != ShareType::Unconditional && self.share_condition.trim().is_empty(),
            match self.share_type {
                ShareType::NotShared => {
                    "不予共享的资源，必须写明法律、行政法规或国务院决定的依据（条例第十五条）"
                }
                _ => "有条件共享的资源，必须写明共享范围和用途",
            },
            match self.share_type {
                ShareType::NotShared => {
                    "a resource that is not shared must name the law or decision it rests on (art. 15)"
                }
                _ => "a conditionally shared resource must state scope and purpose",
            },
        );
        need(
            self.open_type == OpenType::Conditional && self.open_condition.trim().is_empty(),
            "有条件开放的资源，必须写明开放条件",
            "a conditionally open resource must state the condition",
        );
        need(self.items.is_empty(), "至少要有一个信息项", "at least one data item is needed");
        need(
            self.items.iter().any(|i| i.code.trim().is_empty() || i.name.trim().is_empty()),
            "信息项的名称和代码都要填",
            "every data item needs a name and a code",
        );
        let mut seen = std::collections::HashSet::new();
        for item in self.items.iter().filter(|i| !seen.insert(i.code.as_str())) {
            wrong.push((
                format!("信息项代码“{}”重复", item.code),
                format!("the item code “{}” stands twice", item.code),
            ));
        }
        if wrong.is_empty() {
            return Ok(());
        }
        let (zh, en): (Vec<_>, Vec<_>) = wrong.into_iter().unzip();
        Err(Error::bad_input(
            "entry-incomplete",
            format!("目录还不完整：{}。", zh.join("；")),
            format!("The entry is not complete: {}.", en.join("; ")),
        ))
    }

    /// The strictest share type of the resource and its items, which is the one that counts.
    #[must_use]
    pub fn effective_share_type(&self) -> ShareType {
        self.items
            .iter()
            .filter_map(|i| i.share_type)
            .fold(self.share_type, |a, b| if b.code() > a.code() { b } else { a })
    }
}
