//! Wrong rows (问题数据) and their mending.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// Where a wrong row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowState {
    /// 待更正: at least one cell is rejected
    Open,
    /// 已更正: passes now, waits to be landed
    Mended,
    /// 已入库
    Landed,
    /// 已放弃: withdrawn by the department, with the submission or alone
    Dropped,
    /// 已由后来的报送代替: the same decision was handed in again later, and passed
    Superseded,
}

impl RowState {
    /// The stored name, also the key of its text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Mended => "mended",
            Self::Landed => "landed",
            Self::Dropped => "dropped",
            Self::Superseded => "superseded",
        }
    }
}

/// A row as handed in, by field code, with its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WrongRow {
    /// Row number as the spreadsheet shows it.
    pub row: u32,
    /// File inside the upload, where a zip holds several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Sheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Cell text by field code.
    pub values: IndexMap<String, String>,
}
