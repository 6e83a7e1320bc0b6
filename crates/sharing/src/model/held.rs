//! Rows that a mapping cannot decide on (人工决定).

/// Where such a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldState {
    /// 待决定
    Open,
    /// 已决定: it went with what a person gave
    Decided,
    /// 不报送: a person decided that it does not go
    Dropped,
    /// 已失效: its source was taken back or handed in anew
    Gone,
}

impl HeldState {
    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Decided => "decided",
            Self::Dropped => "dropped",
            Self::Gone => "gone",
        }
    }
}
