//! Where findings go (结果汇集): a file of all of them, and counts.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use indexmap::IndexMap;
use kernel::Result;
use roaring::RoaringBitmap;
use standards::pack::Severity;

use super::finding::Finding;
use super::report::{Group, Report, RuleCount};
use crate::table::error::working;

/// Takes findings, table by table and in row order, and counts them.
pub(crate) struct FindingSink {
    out: BufWriter<File>,
    rules: IndexMap<String, Counted, ahash::RandomState>,
    groups: IndexMap<GroupKey, Group, ahash::RandomState>,
    findings: u64,
    tables: Vec<TableRows>,
}

/// Findings of one code.
struct Counted {
    count: RuleCount,
    /// Table and row counted last.
    last: Option<(usize, u32)>,
}

/// What findings did to the rows of one table.
#[derive(Default)]
struct TableRows {
    rejected: RoaringBitmap,
    warned: RoaringBitmap,
}

type GroupKey = (String, String, Option<String>, Option<String>);

impl FindingSink {
    /// Findings are written to `path`, one JSON object a line.
    ///
    /// # Errors
    /// `lake-full`, `lake-unreadable`; `Internal` when the file cannot be made for another reason.
    pub(crate) fn create(path: &Path) -> Result<Self> {
        Ok(Self {
            out: BufWriter::with_capacity(1 << 16, File::create(path).map_err(working)?),
            rules: IndexMap::default(),
            groups: IndexMap::default(),
            findings: 0,
            tables: Vec::new(),
        })
    }

    /// Begins the next table.
    pub(crate) fn begin_table(&mut self) {
        self.tables.push(TableRows::default());
    }

    /// Takes one finding about the table begun last. `is_row` tells whether it is about a data row, which it then rejects or
    /// warns.
    ///
    /// # Errors
    /// `lake-full` when the disk is full.
    pub(crate) fn put(&mut self, finding: Finding, is_row: bool) -> Result<()> {
        let table = self.tables.len().checked_sub(1).filter(|_| is_row);
        self.put_at(table, finding)
    }

    /// Takes one finding: about a data row of `table`, counted in the order in which they were begun, or about none.
    ///
    /// # Errors
    /// `lake-full` when the disk is full.
    pub(crate) fn put_at(&mut self, table: Option<usize>, finding: Finding) -> Result<()> {
        serde_json::to_writer(&mut self.out, &finding).map_err(working)?;
        self.out.write_all(b"\n").map_err(working)?;
        self.findings += 1;
        if let Some(rows) = table.and_then(|t| self.tables.get_mut(t)) {
            match finding.severity {
                Severity::Reject => {
                    rows.rejected.insert(finding.row);
                }
                Severity::Warn => {
                    rows.warned.insert(finding.row);
                }
                Severity::Pass => {}
            }
        }
        if !self.rules.contains_key(&finding.code) {
            let count =
                RuleCount { code: finding.code.clone(), severity: finding.severity, findings: 0, rows: 0 };
            self.rules.insert(finding.code.clone(), Counted { count, last: None });
        }
        let Some(counted) = self.rules.get_mut(&finding.code) else { return Ok(()) };
        counted.count.findings += 1;
        counted.count.severity = counted.count.severity.max(finding.severity);
        if let Some(table) = table
            && counted.last != Some((table, finding.row))
        {
            counted.last = Some((table, finding.row));
            counted.count.rows += 1;
        }
        let key =
            (finding.code.clone(), finding.pattern.clone(), finding.field.clone(), finding.rule.clone());
        self.groups.entry(key).or_insert_with(|| Group::begun(&finding)).add(finding);
        Ok(())
    }

    /// A row of the table begun last that is rejected by what is wrong with the header.
    pub(crate) fn reject(&mut self, row: u32) {
        if let Some(rows) = self.tables.last_mut() {
            rows.rejected.insert(row);
        }
    }

    /// Whether a row is rejected by what was found so far.
    pub(crate) fn is_rejected(&self, table: usize, row: u32) -> bool {
        self.tables.get(table).is_some_and(|rows| rows.rejected.contains(row))
    }

    /// By table: its rejected rows and the number of warned rows among the others.
    pub(crate) fn take_tables(&mut self) -> Vec<(RoaringBitmap, u64)> {
        let tables = std::mem::take(&mut self.tables);
        tables
            .into_iter()
            .map(|rows| {
                let warned = (rows.warned - &rows.rejected).len();
                (rows.rejected, warned)
            })
            .collect()
    }

    /// Writes out what is left and fills the counts of a report.
    ///
    /// # Errors
    /// `lake-full` when the disk is full.
    pub(crate) fn finish(mut self, report: &mut Report) -> Result<()> {
        self.out.flush().map_err(working)?;
        report.findings = self.findings;
        report.rules = self.rules.into_values().map(|counted| counted.count).collect();
        report.groups = self.groups.into_values().collect();
        report.sort();
        Ok(())
    }
}
