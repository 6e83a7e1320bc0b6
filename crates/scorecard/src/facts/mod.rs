//! Facts (事实): what the other capabilities know, copied into tables of the lake that only grow. A fact that changed is written
//! again with the number of the batch that saw the change; the newest line at or before a batch is the fact as it stood then. So
//! a batch number is the state of all facts at a moment, and no retention can take it away: no line is ever replaced.

mod gather;
mod read;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use lake::table::{Column, ColumnType, TableSpec};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) use gather::{EVERY, REST, gather, gather_patiently};

/// A kind of facts, each a table of the lake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// 决定: decisions and their dates.
    Decisions,
    /// 收件: submissions and their rows.
    Receipts,
    /// 整改单: causes of wrong rows.
    Issues,
    /// 目录: entries in force.
    Entries,
    /// 退回数据: records sent back by the superior.
    Returns,
    /// 异议和修复: cases of the public.
    Cases,
    /// 协同任务: desks of a case, and returned records, with their due days.
    Tasks,
    /// 抽查: public records compared with the lake.
    Samples,
    /// 抽查评估: what outside evaluators found in the files of departments.
    Evaluations,
    /// 登记数据: figures that the bureau enters, because their business is done elsewhere.
    Registered,
    /// 单位: organisations, and whether they have accounts.
    Units,
}

const TEXT: ColumnType = ColumnType::Text;
const DATE: ColumnType = ColumnType::Date;
const COUNT: ColumnType = ColumnType::Integer;

