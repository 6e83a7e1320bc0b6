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

/// Takes findings in row order and counts them.
pub(crate) struct FindingSink {
    out: BufWriter<File>,
    /// By code: severity, findings, rows, last row counted.
    rules: IndexMap<String, (RuleCount, Option<u32>), ahash::RandomState>,
    groups: IndexMap<GroupKey, Group, ahash::RandomState>,
    findings: u64,
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
            rejected: RoaringBitmap::new(),
            warned: RoaringBitmap::new(),
        })
    }

    /// Takes one finding. `is_row` tells whether it is about a data row, which it then rejects or warns.
    ///
    /// # Errors
    /// `lake-full` when the disk is full.
    pub(crate) fn put(&mut self, finding: Finding, is_row: bool) -> Result<()> {
        serde_json::to_writer(&mut self.out, &finding).map_err(working)?;
        self.out.write_all(b"\n").map_err(working)?;
        self.findings += 1;
        if is_row {
            match finding.severity {
                Severity::Reject => {
                    self.rejected.insert(finding.row);
                }
                Severity::Warn => {
                    self.warned.insert(finding.row);
                }
                Severity::Pass => {}
            }
        }
        if !self.rules.contains_key(&finding.code) {
            let count =
                RuleCount { code: finding.code.clone(), severity: finding.severity, findings: 0, rows: 0 };
            self.rules.insert(finding.code.clone(), (count, None));
        }
        let Some(count) = self.rules.get_mut(&finding.code) else { return Ok(()) };
        count.0.findings += 1;
        count.0.severity = count.0.severity.max(finding.severity);
        if is_row && count.1 != Some(finding.row) {
            count.1 = Some(finding.row);
            count.0.rows += 1;
        }
        let key =
            (finding.code.clone(), finding.pattern.clone(), finding.field.clone(), finding.rule.clone());
        let group = self.groups.entry(key).or_insert_with(|| Group {
            code: finding.code.clone(),
            pattern: finding.pattern.clone(),
            field: finding.field.clone(),
            rule: finding.rule.clone(),
            severity: finding.severity,
            findings: 0,
            suggested: 0,
            first: Vec::new(),
        });
        group.findings += 1;
        group.suggested += u64::from(finding.suggestion.is_some());
        if group.first.len() < Group::SHOWN {
            group.first.push(finding);
        }
        Ok(())
    }

    /// A row that is rejected by what is wrong with the header.
    pub(crate) fn reject(&mut self, row: u32) {
        self.rejected.insert(row);
    }

    /// Ends a table: its rejected rows and the number of warned rows among the others.
    pub(crate) fn end_table(&mut self) -> (RoaringBitmap, u64) {
        let rejected = std::mem::take(&mut self.rejected);
        let warned = std::mem::take(&mut self.warned) - &rejected;
        for count in self.rules.values_mut() {
            count.1 = None;
        }
        (rejected, warned.len())
    }

    /// Writes out what is left and fills the counts of a report.
    ///
    /// # Errors
    /// `lake-full` when the disk is full.
    pub(crate) fn finish(mut self, report: &mut Report) -> Result<()> {
        self.out.flush().map_err(working)?;
        report.findings = self.findings;
        report.rules = self.rules.into_values().map(|(count, _)| count).collect();
        report.groups = self.groups.into_values().collect();
        report.sort();
        Ok(())
    }
}
