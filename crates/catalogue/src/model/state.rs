//! Entry states (目录状态): 草稿 → 待注册审核 → 已注册 → 待发布审核 → 已发布 → 变更审核中 / 下架.

use std::fmt;
use std::str::FromStr;

use kernel::{Error, Result};
use serde::{Deserialize, Serialize};

/// Where a catalogue entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryState {
    /// 草稿
    Draft,
    /// 待注册审核
    Registering,
    /// 退回修改
    SentBack,
    /// 已注册
    Registered,
    /// 待发布审核
    Publishing,
    /// 已发布
    Published,
    /// 变更审核中: a later version waits for review; this one stays in force
    Changing,
    /// 已下架
    TakenDown,
    /// 已拒绝
    Rejected,
    /// 历史版本: replaced by a later version
    Superseded,
}

/// What a reviewer decides (审核结论).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// 通过
    Approve,
    /// 退回修改
    SendBack,
    /// 拒绝
    Reject,
}

impl EntryState {
    /// All states in the order of the flow.
    pub const ALL: [Self; 10] = [
        Self::Draft,
        Self::Registering,
        Self::SentBack,
        Self::Registered,
        Self::Publishing,
        Self::Published,
        Self::Changing,
        Self::TakenDown,
        Self::Rejected,
        Self::Superseded,
    ];

    /// The stored name, also the key of its text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Registering => "registering",
            Self::SentBack => "sent-back",
            Self::Registered => "registered",
            Self::Publishing => "publishing",
            Self::Published => "published",
            Self::Changing => "changing",
            Self::TakenDown => "taken-down",
            Self::Rejected => "rejected",
            Self::Superseded => "superseded",
        }
    }

    /// The state after the department hands the entry in for review. The first version is registered, then
    /// published; a `change` of a published entry is registered already and goes straight to the second review.
    ///
    /// # Errors
    /// `entry-state` when there is nothing to hand in.
    pub fn submit(self, change: bool) -> Result<Self> {
        match self {
            Self::Draft | Self::SentBack if change => Ok(Self::Publishing),
            Self::Draft | Self::SentBack => Ok(Self::Registering),
            Self::Registered | Self::TakenDown => Ok(Self::Publishing),
            other => Err(other.refuse("提交审核", "handed in for review")),
        }
    }

    /// The state after a review; `change` as in [`EntryState::submit`].
    ///
    /// # Errors
    /// `entry-state` when nothing is under review.
    pub fn review(self, verdict: Verdict, change: bool) -> Result<Self> {
        match (self, verdict) {
            (Self::Registering, Verdict::Approve) => Ok(Self::Registered),
            (Self::Registering, Verdict::SendBack) => Ok(Self::SentBack),
            (Self::Publishing, Verdict::Approve) => Ok(Self::Published),
            (Self::Publishing, Verdict::SendBack) if change => Ok(Self::SentBack),
            (Self::Publishing, Verdict::SendBack) => Ok(Self::Registered),
            (Self::Registering | Self::Publishing, Verdict::Reject) => Ok(Self::Rejected),
            (other, _) => Err(other.refuse("审核", "reviewed")),
        }
    }

    /// The state after the entry is taken down.
    ///
    /// # Errors
    /// `entry-state` unless it is published.
    pub fn take_down(self) -> Result<Self> {
        match self {
            Self::Published => Ok(Self::TakenDown),
            other => Err(other.refuse("下架", "taken down")),
        }
    }

    /// Whether the content may be edited in place.
    #[must_use]
    pub const fn editable(self) -> bool {
        matches!(self, Self::Draft | Self::SentBack | Self::Registered)
    }

    /// Whether editing makes a new version: what was once published is never overwritten.
    #[must_use]
    pub const fn needs_new_version(self) -> bool {
        matches!(self, Self::Published | Self::TakenDown)
    }

    /// Whether a reviewer has to decide.
    #[must_use]
    pub const fn waits(self) -> bool {
        matches!(self, Self::Registering | Self::Publishing)
    }

    /// `pass`, `warn`, `reject`, `info` or nothing: how the state is coloured.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Published => "pass",
            Self::Registering | Self::Publishing | Self::Changing => "info",
            Self::SentBack => "warn",
            Self::Rejected => "reject",
            Self::Draft | Self::Registered | Self::TakenDown | Self::Superseded => "",
        }
    }

    pub(crate) fn refuse(self, zh: &str, en: &str) -> Error {
        Error::conflict(
            "entry-state",
            format!("这条目录现在不能{zh}（状态：{self}）。请刷新页面查看最新状态。"),
            format!("This entry cannot be {en} now (it is {self}). Reload the page to see where it stands."),
        )
    }
}

impl Verdict {
    /// All verdicts.
    pub const ALL: [Self; 3] = [Self::Approve, Self::SendBack, Self::Reject];

    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::SendBack => "send-back",
            Self::Reject => "reject",
        }
    }
}

impl FromStr for Verdict {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|v| v.name() == s).ok_or_else(|| {
            Error::bad_input(
                "unknown-verdict",
                format!("没有“{s}”这个审核结论，只能是通过、退回修改或拒绝。"),
                format!("There is no verdict “{s}”: approve, send back or reject."),
            )
        })
    }
}

impl fmt::Display for EntryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for EntryState {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|x| x.name() == s).ok_or_else(|| {
            Error::bad_input(
                "unknown-state",
                format!("没有“{s}”这个状态。"),
                format!("There is no state “{s}”."),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_publication() {
        let s = EntryState::Draft.submit(false).unwrap();
        let s = s.review(Verdict::SendBack, false).unwrap().submit(false).unwrap();
        let s = s.review(Verdict::Approve, false).unwrap().submit(false).unwrap();
        let s = s.review(Verdict::Approve, false).unwrap();
        assert_eq!(s, EntryState::Published);
        assert_eq!(s.take_down().unwrap().submit(false).unwrap(), EntryState::Publishing);
    }

    #[test]
    fn what_is_not_under_review_cannot_be_reviewed() {
        assert!(EntryState::Draft.review(Verdict::Approve, false).is_err());
        assert!(EntryState::Published.submit(false).is_err());
        assert!(EntryState::Draft.take_down().is_err());
    }

    #[test]
    fn a_change_is_reviewed_once() {
        let s = EntryState::Draft.submit(true).unwrap();
        assert_eq!(s, EntryState::Publishing);
        assert_eq!(s.review(Verdict::SendBack, true).unwrap(), EntryState::SentBack);
        assert_eq!(s.review(Verdict::Approve, true).unwrap(), EntryState::Published);
    }

    #[test]
    fn what_was_published_is_never_overwritten() {
        for s in EntryState::ALL {
            assert!(!(s.editable() && s.needs_new_version()), "{s}");
        }
        assert!(EntryState::TakenDown.needs_new_version() && EntryState::Draft.editable());
    }

    #[test]
    fn names_round_trip() {
        for s in EntryState::ALL {
            assert_eq!(s.name().parse::<EntryState>().unwrap(), s);
        }
    }
}
