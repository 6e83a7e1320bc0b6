//! Decimals and whole numbers (数值).

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Decimal128Builder, Int64Builder};

use super::super::codes as code;
use super::super::hit::Hit;
use super::{Column, FieldCheck};
use crate::typed::numbers::{self, NumberRead, Shape};

/// Settings of a decimal field.
pub(super) struct DecimalCheck {
    precision: u8,
    scale: u8,
    min: Option<i128>,
    max: Option<i128>,
    shown: (String, String),
    unit: Option<String>,
}

/// Settings of a whole-number field.
pub(super) struct IntegerCheck {
    /// Least value.
    pub min: Option<i64>,
    /// Greatest value.
    pub max: Option<i64>,
}

impl DecimalCheck {
    pub(super) fn new(
        precision: u8,
        scale: u8,
        min: Option<f64>,
        max: Option<f64>,
        unit: Option<String>,
    ) -> Self {
        let precision = precision.clamp(1, 38);
        let scale = scale.min(precision);
        let shape = Shape { precision: 38, scale, unit: None };
        let limit = |n: Option<f64>| match n.map(|n| numbers::read(&n.to_string(), shape)) {
            Some(NumberRead::Good(n)) => Some(n),
            _ => None,
        };
        let show = |n: Option<f64>| n.map(|n| n.to_string()).unwrap_or_default();
        Self { precision, scale, min: limit(min), max: limit(max), shown: (show(min), show(max)), unit }
    }

    fn shape(&self) -> Shape<'_> {
        Shape { precision: self.precision, scale: self.scale, unit: self.unit.as_deref() }
    }

    pub(super) fn fits(&self, v: &str) -> bool {
        matches!(numbers::read(v, self.shape()), NumberRead::Good(_))
    }

    pub(super) fn run(&self, field: &FieldCheck, column: &Column<'_>, hits: &mut Vec<Hit>) -> ArrayRef {
        let mut out = Decimal128Builder::with_capacity(column.cells.len());
        field.each(column, hits, |row, cell, hits| {
            let Some(v) = cell else { return out.append_null() };
            let n = match numbers::read(v, self.shape()) {
                NumberRead::Good(n) => Some(n),
                other => self.explain(field, row, v, other, hits),
            };
            out.append_option(n.filter(|n| self.in_range(field, row, v, *n, hits)));
        });
        match out.finish().with_precision_and_scale(self.precision, self.scale as i8) {
            Ok(array) => Arc::new(array),
            // The shape was clamped to what Arrow takes, so this branch is never taken.
            Err(_) => field.absent(column.cells.len()),
        }
    }

    fn in_range(&self, field: &FieldCheck, row: usize, v: &str, n: i128, hits: &mut Vec<Hit>) -> bool {
        if self.min.is_some_and(|m| n < m) || self.max.is_some_and(|m| n > m) {
            let hit = field.hit(row, code::NUMBER_RANGE, v);
            let hit = if n < 0 { hit.pattern("negative") } else { hit };
            hits.push(hit.param("a", &self.shown.0).param("b", &self.shown.1));
            return false;
        }
        true
    }

    #[cold]
    fn explain(
        &self,
        field: &FieldCheck,
        row: usize,
        v: &str,
        read: NumberRead,
        hits: &mut Vec<Hit>,
    ) -> Option<i128> {
        let written = |n| numbers::write(n, self.scale);
        let (hit, n) = match read {
            NumberRead::Good(n) => return Some(n),
            NumberRead::Folded(n, how) => (field.folded(row, v, &written(n), how.pattern()), Some(n)),
            NumberRead::Thousands(n) => (field.folded(row, v, &written(n), "thousands"), Some(n)),
            NumberRead::Scientific(n) => (field.folded(row, v, &written(n), "scientific"), Some(n)),
            NumberRead::WithUnit(n) => (field.folded(row, v, &written(n), "with-unit"), Some(n)),
            NumberRead::Yuan(n) => {
                let hit = field.hit(row, code::NUMBER_UNREADABLE, v).pattern("with-unit");
                (hit.suggest(written(n)), None)
            }
            NumberRead::TooFine | NumberRead::TooLarge => {
                let hit = field.hit(row, code::NUMBER_DIGITS, v);
                (hit.param("n", self.precision - self.scale).param("m", self.scale), None)
            }
            NumberRead::Comma => {
                let mut hit = field.hit(row, code::NUMBER_UNREADABLE, v).pattern("comma");
                hit.suggestion = Some(v.replace([',', '，'], "."));
                hit.ambiguous = true;
                (hit, None)
            }
            NumberRead::Unreadable => (not_a_number(field, row, v), None),
        };
        hits.push(hit);
        n
    }
}

