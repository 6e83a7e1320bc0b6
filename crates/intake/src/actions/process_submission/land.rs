//! 入库: the good rows become one commit; the wrong ones are kept for mending.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use kernel::{Error, Result, SubmissionId};
use lake::check::{CheckOutcome, Finding};
use lake::landing::{CheckedFile, WrongRow};
use lake::table::{Provenance, TableSpec};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use standards::pack::Resource;
use store::{OrFail as _, audit, events};
use uuid::Uuid;

use super::check::{files, request, run, severity};
use super::event;
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
    let now = intake.clock.now();
    let count = |n: u64| i64::try_from(n).map_err(Error::internal);
    let tx = intake.db.begin().await?;
    let change = ActiveModel {
        rows_landed: Set(count(landed.rows)?),
        rows_open: Set(count(open)?),
        lake_version: Set(Some(count(landed.version)?)),
        ..Default::default()
    };
    submissions::transition(&tx, id, State::Landing, State::Landed, change, now).await?;
    let data = json!({
        "resource": row.resource, "rows": landed.rows, "inserted": landed.inserted,
        "updated": landed.updated, "version": landed.version,
    });
    events::append(&tx, &event(row, "landed", now, data.clone())).await?;
    let system = kernel::Actor::system();
    audit::record(&tx, now, &system, "submission.land", &format!("submission:{id}"), &data).await?;
    tx.commit().await.or_fail()?;
    // The file of wrong rows has served; findings and outcome stay for downloads.
    let _ = tokio::fs::remove_file(&wrong).await;
    Ok(())
}

/// Place of a row in what was handed in.
type Place = (String, Option<String>, u32);

/// Writes the wrong rows with their findings, anew after a crash. Returns how many.
async fn keep_wrong_rows(
    intake: &Intake,
    id: SubmissionId,
    resource: &Resource,
    outcome: &CheckOutcome,
    wrong: &Path,
) -> Result<u64> {
    wrong_rows::clear(intake.db.conn(), id).await?;
    let unreadable = |e: std::io::Error| Error::unavailable("存储", "storage", e);
    let file = std::fs::File::open(wrong).map_err(unreadable)?;
    let mut lines = BufReader::new(file).lines();
    let mut ordinal = 0_u64;
    loop {
        let mut rows = Vec::new();
        let mut ids: HashMap<Place, Uuid> = HashMap::new();
        for line in lines.by_ref().take(BATCH) {
            let row: WrongRow = serde_json::from_str(&line.map_err(unreadable)?).map_err(Error::internal)?;
            ordinal += 1;
            let model = to_model(id, resource, ordinal, &row)?;
            ids.insert((row.file, row.sheet, row.row), model.id);
            rows.push(model);
        }
        if rows.is_empty() {
            return Ok(ordinal);
        }
        let findings = findings_of(id, &outcome.findings, &ids)?;
        let tx = intake.db.begin().await?;
        wrong_rows::insert(&tx, rows, findings).await?;
        tx.commit().await.or_fail()?;
    }
}

fn to_model(id: SubmissionId, resource: &Resource, ordinal: u64, row: &WrongRow) -> Result<wrong_row::Model> {
    let cells = serde_json::to_value(&row.cells).map_err(Error::internal)?;
    Ok(wrong_row::Model {
        id: Uuid::now_v7(),
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
    let parts = resource.business_key.iter().map(|part| {
        part.split('|').filter_map(&cell).map(str::trim).find(|v| !v.is_empty()).unwrap_or_default()
    });
    parts.collect::<Vec<_>>().join("\u{1f}")
}

/// The findings of the given rows, from the file of all findings.
fn findings_of(id: SubmissionId, path: &Path, rows: &HashMap<Place, Uuid>) -> Result<Vec<finding::Model>> {
    let unreadable = |e: std::io::Error| Error::unavailable("存储", "storage", e);
    let mut found = Vec::new();
    for line in BufReader::new(std::fs::File::open(path).map_err(unreadable)?).lines() {
        let f: Finding = serde_json::from_str(&line.map_err(unreadable)?).map_err(Error::internal)?;
        if let Some(row) = rows.get(&(f.file.clone(), f.sheet.clone(), f.row)) {
            found.push(finding_model(id, *row, &f)?);
        }
    }
    Ok(found)
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
        severity: severity(f.severity).to_owned(),
        suggestion: f.suggestion.clone(),
        data: serde_json::to_value(f).map_err(Error::internal)?,
    })
}
