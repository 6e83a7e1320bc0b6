//! What is to be exported (导出): all of it decided when it is asked for, so that it can be made later.

use lake::query::Browse;
use serde::{Deserialize, Serialize};

use super::Sight;

/// Rows wanted as a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Wanted {
    /// Code of the resource whose table is read.
    pub resource: String,
    /// Which rows; once counted, of one version.
    pub browse: Browse,
    /// Columns written; what is read beside them only says whose row it is.
    pub columns: Vec<String>,
    /// Their headings with their widths in characters.
    pub heads: Vec<(String, u32)>,
    /// How the cells may be seen.
    pub sight: Sight,
    /// Name of the sheet.
    pub title: String,
    /// Name of the file without its ending.
    pub name: String,
}
