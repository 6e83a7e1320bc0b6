//! 标注: what a case on a record says of it, told to every target together with the row.

use serde::{Deserialize, Serialize};

/// A mark of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// 异议标注: an objection is not settled yet.
    Objection,
    /// A credit repair is under way.
    Repair,
    /// 标注已修复: a credit repair was granted that leaves the record public.
    Repaired,
}

impl Mark {
    /// All marks.
    pub const ALL: [Self; 3] = [Self::Objection, Self::Repair, Self::Repaired];

    /// The stored name, and that in interfaces.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Objection => "objection",
            Self::Repair => "repair",
            Self::Repaired => "repaired",
        }
    }

    /// The mark of a stored name; none of nothing.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.name() == name)
    }

    /// The key of its text.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Objection => "case-mark-objection",
            Self::Repair => "case-mark-repair",
            Self::Repaired => "case-mark-repaired",
        }
    }

    /// What a delivered file says, as its other headings and words do, in Chinese.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Objection => "异议处理中",
            Self::Repair => "信用修复办理中",
            Self::Repaired => "已信用修复",
        }
    }
}
