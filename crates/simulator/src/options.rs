//! What a city is generated with (生成参数).

use std::str::FromStr;

use chrono::NaiveDate;
use indexmap::IndexMap;
use serde::Serialize;
use standards::calendar;

use crate::city::date;

/// How large the city is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// For tests: 1,200 entities, some 4,000 decisions.
    Tiny,
    /// For a demo: 5,000 entities, some 25,000 decisions.
    #[default]
    Small,
    /// A city of half a million: 200,000 entities, some 500,000 decisions.
    City,
}

impl Scale {
    /// Names as given on the command line.
    pub const NAMES: [(&'static str, Self); 3] =
        [("tiny", Self::Tiny), ("small", Self::Small), ("city", Self::City)];

    pub(crate) const fn size(self) -> Size {
        match self {
            Self::Tiny => {
                Size { entities: 1_200, persons: 800, townships: 2, villages: 2, rows: 30, batches: 2 }
            }
            Self::Small => {
                Size { entities: 5_000, persons: 4_000, townships: 4, villages: 6, rows: 80, batches: 2 }
            }
            Self::City => Size {
                entities: 200_000,
                persons: 400_000,
                townships: 12,
                villages: 30,
                rows: 1_600,
                batches: 2,
            },
        }
    }
}

impl FromStr for Scale {
    type Err = String;

    fn from_str(s: &str) -> Result<Self, String> {
        Self::NAMES.into_iter().find(|(name, _)| *name == s).map(|(_, scale)| scale).ok_or_else(|| {
            format!("没有规模“{s}”，请选 tiny、small 或 city。No scale “{s}”: choose tiny, small or city.")
        })
    }
}

/// The counts behind a scale.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub entities: usize,
    pub persons: usize,
    /// Townships of a district.
    pub townships: usize,
    /// Villages of a township.
    pub villages: usize,
    /// Rows of a batch of decisions, on average.
    pub rows: usize,
    /// Batches of a department, resource and month.
    pub batches: usize,
}

/// Everything the bytes of a city depend on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Options {
    /// Seed: the same seed and options give the same bytes.
    pub seed: u64,
    /// Size.
    pub scale: Scale,
    /// Last day of the simulated history. Fixed by default, because the day of generation would change the bytes.
    pub as_of: NaiveDate,
    /// Months of history up to that day.
    pub months: u32,
    /// Whether departments hand in on days of their own, the last ones on [`Self::as_of`] and a few behind
    /// (各部门进度不一), or all of them in the middle and at the end of each month.
    pub staggered: bool,
    /// Share of rows with a planted defect (0–1).
    pub defects: f64,
    /// Share of the remaining rows that are handed in after the seven working days (0–1).
    pub late: f64,
    /// Rate of single defects (share of the rows of a resource, 0–1), by name; the others share `defects` by weight.
    pub rates: IndexMap<String, f64>,
    /// Whether every defect is planted at least once in every resource it is meant for, whatever the rates.
    pub every_defect_once: bool,
}

impl Options {
    /// The defaults of a seed and scale.
    #[must_use]
    pub fn new(seed: u64, scale: Scale) -> Self {
        Self {
            seed,
            scale,
            as_of: date(2026, 6, 30),
            months: 3,
            staggered: false,
            defects: 0.06,
            late: 0.05,
            rates: IndexMap::new(),
            every_defect_once: true,
        }
    }

    /// A city that is alive on a day: its history ends then, or on the last day of the published working-day calendar
    /// where that comes first, because no working day can be counted beyond it.
    #[must_use]
    pub fn alive_on(seed: u64, scale: Scale, today: NaiveDate) -> Self {
        Self { as_of: today.min(calendar::last_day()), staggered: true, ..Self::new(seed, scale) }
    }
}
