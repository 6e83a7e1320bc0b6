//! What a named person answers for (负责人清单).

use std::str::FromStr;

use kernel::Error;

/// The duty of a responsible person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Duty {
    /// 负责人: one for each organisation or entry
    Responsible,
    /// 副负责人, who stands in; there may be several
    Deputy,
    /// 分管领导: one for each organisation or entry
    Leader,
}

impl Duty {
    /// All duties, as lists show them.
    pub const ALL: [Self; 3] = [Self::Responsible, Self::Deputy, Self::Leader];

    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Responsible => "responsible",
            Self::Deputy => "deputy",
            Self::Leader => "leader",
        }
    }

    /// Whether a new person takes the place of the one before.
    #[must_use]
    pub const fn single(self) -> bool {
        !matches!(self, Self::Deputy)
    }
}

impl FromStr for Duty {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|d| d.name() == s).ok_or_else(|| {
            Error::bad_input(
                "unknown-duty",
                format!("没有“{s}”这种职责，只能是负责人、副负责人或分管领导。"),
                format!("There is no duty “{s}”: responsible, deputy or leader."),
            )
        })
    }
}
