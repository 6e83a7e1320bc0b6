//! Why a record is not shared (停止共享).

/// A reason, each of which ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Somebody decided it: an objection, a repair, the end of the decision.
    Decided,
    /// Its mapping leaves it out, until its source says otherwise.
    LeftOut,
    /// 由更正后的记录代替: the same decision stands in another record.
    Replaced,
    /// 同一决定的原记录已撤下: what was decided of an earlier record of the decision holds for it as well.
    Original,
}

impl Stop {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Decided, Self::LeftOut, Self::Replaced, Self::Original];

    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decided => "decided",
            Self::LeftOut => "left-out",
            Self::Replaced => "replaced",
            Self::Original => "original",
        }
    }
}
