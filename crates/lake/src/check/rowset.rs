//! Sets of rows (行集), small enough to hand from pass to pass.

use roaring::RoaringBitmap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Rows by their spreadsheet number. Serialised as a list of closed ranges, `[[3,3],[10,240]]`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RowSet(RoaringBitmap);

impl RowSet {
    /// Whether the row is among them.
    #[must_use]
    pub fn contains(&self, row: u32) -> bool {
        self.0.contains(row)
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a row.
    pub fn insert(&mut self, row: u32) {
        self.0.insert(row);
    }

    /// The rows in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.iter()
    }
}

impl From<RoaringBitmap> for RowSet {
    fn from(rows: RoaringBitmap) -> Self {
        Self(rows)
    }
}

impl Serialize for RowSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for row in &self.0 {
            match ranges.last_mut() {
                Some((_, to)) if *to + 1 == row => *to = row,
                _ => ranges.push((row, row)),
            }
        }
        ranges.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RowSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ranges: Vec<(u32, u32)> = Vec::deserialize(deserializer)?;
        let mut rows = RoaringBitmap::new();
        for (from, to) in ranges {
            rows.insert_range(from..=to);
        }
        Ok(Self(rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_survives_as_ranges() {
        let mut set = RowSet::default();
        [3, 10, 11, 12, 40].into_iter().for_each(|r| set.insert(r));
        let json = serde_json::to_string(&set).unwrap();
        assert_eq!(json, "[[3,3],[10,12],[40,40]]");
        assert_eq!(serde_json::from_str::<RowSet>(&json).unwrap(), set);
    }
}
