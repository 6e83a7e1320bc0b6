//! The pipeline (流水线): one thread cuts the file, several parse and check, one collects in row order. Permits bound what
//! is under way, so memory does not grow with the file.

use std::collections::BTreeMap;

use crossbeam_channel::{Receiver, Sender, bounded};
use kernel::Result;

use super::binding::Binding;
use super::duplicates::Hashes;
use super::items::Items;
use super::keys;
use super::ruleset::{Judged, RuleSet};
use crate::read::{Chunk, RawChunk, RawChunks, RowNote};

/// A chunk after checking, as the collector gets it.
pub(crate) struct Checked {
    /// Spreadsheet rows.
    pub rows: Vec<u32>,
    /// Findings and typed columns.
    pub judged: Judged,
    /// Cells that had to be filled, and those that were.
    pub items: Items,
    /// Hashes of keys and contents.
    pub hashes: Hashes,
    /// The reader's notes.
    pub notes: Vec<RowNote>,
}

/// Reads, checks and collects a table.
///
/// # Errors
/// The first error of reader, checker or `collect`, in row order.
pub(crate) fn run(
    rules: &RuleSet,
    binding: &Binding,
    source: Box<dyn RawChunks + Send>,
    threads: usize,
    mut collect: impl FnMut(Checked) -> Result<()>,
) -> Result<()> {
    let workers =
        if threads == 0 { std::thread::available_parallelism().map_or(2, usize::from) } else { threads };
    let under_way = workers * 2 + 1;
    let (permit, permits) = bounded::<()>(under_way);
    let (cut, cuts) = bounded::<(u64, Result<RawChunk>)>(under_way);
    let (done, results) = bounded::<(u64, Result<Checked>)>(under_way);
    std::thread::scope(|scope| {
        scope.spawn(move || split(source, &permit, &cut));
        for _ in 0..workers {
            let (cuts, done) = (cuts.clone(), done.clone());
            scope.spawn(move || work(rules, binding, &cuts, &done));
        }
        drop((cuts, done));
        let mut waiting: BTreeMap<u64, Result<Checked>> = BTreeMap::new();
        let mut next = 0;
        for (number, result) in &results {
            waiting.insert(number, result);
            while let Some(result) = waiting.remove(&next) {
                // Leaving drops the channels, so that every thread ends.
                collect(result?)?;
                next += 1;
                let _ = permits.try_recv();
            }
        }
        Ok(())
    })
}

fn split(mut source: Box<dyn RawChunks + Send>, permit: &Sender<()>, cut: &Sender<(u64, Result<RawChunk>)>) {
    for number in 0.. {
        if permit.send(()).is_err() {
            return;
        }
        let (chunk, last) = match source.next() {
            Ok(Some(chunk)) => (Ok(chunk), false),
            Ok(None) => return,
            Err(e) => (Err(e), true),
        };
        if cut.send((number, chunk)).is_err() || last {
            return;
        }
    }
}

fn work(
    rules: &RuleSet,
    binding: &Binding,
    cuts: &Receiver<(u64, Result<RawChunk>)>,
    done: &Sender<(u64, Result<Checked>)>,
) {
    for (number, raw) in cuts {
        let checked = raw.and_then(RawChunk::parse).and_then(|chunk| check(rules, binding, chunk));
        if done.send((number, checked)).is_err() {
            return;
        }
    }
}

/// Checks one chunk.
///
/// # Errors
/// `Internal` when a rule fails to evaluate.
pub(crate) fn check(rules: &RuleSet, binding: &Binding, chunk: Chunk) -> Result<Checked> {
    let judged = rules.judge(binding, &chunk)?;
    let hashes = keys::hashes(rules, binding, &chunk, &judged);
    let items = Items::of(rules, binding, &judged);
    Ok(Checked { rows: chunk.rows, judged, items, hashes, notes: chunk.notes })
}
