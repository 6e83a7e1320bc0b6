//! Repeated rows in a submission (提交内重复), over all its tables, found with twelve bytes a row.
//!
//! Every row leaves a 64-bit hash of its business key and 32 bits of its whole content, in row order. A filter tells
//! at once which rows may repeat an earlier one; only their keys are kept (on disk), so that the findings can show
//! them. At the end the hashes are sorted shard by shard, and the suspects that really repeat a row are reported.
//! Two different keys among ten million share a hash with a probability of three in a million.
//!
//! Of the rows with one key the first that can land keeps its place; a later one that could land too is a repeat. A row that is
//! rejected for what stands in it takes no row's place: people leave the wrong row where it is and add the right one below.

use std::io::{BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};

use kernel::{Error, Result};

use crate::table::error::working;

/// Stands for a row that takes no part: the header once more, a row whose cells are shifted.
pub(crate) const NO_KEY: u64 = 0;

/// Hashes of one chunk.
#[derive(Debug, Default)]
pub(crate) struct Hashes {
    /// By row: hash of the business key, or [`NO_KEY`].
    pub keys: Vec<u64>,
    /// By row: part of the hash of all cells.
    pub contents: Vec<u32>,
}

/// What a row has to do with another of the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    /// It is the other row once more, cell by cell.
    Same,
    /// It has the other row's key, and only one of the two can be kept.
    SameKey,
    /// It is rejected; the other row has its key and lands.
    OtherLands,
    /// It lands; the other row has its key and is rejected.
    OtherRejected,
}

/// A row that shares its key with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Repeat {
    /// Position in the submission, counting data rows from 0.
    at: u32,
    /// Position of the other row.
    of: u32,
    /// Position of the suspect that carries the key as text.
    told_by: u32,
    relation: Relation,
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RowPlace {
    /// Table, counted in the order in which they were begun.
    pub table: usize,
    /// Row as the spreadsheet shows it.
    pub row: u32,
}

/// A row that shares its key with another, to be reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Repeated {
    /// The row.
    pub row: RowPlace,
    /// The other.
    pub other: RowPlace,
    /// What the row has to do with it.
    pub relation: Relation,
    /// Business key as text; empty where a row has none.
    pub key: String,
}

/// What a suspect leaves so that it can be reported.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Suspect {
    /// Position in the submission, counting data rows from 0.
    at: u32,
    /// Business key as text.
    key: String,
}

/// Collects hashes in row order.
pub(crate) struct Duplicates {
    keys: Vec<Vec<u64>>,
    contents: Vec<Vec<u32>>,
    /// Each run of consecutive row numbers in one table: its first row, and that row's position.
    runs: Vec<(RowPlace, u32)>,
    /// Tables begun so far.
    tables: usize,
    rows: u32,
    filter: Filter,
    suspects: BufWriter<std::fs::File>,
    any: bool,
}

/// Shards of the sort: one holds a sixteenth of the rows.
const SHARDS: u64 = 16;

impl Duplicates {
    /// An empty collection; `expected` rows size the filter.
    ///
    /// # Errors
    /// `Internal` when no temporary file can be made.
    pub(crate) fn new(expected: u64) -> Result<Self> {
        let file = tempfile::tempfile().map_err(working)?;
        Ok(Self {
            keys: Vec::new(),
            contents: Vec::new(),
            runs: Vec::new(),
            tables: 0,
            rows: 0,
            filter: Filter::new(expected),
            suspects: BufWriter::new(file),
            any: false,
        })
    }

    /// Begins the next table; the chunks that follow are its own.
    pub(crate) fn begin_table(&mut self) {
        self.tables += 1;
    }

    /// Adds a chunk. `rows` are spreadsheet rows; `key` gives the business key of a row as text.
    ///
    /// # Errors
    /// `Internal` when the temporary file cannot be written, or there are more than four billion rows.
    pub(crate) fn add(&mut self, hashes: Hashes, rows: &[u32], key: impl Fn(usize) -> String) -> Result<()> {
        let table = self.tables.saturating_sub(1);
        let count = u32::try_from(hashes.keys.len()).map_err(Error::internal)?;
        let after = self.rows.checked_add(count).ok_or_else(|| Error::internal("too many rows"))?;
        for ((hash, row), at) in hashes.keys.iter().zip(rows).zip(self.rows..) {
            let goes_on = |(first, position): &(RowPlace, u32)| {
                first.table == table && row.checked_sub(first.row) == Some(at - position)
            };
            if !self.runs.last().is_some_and(goes_on) {
                self.runs.push((RowPlace { table, row: *row }, at));
            }
            if *hash != NO_KEY && self.filter.insert(*hash) {
                self.any = true;
                let suspect = Suspect { at, key: key((at - self.rows) as usize) };
                serde_json::to_writer(&mut self.suspects, &suspect).map_err(working)?;
                self.suspects.write_all(b"\n").map_err(working)?;
            }
        }
        self.rows = after;
        self.keys.push(hashes.keys);
        self.contents.push(hashes.contents);
        Ok(())
    }

