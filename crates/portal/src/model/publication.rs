//! A published record (公示记录) and how it stands.

use std::str::FromStr;

use chrono::NaiveDate;

/// How a record stands towards the public (公示状态).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// 待核: held back until a person has decided about a number that may be personal.
    Held,
    /// 公示中
    Published,
    /// 公示中（已标注）: shown with a mark, such as that an objection is open.
    Marked,
    /// 已撤回: taken down, the reason is shown.
    Withdrawn,
    /// 已到期: its time was over.
    Expired,
}

impl State {
    /// In the order of lists.
    pub const ALL: [Self; 5] = [Self::Held, Self::Published, Self::Marked, Self::Withdrawn, Self::Expired];

    /// The stored name, also the end of the key of its text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Published => "published",
            Self::Marked => "marked",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }

    /// Whether its content is public.
    #[must_use]
    pub const fn is_shown(self) -> bool {
        matches!(self, Self::Published | Self::Marked)
    }

    /// The class of its badge.
    #[must_use]
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Held => "warn",
            Self::Published => "pass",
            Self::Marked => "warn",
            Self::Withdrawn => "reject",
            Self::Expired => "info",
        }
    }
}

impl FromStr for State {
    type Err = ();

    fn from_str(s: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|v| v.name() == s).ok_or(())
    }
}

/// Why a record is not shown any more (撤回原因).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// 决定被撤销、变更、确认违法或无效 (行政处罚法第四十八条): must be taken down within three working days.
    Quashed,
    /// 异议成立
    Objection,
    /// 信用修复
    Repaired,
    /// 涉及个人隐私、商业秘密
    Privacy,
    /// 不应公示
    NotPublic,
    /// 数据状态为无效: the department's own row says that it holds no longer.
    Invalid,
    /// 数源部门撤回了数据: the submission was taken back.
    TakenBack,
    /// 由更正后的记录代替: the same decision came again with its key put right.
    Replaced,
}

impl Reason {
    /// All, in the order of forms.
    pub const ALL: [Self; 8] = [
        Self::Quashed,
        Self::Objection,
        Self::Repaired,
        Self::Privacy,
        Self::NotPublic,
        Self::Invalid,
        Self::TakenBack,
        Self::Replaced,
    ];

    /// The stored name, also the end of the key of its text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Quashed => "quashed",
            Self::Objection => "objection",
            Self::Repaired => "repaired",
            Self::Privacy => "privacy",
            Self::NotPublic => "not-public",
            Self::Invalid => "invalid",
            Self::TakenBack => "taken-back",
            Self::Replaced => "replaced",
        }
    }

    /// Whether it follows from the data alone, and so ends when the data says otherwise. What a person took down, only a
    /// person puts back.
    #[must_use]
    pub const fn is_automatic(self) -> bool {
        matches!(self, Self::Invalid | Self::TakenBack | Self::Replaced)
    }

    /// Whether a decision stands behind it, of a case or of whoever ended the decision itself.
    #[must_use]
    pub const fn is_decided(self) -> bool {
        matches!(self, Self::Quashed | Self::Objection | Self::Repaired)
    }

    /// Whether what was decided holds for a later record of the same decision, under another key. Of another day it may be a document
    /// that was renewed under its old number; what is repaired are penalties, which nobody renews.
    #[must_use]
    pub const fn holds_for(self, same_day: bool) -> bool {
        match self {
            Self::Repaired => true,
            Self::Quashed | Self::Objection => same_day,
            _ => false,
        }
    }

    /// Whether it is what a case decides: whoever handed a record in cannot end its publication so without one.
    #[must_use]
    pub const fn is_of_case(self) -> bool {
        matches!(self, Self::Objection | Self::Repaired)
    }

    /// Those a person may choose; the results of cases the bureau alone.
    pub fn by_hand(bureau: bool) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |r| !r.is_automatic() && (bureau || !r.is_of_case()))
    }
}

impl FromStr for Reason {
    type Err = ();

    fn from_str(s: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|v| v.name() == s).ok_or(())
    }
}

/// What the row itself says, before anything a person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// The last day on which it is shown.
    pub until: Option<NaiveDate>,
    /// The row says that it holds no longer.
    pub invalid: bool,
    /// A number in it may be personal, and nobody has decided about it.
    pub doubtful: bool,
}

/// How a record stands now, given how it stood.
///
/// What a person withdrew stays withdrawn whatever row comes; a mark stays until it is taken off.
#[must_use]
pub fn settle(
    before: Option<(State, Option<Reason>)>,
    facts: &Facts,
    today: NaiveDate,
) -> (State, Option<Reason>) {
    if let Some((State::Withdrawn, Some(reason))) = before
        && !reason.is_automatic()
    {
        return (State::Withdrawn, Some(reason));
    }
    if facts.invalid {
        return (State::Withdrawn, Some(Reason::Invalid));
    }
    if facts.until.is_some_and(|last| last < today) {
        return (State::Expired, None);
    }
    if facts.doubtful {
        return (State::Held, None);
    }
    match before {
        Some((State::Marked, _)) => (State::Marked, None),
        _ => (State::Published, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_took_down_stays_down_and_what_the_data_took_down_comes_back() {
        let today: NaiveDate = "2026-01-05".parse().unwrap();
        let fine = Facts { until: Some(today), invalid: false, doubtful: false };
        let stands = |before, facts: &Facts| settle(before, facts, today);
        assert_eq!(stands(None, &fine), (State::Published, None), "the last day is still shown");
        let by_hand = Some((State::Withdrawn, Some(Reason::Quashed)));
        assert_eq!(stands(by_hand, &fine), (State::Withdrawn, Some(Reason::Quashed)));
        let by_data = Some((State::Withdrawn, Some(Reason::TakenBack)));
        assert_eq!(stands(by_data, &fine), (State::Published, None));
        assert_eq!(stands(Some((State::Marked, None)), &fine), (State::Marked, None));
        assert_eq!(stands(Some((State::Expired, None)), &fine), (State::Published, None));
        let over = Facts { until: today.pred_opt(), ..fine };
        assert_eq!(stands(Some((State::Marked, None)), &over), (State::Expired, None));
        let invalid = Facts { invalid: true, ..fine };
        assert_eq!(stands(None, &invalid), (State::Withdrawn, Some(Reason::Invalid)));
        let doubtful = Facts { doubtful: true, ..fine };
        assert_eq!(stands(Some((State::Published, None)), &doubtful), (State::Held, None));
    }
}