/// Columns that every kind has: whose fact it is, of which resource and decision, and the day on which it happened or began, by
/// which scope and exemptions are judged (see [`Kind::judged_by`]).
const COMMON: [(&str, ColumnType); 5] =
    [("ID", TEXT), ("ORG", TEXT), ("RESOURCE", TEXT), ("RECORD", TEXT), ("DAY", DATE)];

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 11] = [
        Self::Decisions,
        Self::Receipts,
        Self::Issues,
        Self::Entries,
        Self::Returns,
        Self::Cases,
        Self::Tasks,
        Self::Samples,
        Self::Evaluations,
        Self::Registered,
        Self::Units,
    ];

    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decisions => "decisions",
            Self::Receipts => "receipts",
            Self::Issues => "issues",
            Self::Entries => "entries",
            Self::Returns => "returns",
            Self::Cases => "cases",
            Self::Tasks => "tasks",
            Self::Samples => "samples",
            Self::Evaluations => "evaluations",
            Self::Registered => "registered",
            Self::Units => "units",
        }
    }

    /// Its table in the lake.
    #[must_use]
    pub const fn table(self) -> &'static str {
        match self {
            Self::Decisions => "fact-decisions",
            Self::Receipts => "fact-receipts",
            Self::Issues => "fact-issues",
            Self::Entries => "fact-entries",
            Self::Returns => "fact-returns",
            Self::Cases => "fact-cases",
            Self::Tasks => "fact-tasks",
            Self::Samples => "fact-samples",
            Self::Evaluations => "fact-evaluations",
            Self::Registered => "fact-registered",
            Self::Units => "fact-units",
        }
    }

    /// The day by which scope and exemptions are judged. A fact that happened has its own; one that stands until another takes its
    /// place counts as it stands at the end of the period, however long ago it began.
    #[must_use]
    pub const fn judged_by(self) -> &'static str {
        match self {
            Self::Registered | Self::Units => ":to",
            _ => "DAY",
        }
    }

    /// The columns a formula may name, with their types; days are Beijing's.
    #[must_use]
    pub fn columns(self) -> Vec<(&'static str, ColumnType)> {
        let own: &[(&str, ColumnType)] = match self {
            Self::Decisions => &[
                ("DECIDED_ON", DATE),
                ("DEADLINE", DATE),
                ("EXPECTED_FROM", TEXT),
                ("RECEIVED_ON", DATE),
                ("VALID_ON", DATE),
                ("ATTEMPTS", COUNT),
                ("FIRST_VALID", COUNT),
                ("PUBLISHED_ON", DATE),
                ("WITHDRAWN_ON", DATE),
            ],
            Self::Receipts => &[
                ("KIND", TEXT),
                ("WAY", TEXT),
                ("NAME", TEXT),
                ("STATE", TEXT),
                ("RECEIVED", COUNT),
                ("PASSED", COUNT),
                ("REJECTED", COUNT),
                ("LANDED", COUNT),
                ("UPDATED", COUNT),
                ("UNLINKED", COUNT),
                ("ITEMS", COUNT),
                ("GIVEN", COUNT),
                ("OPEN", COUNT),
                ("MENDED", COUNT),
                ("REPAIRED", COUNT),
                ("DROPPED", COUNT),
            ],
            Self::Issues => &[
                ("FINDINGS", COUNT),
                ("OPEN", COUNT),
                ("STATE", TEXT),
                ("DUE", DATE),
                ("OPENED_ON", DATE),
                ("CLOSED_ON", DATE),
            ],
            Self::Entries => {
                &[("CODE", TEXT), ("NAME", TEXT), ("SHARE", TEXT), ("PUBLISHED_ON", DATE), ("MOUNTED", COUNT)]
            }
            Self::Returns => &[("RETURNED_ON", DATE), ("DUE", DATE), ("CLOSED_ON", DATE), ("OUTCOME", TEXT)],
            Self::Cases => &[
                ("KIND", TEXT),
                ("OPENED_ON", DATE),
                ("DUE", DATE),
                ("CLOSED_ON", DATE),
                ("OUTCOME", TEXT),
                ("PAPERS", COUNT),
                ("ACKNOWLEDGED_ON", DATE),
            ],
            Self::Tasks => &[("ABOUT", TEXT), ("DESK", TEXT), ("DUE", DATE), ("CLOSED_ON", DATE)],
            Self::Evaluations => &[("EVALUATOR", TEXT), ("SAMPLED", COUNT), ("UNREPORTED", COUNT)],
            Self::Samples => &[("SAMPLED_ON", DATE), ("OK", COUNT), ("FAULT", TEXT)],
            Self::Registered => {
                &[("CODE", TEXT), ("UNTIL", DATE), ("WHOLE", COUNT), ("PART", COUNT), ("BASIS", TEXT)]
            }
            Self::Units => &[("KIND", TEXT), ("ENDED_ON", DATE), ("ACTIVE", COUNT), ("OPENED_ON", DATE)],
        };
        COMMON.iter().chain(own).copied().collect()
    }

    /// The shape of its table: the columns, the batch, and whether the fact is no more.
    pub(crate) fn spec(self) -> TableSpec {
        let columns = self.columns().into_iter().chain([(BATCH, COUNT), (GONE, COUNT)]);
        TableSpec {
            code: self.table().to_owned(),
            fields: columns.map(|(name, kind)| Column { name: name.to_owned(), kind }).collect(),
            key: Vec::new(),
            documents: Vec::new(),
            valid_from: None,
        }
    }
}

/// The number of the batch with which a line was written.
pub(crate) const BATCH: &str = "BATCH";
/// 1 where the fact is no more.
pub(crate) const GONE: &str = "GONE";

/// One fact as it stands.
pub(crate) struct Fact {
    pub id: Uuid,
    pub row: serde_json::Map<String, serde_json::Value>,
}

/// The state of all facts at a moment: the last batch of each kind, none where nothing was ever known of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks(pub BTreeMap<Kind, i64>);

/// What the board shows (看板所示): the facts as they stood when its figures were counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    pub marks: Marks,
    /// Newest versions of the fact tables at that moment.
    pub versions: BTreeMap<String, u64>,
    /// The day of judgement.
    pub as_of: NaiveDate,
    /// When facts had been looked through; never where none were.
    pub looked_at: Option<DateTime<Utc>>,
}
