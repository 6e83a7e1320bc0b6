//! 入库: the good rows become one commit; the wrong ones are kept for mending.

use std::io::{BufRead as _, BufReader};
use std::path::Path;

use indexmap::IndexSet;
use kernel::{Actor, Error, Result, SubmissionId};
use lake::check::{CheckOutcome, Finding};
use lake::landing::{CheckedFile, WrongRow};
use lake::table::{Landed, Provenance, TableSpec};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use standards::pack::Resource;
use store::{OrFail as _, audit, events};
use uuid::Uuid;

use super::check::{files, request, run};
use super::event;
use crate::actions::mend_rows::recount;
use crate::context::Intake;
use crate::model::{RowState, State};
use crate::store::entity::submission::{ActiveModel, Model};
use crate::store::entity::{finding, wrong_row};
use crate::store::{submissions, wrong_rows};

/// Wrong rows written in one transaction; a longer one would keep other writers waiting.
const BATCH: usize = 2_000;

pub(super) async fn land(intake: &Intake, row: &Model) -> Result<()> {
    let id = SubmissionId(row.id);
    let (_, resource) = intake.resource(&row.resource)?;
    let resource = resource.clone();
    let (findings, kept, wrong) = files(intake, id)?;
    let as_of = row.as_of.unwrap_or_else(|| intake.clock.today());
    let outcome: CheckOutcome =
        match tokio::fs::read(&kept).await.ok().and_then(|b| serde_json::from_slice(&b).ok()) {
            Some(outcome) if findings.exists() => outcome,
            // The files beside the lake were lost; the bytes and the day are kept, so judge again.
            _ => run(intake, row, as_of).await?,
        };
    let request = request(intake, row, as_of).await?;
    let path = intake.lake.blobs().path(&lake::blob::Digest::parse(&row.digest)?);
    let from = Provenance { submission: id, source: row.digest.clone(), received_at: row.created_at };
    let file = CheckedFile { path: &path, name: &row.file_name, request: &request, outcome: &outcome };
    let spec = TableSpec::of(&resource)?;
    let landed = intake.lake.land_checked(&spec, resource.landing.mode, &from, file, &wrong).await?;
    let open = keep_wrong_rows(intake, id, &resource, &outcome, &wrong).await?;
    let change = ActiveModel { rows_open: Set(count(open)?), ..Default::default() };
    let end = Ending { kind: "landed", landed: &landed, change, parent: None };
    settle(intake, row, end).await?;
    // The file of wrong rows has served; findings and outcome stay for downloads.
    let _ = tokio::fs::remove_file(&wrong).await;
    Ok(())
}

fn count(n: u64) -> Result<i64> {
    i64::try_from(n).map_err(Error::internal)
}

/// How a landing ends in the control database.
pub(crate) struct Ending<'a> {
    /// The event: `landed`, or `corrected` for mended rows.
    pub kind: &'static str,
    pub landed: &'a Landed,
    /// What else changes in the submission.
    pub change: ActiveModel,
    /// The submission whose rows were mended.
    pub parent: Option<SubmissionId>,
}

/// Writes down in one transaction that the rows are in the lake: state, counts, event and audit record.
pub(crate) async fn settle(intake: &Intake, row: &Model, end: Ending<'_>) -> Result<()> {
    let Ending { kind, landed, change, parent } = end;
    let id = SubmissionId(row.id);
    let now = intake.clock.now();
    let tx = intake.db.begin().await?;
    let change = ActiveModel {
        rows_landed: Set(count(landed.rows)?),
        rows_updated: Set(count(landed.updated)?),
        lake_version: Set(Some(count(landed.version)?)),
        ..change
    };
    submissions::transition(&tx, id, State::Landing, State::Landed, change, now).await?;
    let mut data = json!({
        "resource": row.resource, "rows": landed.rows, "inserted": landed.inserted,
        "updated": landed.updated, "version": landed.version,
    });
    if let Some(parent) = parent {
        wrong_rows::landed(&tx, id).await?;
        recount(&tx, parent, now).await?;
        data["of"] = json!(parent);
    }
    events::append(&tx, &event(row, kind, now, data.clone())).await?;
    let system = Actor::system();
    audit::record(&tx, now, &system, "submission.land", &format!("submission:{id}"), &data).await?;
    tx.commit().await.or_fail()
}