    /// Finds every row that shares its key with another. `rejected` tells the rows that cannot land for what stands in them.
    pub(crate) fn settle(self, rejected: impl Fn(RowPlace) -> bool) -> Settled {
        let repeats = if self.any {
            self.repeats(|position| rejected(place_of(&self.runs, position)))
        } else {
            Vec::new()
        };
        Settled { repeats, runs: self.runs, suspects: self.suspects }
    }

    fn repeats(&self, rejected: impl Fn(u32) -> bool) -> Vec<Repeat> {
        let mut found = Vec::new();
        let mut shard: Vec<(u64, u32)> = Vec::with_capacity(self.rows as usize / SHARDS as usize + 1024);
        for s in 0..SHARDS {
            shard.clear();
            let mut at = 0;
            for keys in &self.keys {
                for key in keys {
                    if key % SHARDS == s && *key != NO_KEY {
                        shard.push((*key, at));
                    }
                    at += 1;
                }
            }
            shard.sort_unstable();
            for group in shard.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1) {
                self.relate(group, &rejected, &mut found);
            }
        }
        found.sort_unstable_by_key(|r| (r.told_by, r.at));
        found
    }

    /// Relates the rows of one key, at least two, to the one that keeps its place.
    fn relate(&self, group: &[(u64, u32)], rejected: &impl Fn(u32) -> bool, found: &mut Vec<Repeat>) {
        let first = group[0].1;
        let keeps = group.iter().map(|(_, at)| *at).find(|at| !rejected(*at));
        let kept = keeps.unwrap_or(first);
        // The first of a key is no suspect; the second knows the key as well.
        let told_by = |at: u32| if at == first { group[1].1 } else { at };
        let mut is_told = false;
        for at in group.iter().map(|(_, at)| *at).filter(|at| *at != kept) {
            let relation = if keeps.is_some() && rejected(at) {
                Relation::OtherLands
            } else if self.content(at) == self.content(kept) {
                Relation::Same
            } else {
                Relation::SameKey
            };
            found.push(Repeat { at, of: kept, told_by: told_by(at), relation });
            // The row that lands is told of the first only: it stays as it is in any case.
            if relation == Relation::OtherLands && !is_told {
                is_told = true;
                found.push(Repeat {
                    at: kept,
                    of: at,
                    told_by: told_by(kept),
                    relation: Relation::OtherRejected,
                });
            }
        }
    }

    /// Part of the hash of a row's cells.
    fn content(&self, at: u32) -> Option<u32> {
        let mut at = at as usize;
        for contents in &self.contents {
            if at < contents.len() {
                return Some(contents[at]);
            }
            at -= contents.len();
        }
        None
    }
}

/// The rows that share their key with another, to be told one by one.
pub(crate) struct Settled {
    repeats: Vec<Repeat>,
    runs: Vec<(RowPlace, u32)>,
    suspects: BufWriter<std::fs::File>,
}

impl Settled {
    /// Tells each of them.
    ///
    /// # Errors
    /// What `tell` returns; `Internal` when the temporary file cannot be read.
    pub(crate) fn report(self, mut tell: impl FnMut(Repeated) -> Result<()>) -> Result<()> {
        let mut file = self.suspects.into_inner().map_err(|e| working(e.into_error()))?;
        file.seek(SeekFrom::Start(0)).map_err(Error::internal)?;
        let mut suspects = BufReader::new(file).lines();
        let mut suspect: Option<Suspect> = None;
        for repeat in self.repeats {
            // The filter never misses a repeat, so each is told by one of the suspects, and both are in row order.
            while suspect.as_ref().is_none_or(|s| s.at != repeat.told_by) {
                let Some(line) = suspects.next() else { return Ok(()) };
                let line = line.map_err(Error::internal)?;
                suspect = Some(serde_json::from_str(&line).map_err(Error::internal)?);
            }
            tell(Repeated {
                row: place_of(&self.runs, repeat.at),
                other: place_of(&self.runs, repeat.of),
                relation: repeat.relation,
                key: suspect.as_ref().map(|s| s.key.clone()).unwrap_or_default(),
            })?;
        }
        Ok(())
    }
}

fn place_of(runs: &[(RowPlace, u32)], position: u32) -> RowPlace {
    let i = runs.partition_point(|(_, at)| *at <= position);
    i.checked_sub(1).map_or(RowPlace { table: 0, row: 0 }, |i| {
        let (first, at) = runs[i];
        RowPlace { row: first.row + (position - at), ..first }
    })
}

