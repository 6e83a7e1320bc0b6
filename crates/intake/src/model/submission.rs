//! A submission (报送批次): one file or push on its way into the lake.

use std::fmt;
use std::str::FromStr;

use kernel::{Error, Result};
use serde::{Deserialize, Serialize};

/// How a submission came in (报送方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// 文件上传
    Upload,
    /// 接口推送
    Push,
    /// 前置库抽取
    Pull,
    /// 更正入库: mended rows of an earlier submission
    Mend,
    /// 标准转换: made of another submission's rows by a mapping
    Derive,
}

/// Where a submission stands (状态).
///
/// ```text
/// received ─► read ─┬─► mapping ─► checking ─┬─► held ─► landing ─► landed
///                   └──────────────┘         └────────────┘
/// any of them ─► refused (cannot be read, or turned away) ; any before landing, or landed ─► withdrawn
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// 已接收: the bytes are stored
    Received,
    /// 待对应: some headers must be matched to fields by a person
    Mapping,
    /// 校验中
    Checking,
    /// 待决定: more rows failed than the resource allows; a person decides
    Held,
    /// 入库中
    Landing,
    /// 已入库: the good rows are in the lake; wrong ones may be open for mending
    Landed,
    /// 已退回: could not be read, or was turned away
    Refused,
    /// 已撤回: taken back by the department; its rows are out of the lake again
    Withdrawn,
}

impl State {
    /// All states in the order of the flow.
    pub const ALL: [Self; 8] = [
        Self::Received,
        Self::Mapping,
        Self::Checking,
        Self::Held,
        Self::Landing,
        Self::Landed,
        Self::Refused,
        Self::Withdrawn,
    ];

    /// The stored name, also the key of its text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Mapping => "mapping",
            Self::Checking => "checking",
            Self::Held => "held",
            Self::Landing => "landing",
            Self::Landed => "landed",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether `next` may follow.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        use State::{Checking, Held, Landed, Landing, Mapping, Received, Refused, Withdrawn};
        match (self, next) {
            (Received, Mapping | Checking)
            | (Mapping, Checking)
            | (Checking, Held | Landing | Mapping)
            | (Held, Landing | Checking)
            | (Landing | Landed, Landed) => true,
            (Received | Mapping | Checking | Held, Refused | Withdrawn) | (Landed, Withdrawn) => true,
            // A crash may repeat a step; repeating is not moving.
            (a, b) => a == b,
        }
    }

    /// Fails with a conflict unless `next` may follow.
    ///
    /// # Errors
    /// `submission-state` when the step is not allowed from here.
    pub fn to(self, next: Self) -> Result<Self> {
        if self.may_become(next) {
            return Ok(next);
        }
        Err(Error::conflict(
            "submission-state",
            format!("这批数据现在是“{}”，不能改为“{}”。请刷新页面查看最新状态。", self.zh(), next.zh()),
            format!(
                "This submission is “{}” and cannot become “{}”. Reload the page to see where it stands.",
                self.name(),
                next.name()
            ),
        ))
    }

    /// Whether background work is going on, so that a page should keep asking.
    #[must_use]
    pub const fn is_working(self) -> bool {
        matches!(self, Self::Received | Self::Checking | Self::Landing)
    }

    /// Which of the four steps shown to people it belongs to.
    #[must_use]
    pub const fn step(self) -> Step {
        match self {
            Self::Received => Step::Received,
            Self::Mapping => Step::Read,
            Self::Checking | Self::Held => Step::Checked,
            Self::Landing | Self::Landed | Self::Refused | Self::Withdrawn => Step::Ended,
        }
    }

    const fn zh(self) -> &'static str {
        match self {
            Self::Received => "已接收",
            Self::Mapping => "待对应表头",
            Self::Checking => "校验中",
            Self::Held => "待决定",
            Self::Landing => "入库中",
            Self::Landed => "已入库",
            Self::Refused => "已退回",
            Self::Withdrawn => "已撤回",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for State {
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

impl Way {
    /// All ways.
    pub const ALL: [Self; 5] = [Self::Upload, Self::Push, Self::Pull, Self::Mend, Self::Derive];

    /// The stored name, also the key of its text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Push => "push",
            Self::Pull => "pull",
            Self::Mend => "mend",
            Self::Derive => "derive",
        }
    }
}

/// The four steps of the progress shown to people: received → read → checked → landed (or refused, withdrawn).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// 接收
    Received,
    /// 读取
    Read,
    /// 校验
    Checked,
    /// 入库
    Ended,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flow_goes_forward_only() {
        assert!(State::Received.may_become(State::Checking));
        assert!(State::Checking.may_become(State::Landing));
        assert!(State::Landing.may_become(State::Landed));
        assert!(!State::Landed.may_become(State::Checking));
        assert!(!State::Refused.may_become(State::Landing));
        assert!(!State::Withdrawn.may_become(State::Landed));
        assert!(State::Landed.to(State::Checking).is_err());
    }

    #[test]
    fn names_round_trip() {
        for s in State::ALL {
            assert_eq!(s.name().parse::<State>().unwrap(), s);
        }
    }

    #[test]
    fn a_repeated_step_after_a_crash_is_allowed() {
        for s in State::ALL {
            assert!(s.may_become(s));
        }
    }
}
