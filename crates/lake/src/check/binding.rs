//! Which column of a file holds which field (表头对应).

use serde::{Deserialize, Serialize};

/// The columns of one table bound to the fields of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Binding {
    /// The header as written.
    pub headers: Vec<String>,
    /// By field of the resource: index of its column.
    pub columns: Vec<Option<usize>>,
    /// Columns that no field answers to, by index.
    pub unknown: Vec<usize>,
    /// Columns whose header stands there twice: the later column and the first.
    pub repeated: Vec<(usize, usize)>,
}

impl Binding {
    /// How many fields have a column.
    #[must_use]
    pub fn bound(&self) -> usize {
        self.columns.iter().flatten().count()
    }
}
