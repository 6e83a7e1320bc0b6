//! Rows whose cells stand beside their columns (内容错列): an unquoted comma, a cell left out.
//!
//! A row is shifted where its cells fit much better some columns to the left or right, from some column on. What fits is known of
//! kinds that tell a right value from a wrong one, and of columns in which the same few values come again and again
//! (所在省份, 企业类型), whatever they are: a value that is usual in the next column and never stands in its own says as much as a
//! code does.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use datafusion::arrow::array::Array;

use super::binding::Binding;
use super::codes as code;
use super::hit::Hit;
use super::ruleset::RuleSet;
use crate::read::{Chunk, RowNoteKind};

/// How much better the cells must fit elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// The row is suspicious by itself.
    Plain,
    /// There is little else against the row.
    Strong,
}

/// Rows that are looked at for the values usual in a column.
const SAMPLE: usize = 500;
/// A column of few values: filled at least so often in the sample …
const FILLED: usize = 30;
/// … and with values that come at least so often each, and together make up nine cells in ten.
const OFTEN: usize = 5;
/// Longest value that is a kind of something rather than a text of its own, in bytes.
const LONGEST: usize = 60;

/// Looks for shifted rows in a chunk.
pub(crate) struct Shifts<'a> {
    rules: &'a RuleSet,
    chunk: &'a Chunk,
    binding: &'a Binding,
    /// Columns that tell a right value from a wrong one, with their fields, in file order; found when first asked for.
    telling: Option<Vec<Telling<'a>>>,
}

struct Telling<'a> {
    column: usize,
    field: usize,
    /// The values usual in it, where its kind takes any text.
    usual: Option<HashSet<&'a str>>,
}

/// A way of moving cells: from the telling column `split` on, by `step` columns.
#[derive(Clone, Copy)]
struct Move {
    right: usize,
    wrong: usize,
    step: isize,
    split: usize,
}

impl<'a> Shifts<'a> {
    /// For the rows of a chunk.
    pub(crate) fn new(rules: &'a RuleSet, binding: &'a Binding, chunk: &'a Chunk) -> Self {
        Self { rules, chunk, binding, telling: None }
    }

    /// The finding for a row whose cells are shifted.
    pub(crate) fn find(&mut self, row: usize, evidence: Evidence) -> Option<Hit> {
        let (rules, binding, chunk) = (self.rules, self.binding, self.chunk);
        let telling = &*self.telling.get_or_insert_with(|| telling(rules, binding, chunk));
        let width = chunk.columns.len();
        let beyond = beyond(chunk, row);
        let cell = |column: usize| -> &str {
            if column >= width {
                return beyond.get(column - width).map_or("", |c| c.trim());
            }
            chunk.columns.get(column).filter(|c| c.is_valid(row)).map_or("", |c| c.value(row).trim())
        };
        let fits = |column: isize, to: &Telling<'_>| -> Option<bool> {
            let value = usize::try_from(column).ok().map(cell).unwrap_or_default();
            if rules.shared.nulls.is_null(value) {
                return None;
            }
            match &to.usual {
                Some(usual) => Some(usual.contains(value)),
                None => rules.fields[to.field].fits(value, &rules.shared),
            }
        };
        let straight = telling.iter().filter(|t| fits(t.column as isize, t) == Some(true)).count();
        let mut best: Option<Move> = None;
        for step in steps(chunk, row, beyond) {
            for split in 0..telling.len() {
                let (mut right, mut wrong) = (0, 0);
                for (i, to) in telling.iter().enumerate() {
                    let from = to.column as isize + if i < split { 0 } else { step };
                    match fits(from, to) {
                        Some(true) => right += 1,
                        Some(false) => wrong += 1,
                        None => {}
                    }
                }
                if best.is_none_or(|b| (right, Reverse(wrong)) > (b.right, Reverse(b.wrong))) {
                    best = Some(Move { right, wrong, step, split });
                }
            }
        }
        let Move { right, wrong, step, split } = best?;
        let better = if evidence == Evidence::Strong { 3 } else { 2 };
        if right < straight + better || right < 3 || right < wrong * 3 {
            return None;
        }
        let pattern = if step > 0 { "shifted-right" } else { "shifted-left" };
        let from = &telling[split];
        let mut hit = Hit::new(row, from.field as u16, code::SHIFTED, cell(from.column))
            .pattern(pattern)
            .param("n", step.unsigned_abs());
        hit.related = telling[split + 1..].iter().map(|t| t.field as u16).collect();
        Some(hit)
    }
}

/// The cells beyond the header's last column.
fn beyond(chunk: &Chunk, row: usize) -> &[String] {
    notes_of(chunk, row)
        .find_map(|kind| match kind {
            RowNoteKind::ExtraCells(cells) => Some(cells.as_slice()),
            _ => None,
        })
        .unwrap_or_default()
}

fn notes_of(chunk: &Chunk, row: usize) -> impl Iterator<Item = &RowNoteKind> {
    let number = chunk.rows.get(row).copied().unwrap_or_default();
    let first = chunk.notes.partition_point(|n| n.row < number);
    chunk.notes[first..].iter().take_while(move |n| n.row == number).map(|n| &n.kind)
}

/// By how many columns the cells may have moved: one, or as many as the row has too many or too few.
fn steps(chunk: &Chunk, row: usize, beyond: &[String]) -> Vec<isize> {
    let filled = beyond.iter().rposition(|c| !c.trim().is_empty()).map_or(0, |last| last + 1);
    let missing = notes_of(chunk, row).find_map(|kind| match kind {
        RowNoteKind::MissingCells(n) => Some(*n as usize),
        _ => None,
    });
    let few = |n: usize| isize::try_from(n).ok().filter(|n| (2..=20).contains(n));
    let wide = [few(filled), few(beyond.len()), missing.and_then(few).map(|n| -n)];
    [1, -1].into_iter().chain(wide.into_iter().flatten()).collect()
}

fn telling<'a>(rules: &RuleSet, binding: &Binding, chunk: &'a Chunk) -> Vec<Telling<'a>> {
    let bound = binding.columns.iter().enumerate().filter_map(|(field, column)| Some(((*column)?, field)));
    let mut telling: Vec<Telling<'a>> = bound
        .filter_map(|(column, field)| {
            let usual = match rules.fields[field].fits("", &rules.shared) {
                Some(_) => None,
                None => Some(usual(rules, chunk, column)?),
            };
            Some(Telling { column, field, usual })
        })
        .collect();
    telling.sort_unstable_by_key(|t| t.column);
    telling
}

/// The values usual in a column of few values; `None` for any other column.
fn usual<'a>(rules: &RuleSet, chunk: &'a Chunk, column: usize) -> Option<HashSet<&'a str>> {
    let cells = chunk.columns.get(column)?;
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut filled = 0;
    let every = (cells.len() / SAMPLE).max(1);
    for row in (0..cells.len()).step_by(every).filter(|row| cells.is_valid(*row)) {
        let value = cells.value(row).trim();
        if !rules.shared.nulls.is_null(value) {
            filled += 1;
            *counts.entry(value).or_default() += 1;
        }
    }
    counts.retain(|value, n| *n >= OFTEN && value.len() <= LONGEST);
    let covered: usize = counts.values().sum();
    (filled >= FILLED && covered * 10 >= filled * 9).then(|| counts.into_keys().collect())
}