/// Places of the wrong rows, in few bytes each: the table they stand in (a file, or a sheet of one), the row, and the
/// row's number within the submission.
#[derive(Default)]
struct Places {
    tables: IndexSet<(String, Option<String>)>,
    rows: Vec<(u32, u32, u32)>,
}

impl Places {
    fn add(&mut self, row: &WrongRow, ordinal: u64) -> Result<()> {
        let (table, _) = self.tables.insert_full((row.file.clone(), row.sheet.clone()));
        let small = |n: u64| u32::try_from(n).map_err(Error::internal);
        self.rows.push((small(table as u64)?, row.row, small(ordinal)?));
        Ok(())
    }

    /// Rows come in the order of the file, table by table; a reader that does otherwise is put right once.
    fn close(&mut self) {
        if !self.rows.is_sorted() {
            self.rows.sort_unstable();
        }
    }

    fn ordinal(&self, f: &Finding) -> Option<u32> {
        let table = self.tables.get_index_of(&(f.file.clone(), f.sheet.clone()))?;
        let place = (u32::try_from(table).ok()?, f.row);
        let at = self.rows.binary_search_by_key(&place, |(t, r, _)| (*t, *r)).ok()?;
        self.rows.get(at).map(|(_, _, ordinal)| *ordinal)
    }
}

/// The id of a wrong row: that of its submission, told apart by its number, so that its findings find it without a list of
/// ids. Still a UUID of version 7 by its first bytes.
fn row_id(id: SubmissionId, ordinal: u32) -> Uuid {
    let mut bytes = id.0.into_bytes();
    bytes[12..].copy_from_slice(&ordinal.to_be_bytes());
    Uuid::from_bytes(bytes)
}

/// Writes the wrong rows with their findings, anew after a crash: each of the two files is read once, in flat memory but for
/// twelve bytes a wrong row. Returns how many.
async fn keep_wrong_rows(
    intake: &Intake,
    id: SubmissionId,
    resource: &Resource,
    outcome: &CheckOutcome,
    wrong: &Path,
) -> Result<u64> {
    wrong_rows::clear(intake.db.conn(), id).await?;
    let mut places = Places::default();
    let mut ordinal = 0_u64;
    let mut lines = lines(wrong)?;
    loop {
        let mut rows = Vec::new();
        for line in lines.by_ref().take(BATCH) {
            let row: WrongRow = serde_json::from_str(&line?).map_err(Error::internal)?;
            ordinal += 1;
            places.add(&row, ordinal)?;
            rows.push(to_model(id, resource, ordinal, &row)?);
        }
        if rows.is_empty() {
            break;
        }
        insert(intake, rows, Vec::new()).await?;
    }
    places.close();
    let mut findings = Vec::new();
    for line in self::lines(&outcome.findings)? {
        let f: Finding = serde_json::from_str(&line?).map_err(Error::internal)?;
        if let Some(row) = places.ordinal(&f) {
            findings.push(finding_model(id, row_id(id, row), &f)?);
        }
        if findings.len() >= BATCH {
            insert(intake, Vec::new(), std::mem::take(&mut findings)).await?;
        }
    }
    insert(intake, Vec::new(), findings).await?;
    Ok(ordinal)
}

fn lines(path: &Path) -> Result<impl Iterator<Item = Result<String>> + use<>> {
    let unreadable = |e: std::io::Error| Error::unavailable("存储", "storage", e);
    let file = std::fs::File::open(path).map_err(unreadable)?;
    Ok(BufReader::new(file).lines().map(move |line| line.map_err(unreadable)))
}

async fn insert(intake: &Intake, rows: Vec<wrong_row::Model>, findings: Vec<finding::Model>) -> Result<()> {
    if rows.is_empty() && findings.is_empty() {
        return Ok(());
    }
    let tx = intake.db.begin().await?;
    wrong_rows::insert(&tx, rows, findings).await?;
    tx.commit().await.or_fail()
}

