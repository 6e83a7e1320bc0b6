//! 整改单: one for each cause in a submission, whatever the number of its rows.

use std::str::FromStr;

use chrono::NaiveDate;
use kernel::{Error, IssueId};

/// Where an issue stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssueState {
    /// 待整改: rows wait to be mended.
    Open,
    /// 争议中: the department says the rule is wrong; the clock of chasing stands still until it is answered.
    Disputed,
    /// 已销号: every row is mended and landed, or given up.
    Closed,
}

impl IssueState {
    /// In the order of lists.
    pub const ALL: [Self; 3] = [Self::Open, Self::Disputed, Self::Closed];

    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Disputed => "disputed",
            Self::Closed => "closed",
        }
    }

    /// The class of its badge.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Open => "reject",
            Self::Disputed => "warn",
            Self::Closed => "pass",
        }
    }

    /// Where it goes once `open` findings still wait. What is disputed stays so while any is left.
    #[must_use]
    pub const fn with_open(self, open: i64) -> Self {
        match (self, open) {
            (_, 0) => Self::Closed,
            (Self::Disputed, _) => Self::Disputed,
            _ => Self::Open,
        }
    }
}

impl FromStr for IssueState {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|s| s.name() == name)
            .ok_or_else(|| Error::internal(format!("issue state {name}")))
    }
}

/// Who found what is wrong (问题来源).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// 平台校验: rows were rejected as they came in.
    Check,
    /// 省平台退回: a superior platform sent records back.
    Province,
}

impl Origin {
    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Province => "province",
        }
    }
}

/// What happened to an issue (整改记录).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// 开单
    Opened,
    /// 备注
    Note,
    /// 电话催办: somebody spoke with the department.
    Call,
    /// 提出争议
    Disputed,
    /// 答复争议: the rule stands.
    Answered,
    /// 销号
    Closed,
    /// 重新打开: rows wait again.
    Reopened,
    /// 逾期未改，升级至分管领导
    EscalatedOverdue,
    /// 长期没有联系，升级至分管领导
    EscalatedSilent,
    /// 申请确认: the department says a record sent back is right.
    ConfirmAsked,
    /// 同意确认: the bureau agrees.
    Confirmed,
    /// 退回确认: the bureau does not.
    ConfirmRefused,
    /// 已更正: a record sent back came again, corrected.
    Corrected,
    /// 重新判定: a rule changed; the note is a [`crate::model::JudgedNote`] as JSON.
    Judged,
}

impl EntryKind {
    /// The stored name, also the end of the key of its text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Note => "note",
            Self::Call => "call",
            Self::Disputed => "disputed",
            Self::Answered => "answered",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::EscalatedOverdue => "escalated-overdue",
            Self::EscalatedSilent => "escalated-silent",
            Self::ConfirmAsked => "confirm-asked",
            Self::Confirmed => "confirmed",
            Self::ConfirmRefused => "confirm-refused",
            Self::Corrected => "corrected",
            Self::Judged => "judged",
        }
    }
}

/// The number by which people speak of an issue: the day it was opened and four characters of its id.
#[must_use]
pub fn issue_number(id: IssueId, opened: NaiveDate) -> String {
    let hex = id.0.simple().to_string().to_uppercase();
    format!("ZG{}-{}", opened.format("%y%m%d"), &hex[hex.len() - 4..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dispute_lasts_until_it_is_answered_or_nothing_is_left() {
        assert_eq!(IssueState::Open.with_open(3), IssueState::Open);
        assert_eq!(IssueState::Disputed.with_open(3), IssueState::Disputed);
        assert_eq!(IssueState::Disputed.with_open(0), IssueState::Closed);
        assert_eq!(IssueState::Closed.with_open(1), IssueState::Open, "an undo brings rows back");
    }

    #[test]
    fn a_number_can_be_said_on_the_telephone() {
        let id: IssueId = "01912f5e-8a7b-7c3d-9e4f-0123456789ab".parse().unwrap();
        assert_eq!(issue_number(id, "2026-11-22".parse().unwrap()), "ZG261122-89AB");
    }
}
