//! Repeated rows in a file (文件内重复), found with twelve bytes a row.
//!
//! Every row leaves a 64-bit hash of its business key and 32 bits of its whole content, in row order. A filter tells
//! at once which rows may repeat an earlier one; only their keys are kept (on disk), so that the findings can show
//! them. At the end the hashes are sorted shard by shard, and the suspects that really repeat a row are reported.
//! Two different keys among ten million share a hash with a probability of three in a million.

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

/// A row that repeats an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Repeat {
    /// Position in the file, counting data rows from 0.
    pub at: u32,
    /// Position of the first row with the same key.
    pub first: u32,
    /// Whether the whole row is the same.
    pub exact: bool,
}

/// What a suspect leaves so that it can be reported.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Suspect {
    /// Position in the file, counting data rows from 0.
    pub at: u32,
    /// Row as the spreadsheet shows it.
    pub row: u32,
    /// Business key as text.
    pub key: String,
}

/// Collects hashes in row order.
pub(crate) struct Duplicates {
    keys: Vec<Vec<u64>>,
    contents: Vec<Vec<u32>>,
    /// Spreadsheet row of the first row of each run of consecutive row numbers, with its position.
    runs: Vec<(u32, u32)>,
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
            rows: 0,
            filter: Filter::new(expected),
            suspects: BufWriter::new(file),
            any: false,
        })
    }

    /// Adds a chunk. `rows` are spreadsheet rows; `key` gives the business key of a row as text.
    ///
    /// # Errors
    /// `Internal` when the temporary file cannot be written.
    pub(crate) fn add(&mut self, hashes: Hashes, rows: &[u32], key: impl Fn(usize) -> String) -> Result<()> {
        for (i, hash) in hashes.keys.iter().enumerate() {
            let (at, row) = (self.rows + i as u32, rows[i]);
            if self.runs.last().is_none_or(|(first, position)| row - first != at - position) {
                self.runs.push((row, at));
            }
            if *hash != NO_KEY && self.filter.insert(*hash) {
                self.any = true;
                let suspect = Suspect { at, row, key: key(i) };
                serde_json::to_writer(&mut self.suspects, &suspect).map_err(working)?;
                self.suspects.write_all(b"\n").map_err(working)?;
            }
        }
        self.rows += hashes.keys.len() as u32;
        self.keys.push(hashes.keys);
        self.contents.push(hashes.contents);
        Ok(())
    }

    /// Reports every repeat in row order: the repeat, the spreadsheet row of the first occurrence, and the suspect.
    ///
    /// # Errors
    /// What `report` returns; `Internal` when the temporary file cannot be read.
    pub(crate) fn finish(mut self, mut report: impl FnMut(Repeat, u32, Suspect) -> Result<()>) -> Result<()> {
        if !self.any {
            return Ok(());
        }
        let repeats = self.repeats();
        let mut file = self.suspects.into_inner().map_err(|e| working(e.into_error()))?;
        file.seek(SeekFrom::Start(0)).map_err(Error::internal)?;
        let mut suspects = BufReader::new(file).lines();
        for repeat in repeats {
            // The filter never misses a repeat, so each is among the suspects, and both are in row order.
            for line in suspects.by_ref() {
                let suspect: Suspect =
                    serde_json::from_str(&line.map_err(Error::internal)?).map_err(Error::internal)?;
                if suspect.at == repeat.at {
                    report(repeat, spreadsheet_row(&self.runs, repeat.first), suspect)?;
                    break;
                }
            }
        }
        Ok(())
    }

    fn repeats(&mut self) -> Vec<Repeat> {
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
            let mut first = 0;
            for i in 1..shard.len() {
                if shard[i].0 == shard[first].0 {
                    let (at, of) = (shard[i].1, shard[first].1);
                    found.push(Repeat { at, first: of, exact: self.content(at) == self.content(of) });
                } else {
                    first = i;
                }
            }
        }
        found.sort_unstable_by_key(|r| r.at);
        found
    }

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

fn spreadsheet_row(runs: &[(u32, u32)], position: u32) -> u32 {
    let i = runs.partition_point(|(_, at)| *at <= position);
    i.checked_sub(1).map_or(0, |i| runs[i].0 + (position - runs[i].1))
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

    fn found(keys: &[u64], contents: &[u32], rows: &[u32]) -> Vec<(u32, u32, bool)> {
        let mut d = Duplicates::new(10).unwrap();
        for ((keys, contents), rows) in keys.chunks(3).zip(contents.chunks(3)).zip(rows.chunks(3)) {
            let hashes = Hashes { keys: keys.to_vec(), contents: contents.to_vec() };
            d.add(hashes, rows, |i| format!("key {i}")).unwrap();
        }
        let mut out = Vec::new();
        d.finish(|repeat, first_row, suspect| {
            out.push((suspect.row, first_row, repeat.exact));
            Ok(())
        })
        .unwrap();
        out
    }

    #[test]
    fn repeats_point_at_the_first_occurrence() {
        let keys = [7, 8, 9, 7, 23, 8, 7, NO_KEY, NO_KEY];
        let contents = [1, 2, 3, 1, 5, 9, 4, 6, 6];
        // Row 6 was blank.
        let rows = [2, 3, 4, 5, 7, 8, 9, 10, 11];
        assert_eq!(found(&keys, &contents, &rows), [(5, 2, true), (8, 3, false), (9, 2, false)]);
    }

    #[test]
    fn thousands_of_rows_yield_exactly_the_planted_repeats() {
        let hash = |n: u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let keys: Vec<u64> =
            (0..20_000_u64).map(|n| hash(if n % 500 == 499 { n - 250 } else { n })).collect();
        let contents: Vec<u32> = (0..20_000).collect();
        let rows: Vec<u32> = (2..20_002).collect();
        let got = found(&keys, &contents, &rows);
        assert_eq!(got.len(), 40);
        assert!(got.iter().all(|(row, first, exact)| row - first == 250 && !exact));
    }
}