impl IntegerCheck {
    pub(super) fn run(&self, field: &FieldCheck, column: &Column<'_>, hits: &mut Vec<Hit>) -> ArrayRef {
        let mut out = Int64Builder::with_capacity(column.cells.len());
        field.each(column, hits, |row, cell, hits| {
            let Some(v) = cell else { return out.append_null() };
            let n = match v.parse::<i64>() {
                Ok(n) if !v.starts_with('+') => Some(n),
                _ => explain_integer(field, row, v, hits),
            };
            out.append_option(n.filter(|n| self.in_range(field, row, v, *n, hits)));
        });
        Arc::new(out.finish())
    }

    fn in_range(&self, field: &FieldCheck, row: usize, v: &str, n: i64, hits: &mut Vec<Hit>) -> bool {
        if self.min.is_some_and(|m| n < m) || self.max.is_some_and(|m| n > m) {
            let show = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
            let hit = field.hit(row, code::NUMBER_RANGE, v);
            let hit = if n < 0 { hit.pattern("negative") } else { hit };
            hits.push(hit.param("a", show(self.min)).param("b", show(self.max)));
            return false;
        }
        true
    }
}

#[cold]
fn explain_integer(field: &FieldCheck, row: usize, v: &str, hits: &mut Vec<Hit>) -> Option<i64> {
    let shape = Shape { precision: 18, scale: 0, unit: None };
    let (pattern, n) = match numbers::read(v, shape) {
        // `12.0`: a spreadsheet wrote a whole number as a decimal.
        NumberRead::Good(n) => ("decimal-zero", n),
        NumberRead::Folded(n, how) => (how.pattern(), n),
        NumberRead::Thousands(n) => ("thousands", n),
        NumberRead::Scientific(n) => ("scientific", n),
        NumberRead::WithUnit(n) | NumberRead::Yuan(n) => ("with-unit", n),
        NumberRead::TooFine => {
            hits.push(field.hit(row, code::NOT_WHOLE, v));
            return None;
        }
        NumberRead::TooLarge => {
            hits.push(field.hit(row, code::NUMBER_DIGITS, v).param("n", 18).param("m", 0));
            return None;
        }
        NumberRead::Comma | NumberRead::Unreadable => {
            hits.push(not_a_number(field, row, v));
            return None;
        }
    };
    hits.push(field.folded(row, v, &n.to_string(), pattern));
    i64::try_from(n).ok()
}

/// Not a number; with letters in the place of digits it may still be mended.
fn not_a_number(field: &FieldCheck, row: usize, v: &str) -> Hit {
    let hit = field.hit(row, code::NUMBER_UNREADABLE, v);
    let digits: String = v
        .trim()
        .chars()
        .map(|c| match c {
            'O' | 'o' => '0',
            'I' | 'l' => '1',
            c => c,
        })
        .collect();
    if digits != v.trim() && digits.parse::<f64>().is_ok() && digits.bytes().any(|b| b.is_ascii_digit()) {
        return hit.pattern("letter-o").suggest(digits);
    }
    hit
}