fn to_model(id: SubmissionId, resource: &Resource, ordinal: u64, row: &WrongRow) -> Result<wrong_row::Model> {
    let cells = serde_json::to_value(&row.cells).map_err(Error::internal)?;
    Ok(wrong_row::Model {
        id: row_id(id, u32::try_from(ordinal).map_err(Error::internal)?),
        submission_id: id.0,
        ordinal: i64::try_from(ordinal).map_err(Error::internal)?,
        file: Some(row.file.clone()),
        sheet: row.sheet.clone(),
        row: i64::from(row.row),
        cells: cells.clone(),
        original: cells,
        business_key: business_key(resource, |field| row.cells.get(field).map(String::as_str)),
        state: RowState::Open.name().to_owned(),
        version: 1,
        landed_by: None,
    })
}

/// The business key as handed in, by which a mended row finds the row it mends.
pub(crate) fn business_key<'a>(resource: &Resource, cell: impl Fn(&str) -> Option<&'a str>) -> String {
    let given = |code: &str| {
        let value = cell(code).map(str::trim).filter(|v| !v.is_empty())?;
        Some(resource.in_key(code, value))
    };
    let parts = resource.business_key.iter().map(|part| part.split('|').find_map(given).unwrap_or_default());
    parts.collect::<Vec<_>>().join("\u{1f}")
}

/// The mended value that may be accepted for a whole group unseen: one of several that would pass is a guess, and stays with
/// its cell for somebody to choose, unless the library of subjects knows it by name.
fn sure_suggestion(f: &Finding) -> Option<&String> {
    f.suggestion.as_ref().filter(|_| f.alternatives.is_empty() || f.pattern == "known")
}

/// A finding as stored with its row.
pub(crate) fn finding_model(id: SubmissionId, row: Uuid, f: &Finding) -> Result<finding::Model> {
    Ok(finding::Model {
        id: Uuid::now_v7(),
        submission_id: id.0,
        wrong_row_id: row,
        field: f.field.clone().unwrap_or_default(),
        code: f.code.clone(),
        pattern: f.pattern.clone(),
        severity: f.severity.name().to_owned(),
        suggestion: sure_suggestion(f).cloned(),
        data: serde_json::to_value(f).map_err(Error::internal)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use indexmap::IndexMap;

    fn wrong(sheet: Option<&str>, row: u32) -> WrongRow {
        let sheet = sheet.map(str::to_owned);
        WrongRow { file: "a.xlsx".to_owned(), sheet, row, cells: IndexMap::new() }
    }

    fn finding(sheet: Option<&str>, row: u32) -> Finding {
        let text = json!({ "file": "a.xlsx", "sheet": sheet, "row": row, "field": null, "code": "E101",
            "pattern": "", "severity": "reject", "value": "" });
        serde_json::from_value(text).unwrap()
    }

    #[test]
    fn a_finding_finds_its_row_whatever_the_order() {
        let mut places = Places::default();
        let rows = [wrong(Some("一"), 9), wrong(Some("一"), 4), wrong(Some("二"), 4), wrong(None, 4)];
        for (row, n) in rows.iter().zip(1..) {
            places.add(row, n).unwrap();
        }
        places.close();
        assert_eq!(places.ordinal(&finding(Some("一"), 4)), Some(2));
        assert_eq!(places.ordinal(&finding(Some("二"), 4)), Some(3));
        assert_eq!(places.ordinal(&finding(None, 4)), Some(4));
        assert_eq!(places.ordinal(&finding(Some("二"), 9)), None, "that row passed");
        assert_eq!(places.ordinal(&finding(Some("三"), 4)), None);
    }

    #[test]
    fn one_of_several_that_would_pass_is_not_accepted_unseen() {
        let mut one = finding(None, 2);
        one.suggestion = Some("91441900MA0DEM013W".to_owned());
        assert!(sure_suggestion(&one).is_some());
        one.alternatives = vec!["91441900MA0DEM0136".to_owned()];
        assert!(sure_suggestion(&one).is_none());
        one.pattern = "known".to_owned();
        assert!(sure_suggestion(&one).is_some(), "the library has it under the same name");
    }

    #[test]
    fn ids_of_wrong_rows_are_told_apart_by_their_number() {
        let id = SubmissionId::new();
        assert_ne!(row_id(id, 1), row_id(id, 2));
        assert_eq!(row_id(id, 7).get_version_num(), 7);
        assert_eq!(row_id(id, 7), row_id(id, 7), "written anew after a crash it is the same row");
    }
}
