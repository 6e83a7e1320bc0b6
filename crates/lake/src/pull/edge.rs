//! The rows at the value reached. A pull that reads them again must tell "the same rows once more" from "another row
//! with the same instant", whatever order the database hands them over in.

use sha2::{Digest as _, Sha256};

/// Sum over the rows that carry the last value.
#[derive(Debug, Default)]
pub(super) struct Edge {
    value: Option<String>,
    rows: u64,
    mixed: [u8; 32],
}

impl Edge {
    /// Adds a row; a new value of the increasing column begins anew.
    pub(super) fn add(&mut self, value: &str, line: &[u8]) {
        if self.value.as_deref() != Some(value) {
            *self = Self { value: Some(value.to_owned()), ..Self::default() };
        }
        self.rows += 1;
        for (m, d) in self.mixed.iter_mut().zip(Sha256::digest(line)) {
            *m = m.wrapping_add(d);
        }
    }

    /// Count and digest; equal for the same rows in any order.
    pub(super) fn text(&self) -> Option<String> {
        self.value.as_ref().map(|_| format!("{}:{}", self.rows, hex::encode(self.mixed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(rows: &[(&str, &str)]) -> Option<String> {
        let mut edge = Edge::default();
        for (value, line) in rows {
            edge.add(value, line.as_bytes());
        }
        edge.text()
    }

    #[test]
    fn the_last_rows_are_known_again_in_any_order() {
        assert_eq!(edge(&[]), None);
        let first = edge(&[("1", "x"), ("2", "a"), ("2", "b")]);
        assert_eq!(first, edge(&[("2", "b"), ("2", "a")]));
        assert_ne!(first, edge(&[("2", "b"), ("2", "a"), ("2", "c")]));
        assert_ne!(first, edge(&[("2", "b"), ("2", "changed")]));
        // Two equal rows do not cancel each other out.
        assert_ne!(edge(&[("2", "a"), ("2", "a")]), edge(&[("2", "b"), ("2", "b")]));
    }
}
