//! 读取: what the file is, which resource it belongs to, and whether its headers are understood.

use std::collections::HashMap;

use indexmap::IndexMap;
use kernel::{Error, OrgId, Result, SubmissionId};
use lake::read::{Inspection, ReadOptions};
use sea_orm::ActiveValue::Set;
use standards::pack::{NeedMark, Packs, headers};

use super::super::provider::{Provides, not_theirs, provides};
use crate::context::Intake;
use crate::model::{State, Way};
use crate::store::entity::submission::{ActiveModel, Model};
use crate::store::{mappings, submissions};

pub(super) async fn read(intake: &Intake, row: &Model) -> Result<()> {
    let inspection = inspect(intake, row).await?;
    let Some(table) = inspection.tables.iter().max_by_key(|t| t.header.len()) else {
        return Err(Error::internal("an inspection without tables"));
    };
    let resource = match row.resource.is_empty() {
        true => guess(intake, &inspection, OrgId(row.org_id)).await?,
        false => {
            still_theirs(intake, row).await?;
            Some(row.resource.clone())
        }
    };
    let now = intake.clock.now();
    let mut change = ActiveModel {
        format: Set(serde_json::to_value(table.format).ok().and_then(|v| v.as_str().map(str::to_owned))),
        encoding: Set(table.encoding.map(|e| e.name().to_owned())),
        ..Default::default()
    };
    let next = match &resource {
        None => State::Mapping,
        Some(code) => {
            let remembered = mappings::remembered(intake.db.conn(), row.org_id, code).await?;
            let mut mapping = remembered_for(&inspection, &remembered);
            // What came with this file goes before what was said of others.
            let given: Option<IndexMap<String, String>> = match &row.mapping {
                Some(json) => Some(serde_json::from_value(json.clone()).map_err(Error::internal)?),
                None => None,
            };
            mapping.extend(given.into_iter().flatten());
            change.resource = Set(code.clone());
            let complete = is_complete(&intake.packs, code, &inspection, &mapping);
            change.mapping = Set(Some(serde_json::to_value(&mapping).map_err(Error::internal)?));
            if complete { State::Checking } else { State::Mapping }
        }
    };
    submissions::transition(intake.db.conn(), SubmissionId(row.id), State::Received, next, change, now).await
}

/// The catalogue may name others since a source was set up; what a mapping makes is no department's doing.
async fn still_theirs(intake: &Intake, row: &Model) -> Result<()> {
    if row.way == Way::Derive.name() {
        return Ok(());
    }
    let (_, resource) = intake.resource(&row.resource)?;
    let org = identity::org::find(intake.db.conn(), OrgId(row.org_id)).await?;
    match provides(intake, resource, &org).await? {
        (Provides::Others, named) => Err(not_theirs(resource, &named)),
        (Provides::Bureau | Provides::Yes, _) => Ok(()),
    }
}

/// What the stored file of a submission is found to hold.
pub(crate) async fn inspect(intake: &Intake, row: &Model) -> Result<Inspection> {
    let path = intake.lake.blobs().path(&lake::blob::Digest::parse(&row.digest)?);
    let name = row.file_name.clone();
    tokio::task::spawn_blocking(move || lake::read::inspect(&path, &name, &ReadOptions::default()))
        .await
        .map_err(Error::internal)?
}

/// The resource the headers belong to, if one fits clearly better than all others. What others provide is named only where
/// nothing of the department's own fits; what the bureau alone hands in is not taken for it by headers: a person says so.
async fn guess(intake: &Intake, inspection: &Inspection, org: OrgId) -> Result<Option<String>> {
    let org = identity::org::find(intake.db.conn(), org).await?;
    let all = inspection.tables.iter().flat_map(|t| headers::guess_resource(&intake.packs, &t.header));
    let mut fits: Vec<_> = all.filter(|g| g.score >= CLEAR).collect();
    fits.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut best = None;
    for guess in &fits {
        match provides(intake, guess.resource, &org).await? {
            (Provides::Yes, _) => return Ok(Some(guess.resource.resource.clone())),
            other if best.is_none() => best = Some((guess.resource, other)),
            _ => {}
        }
    }
    match best {
        Some((resource, (Provides::Others, named))) => Err(not_theirs(resource, &named)),
        _ => Ok(None),
    }
}

/// Share of a resource's required fields and of the file's headers that must be recognised before we choose it
/// ourselves; below it a person is asked.
const CLEAR: f64 = 0.6;

/// What was remembered, for the headers as written in this file.
fn remembered_for(inspection: &Inspection, remembered: &HashMap<String, String>) -> IndexMap<String, String> {
    inspection
        .tables
        .iter()
        .flat_map(|t| &t.header)
        .filter_map(|h| Some((h.clone(), remembered.get(&headers::fold(h))?.clone())))
        .collect()
}

/// Whether every field that each row needs has a column in some table.
fn is_complete(
    packs: &Packs,
    code: &str,
    inspection: &Inspection,
    mapping: &IndexMap<String, String>,
) -> bool {
    let Some((_, resource)) = packs.resource(code) else { return false };
    inspection.tables.iter().any(|table| {
        let found = headers::match_headers(resource, &table.header, mapping);
        resource
            .fields
            .iter()
            .all(|field| field.need.mark(None) != NeedMark::R || found.column_of(&field.code).is_some())
    })
}