/// A Bloom filter: one bit in eight rows' worth of memory, never a miss, a few false alarms in a hundred at most, up to sixteen million rows.
struct Filter {
    bits: Vec<u64>,
    mask: u64,
}

impl Filter {
    fn new(expected: u64) -> Self {
        let bits = (expected.clamp(1 << 16, 1 << 24) * 8).next_power_of_two();
        Self { bits: vec![0; (bits / 64) as usize], mask: bits - 1 }
    }

    /// Adds a hash and tells whether it may have been there before.
    #[inline]
    fn insert(&mut self, hash: u64) -> bool {
        let mut seen = true;
        let step = hash.rotate_left(32) | 1;
        let mut h = hash;
        for _ in 0..3 {
            let bit = h & self.mask;
            let word = &mut self.bits[(bit / 64) as usize];
            seen &= *word >> (bit % 64) & 1 == 1;
            *word |= 1 << (bit % 64);
            h = h.wrapping_add(step);
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `(row, other row, relation)`; of another table than the first, rows count from a hundred.
    fn found(tables: &[(&[u64], &[u32], &[u32])], rejected: &[u32]) -> Vec<(u32, u32, Relation)> {
        let mut d = Duplicates::new(10).unwrap();
        for (keys, contents, rows) in tables {
            d.begin_table();
            for ((keys, contents), rows) in keys.chunks(3).zip(contents.chunks(3)).zip(rows.chunks(3)) {
                let hashes = Hashes { keys: keys.to_vec(), contents: contents.to_vec() };
                d.add(hashes, rows, |i| format!("key {}", keys[i])).unwrap();
            }
        }
        let mut out = Vec::new();
        let number = |p: RowPlace| p.row + 100 * u32::try_from(p.table).unwrap();
        let settled = d.settle(|place| rejected.contains(&number(place)));
        settled
            .report(|found| {
                let (table, row) = (found.row.table, found.row.row);
                let at = tables[table].2.iter().position(|r| *r == row).unwrap();
                assert_eq!(found.key, format!("key {}", tables[table].0[at]));
                out.push((number(found.row), number(found.other), found.relation));
                Ok(())
            })
            .unwrap();
        out
    }

    #[test]
    fn repeats_point_at_the_first_occurrence() {
        use Relation::{Same, SameKey};
        let keys = [7, 8, 9, 7, 23, 8, 7, NO_KEY, NO_KEY];
        let contents = [1, 2, 3, 1, 5, 9, 4, 6, 6];
        // Row 6 was blank.
        let rows = [2, 3, 4, 5, 7, 8, 9, 10, 11];
        assert_eq!(
            found(&[(&keys, &contents, &rows)], &[]),
            [(5, 2, Same), (8, 3, SameKey), (9, 2, SameKey)]
        );
    }

    #[test]
    fn a_rejected_row_takes_no_rows_place() {
        use Relation::{OtherLands, OtherRejected, Same, SameKey};
        let told = |rejected: &[u32]| found(&[(&[7, 7, 7], &[1, 2, 3], &[2, 3, 4])], rejected);
        assert_eq!(told(&[2]), [(2, 3, OtherLands), (3, 2, OtherRejected), (4, 3, SameKey)]);
        assert_eq!(told(&[3]), [(2, 3, OtherRejected), (3, 2, OtherLands), (4, 2, SameKey)]);
        assert_eq!(told(&[2, 3]), [(2, 4, OtherLands), (3, 4, OtherLands), (4, 2, OtherRejected)]);
        assert_eq!(told(&[2, 3, 4]), [(3, 2, SameKey), (4, 2, SameKey)], "none of them lands");
        let same = found(&[(&[7, 7], &[1, 1], &[2, 3])], &[2, 3]);
        assert_eq!(same, [(3, 2, Same)]);
    }

    #[test]
    fn tables_of_one_submission_are_looked_over_together() {
        use Relation::{Same, SameKey};
        let tables: [(&[u64], &[u32], &[u32]); 3] =
            [(&[7, 8], &[1, 2], &[2, 3]), (&[], &[], &[]), (&[8, 9, 7], &[2, 3, 4], &[2, 3, 4])];
        assert_eq!(found(&tables, &[]), [(202, 3, Same), (204, 2, SameKey)]);
    }

    #[test]
    fn thousands_of_rows_yield_exactly_the_planted_repeats() {
        let hash = |n: u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let keys: Vec<u64> =
            (0..20_000_u64).map(|n| hash(if n % 500 == 499 { n - 250 } else { n })).collect();
        let contents: Vec<u32> = (0..20_000).collect();
        let rows: Vec<u32> = (2..20_002).collect();
        let got = found(&[(&keys, &contents, &rows)], &[]);
        assert_eq!(got.len(), 40);
        assert!(got.iter().all(|(row, of, relation)| row - of == 250 && *relation == Relation::SameKey));
    }
}
