//! 接收推送: a system hands in one row or many; good rows are durable when it is answered, wrong ones wait to be mended.

use std::sync::Arc;

use indexmap::IndexMap;
use kernel::{Actor, Error, Event, OrgId, Result, SubmissionId};
use lake::check::{Finding, Group, Items, is_unlinked};
use lake::landing::{Cells, check_cells, count_cells, rows_of};
use lake::table::{Provenance, TableSpec};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use standards::pack::{LandingMode, Resource, Severity, headers};
use store::{OrFail as _, audit, events};
use uuid::Uuid;

use super::process_submission::{business_key, finding_model, group_models, request_for};
use super::provider::require_provider;
use super::receive_upload::{MAY_HAND_IN, key_reused};
use super::run_pull::stamp;
use crate::context::Intake;
use crate::model::{RowState, State, Way};
use crate::store::entity::submission::Model;
use crate::store::entity::{push_key, wrong_row};
use crate::store::{groups, push_days, submissions, wrong_rows};

/// Most rows of one push; more come as a file.
pub const MOST_ROWS: usize = 10_000;

/// What is pushed.
#[derive(Debug, Clone)]
pub struct Push {
    /// Resource code.
    pub resource: String,
    /// The department; the actor's own when absent.
    pub org: Option<OrgId>,
    /// The same key again gives the same answer and lands nothing twice.
    pub key: Option<String>,
    /// Text by header: field codes, labels or synonyms.
    pub rows: Vec<IndexMap<String, String>>,
    /// The bytes as received.
    pub body: Vec<u8>,
    /// Whether a case brings it: what earlier cases put right does not bind it.
    pub by_case: bool,
}

/// The answer to a push; kept with its key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pushed {
    /// The submission that was made of it.
    pub submission: SubmissionId,
    /// Rows received.
    pub rows: u64,
    /// Rows in the lake.
    pub landed: u64,
    /// Rows that wait to be mended.
    pub rejected: u64,
    /// Version of the table that holds them, when any landed.
    pub version: Option<u64>,
    /// What was found wrong; `row` counts from 1 within the push.
    pub findings: Vec<Finding>,
}

/// Lands the good rows and keeps the wrong ones.
///
/// # Errors
/// `resource-unknown`, `resource-provider`, `push-empty`, `push-too-many`, `push-field` for keys that name no field,
/// `push-replace`,
/// `push-key-reused` when the key came with another body before; what the lake says. After an error the same push may be
/// sent again with its key.
pub async fn push_rows(intake: &Intake, actor: &Actor, push: Push) -> Result<Pushed> {
    actor.require(MAY_HAND_IN)?;
    let org = push.org.or(actor.org).ok_or_else(Error::forbidden)?;
    let org = identity::org::require_in_scope(intake.db.conn(), &actor.scope, org).await?;
    let (_, resource) = intake.resource(&push.resource)?;
    require_provider(intake, actor, resource, &org).await?;
    let org = org.org_id();
    if resource.landing.mode == LandingMode::Replace {
        return Err(Error::bad_input(
            "push-replace",
            "整表替换的资源不能逐行推送，请上传完整文件。",
            "A resource that is replaced as a whole cannot be pushed row by row; upload the complete file.",
        ));
    }
    let rows = to_cells(resource, &push.rows)?;
    let stored = intake.lake.blobs().put_bytes(&push.body).await?;
    let begun = begin(intake, org, &push, stored.digest.as_str()).await?;
    let id = match begun {
        Begun::Answered(answer) => return Ok(*answer),
        Begun::Open(id) => id,
    };
    let mut request = request_for(intake, &push.resource, org, intake.clock.today()).await?;
    if push.by_case {
        request.corrected = Arc::default();
    }
    let rule_set = request.rule_set();
    let (judged, items) = {
        let (request, rows) = (request.clone(), rows.clone());
        tokio::task::spawn_blocking(move || count_cells(&request, &rows)).await.map_err(Error::internal)??
    };
    let is_wrong = |found: &[Finding]| found.iter().any(|f| f.severity == Severity::Reject);
    let good: Vec<(i64, Cells)> = rows
        .iter()
        .zip(&judged)
        .zip(1_i64..)
        .filter(|((_, found), _)| !is_wrong(found))
        .map(|((cells, _), n)| (n, cells.clone()))
        .collect();
    let now = intake.clock.now();
    let mut landed = None;
    if !good.is_empty() {
        let spec = Arc::new(TableSpec::of(resource)?);
        let source = push.key.clone().unwrap_or_else(|| stored.digest.to_string());
        let from = Provenance { submission: id, source, received_at: now };
        let typed = tokio::task::spawn_blocking(move || rows_of(&request, &good))
            .await
            .map_err(Error::internal)??;
        announce(intake, begun_row(intake, actor, (id, org), &push, stored.digest.as_str())?).await?;
        landed = Some(intake.lake.push(&spec, resource.landing.mode, from, typed).await?);
    }
    let answer = Pushed {
        submission: id,
        rows: rows.len() as u64,
        landed: landed.as_ref().map_or(0, |l| l.rows),
        rejected: judged.iter().filter(|found| is_wrong(found)).count() as u64,
        version: landed.as_ref().map(|l| l.version),
        findings: judged.iter().flatten().cloned().collect(),
    };
    let warned = judged.iter().filter(|f| !f.is_empty() && !is_wrong(f)).count() as u64;
    let written = Written {
        resource,
        rows: &rows,
        judged: &judged,
        digest: stored.digest.as_str(),
        rule_set: &rule_set,
        warned,
        updated: landed.map_or(0, |l| l.updated),
        items,
    };
    write(intake, actor, org, &push, &answer, &written).await?;
    Ok(answer)
}

/// What a case's push of these rows would find wrong, row by row; nothing is kept.
///
/// # Errors
/// As [`push_rows`].
pub async fn judge_rows(
    intake: &Intake,
    org: OrgId,
    resource: &str,
    rows: &[IndexMap<String, String>],
) -> Result<Vec<Vec<Finding>>> {
    let cells = to_cells(intake.resource(resource)?.1, rows)?;
    let mut request = request_for(intake, resource, org, intake.clock.today()).await?;
    request.corrected = Arc::default();
    tokio::task::spawn_blocking(move || check_cells(&request, &cells)).await.map_err(Error::internal)?
}

/// Keys may be codes, labels or synonyms; a key that names no field is refused, because a value would be lost.
///
/// # Errors
/// `push-empty`, `push-too-many`, `push-field`, `mapping-twice`.
pub fn to_cells(resource: &Resource, rows: &[IndexMap<String, String>]) -> Result<Vec<Cells>> {
    if rows.is_empty() {
        return Err(Error::bad_input("push-empty", "没有收到任何一行数据。", "No row was received."));
    }
    if rows.len() > MOST_ROWS {
        return Err(Error::bad_input(
            "push-too-many",
            format!("一次最多推送{MOST_ROWS}行，更多的请以文件上传。"),
            format!("A push takes at most {MOST_ROWS} rows; upload more as a file."),
        ));
    }
    // Each key is matched by itself: rows of one push may name a field differently.
    let mut field_of: IndexMap<&str, String> = IndexMap::new();
    for key in rows.iter().flat_map(IndexMap::keys) {
        if field_of.contains_key(key.as_str()) {
            continue;
        }
        let found = headers::match_headers(resource, &[key], &IndexMap::new());
        let Some(mapped) = found.mapped.first() else {
            return Err(Error::bad_input(
                "push-field",
                format!("资源“{}”没有“{key}”这个字段，请核对字段代码。", resource.resource),
                format!("“{}” has no field “{key}”; check the field codes.", resource.resource),
            ));
        };
        field_of.insert(key, mapped.field.clone());
    }
    let cells = |(row, n): (&IndexMap<String, String>, usize)| {
        let mut cells = Cells::new();
        for (key, value) in row {
            let Some(field) = field_of.get(key.as_str()) else { continue };
            if cells.insert(field.clone(), value.clone()).is_some() {
                return Err(Error::bad_input(
                    "mapping-twice",
                    format!("第{n}行有两个键都表示“{field}”，请只留一个。"),
                    format!("Row {n} has two keys for “{field}”; keep one."),
                ));
            }
        }
        Ok(cells)
    };
    rows.iter().zip(1..).map(cells).collect()
}

enum Begun {
    /// The same push was answered before.
    Answered(Box<Pushed>),
    /// To be landed with this id, at every attempt the same.
    Open(SubmissionId),
}

/// Writes key → id down before anything lands, so that a retry after a crash finds the same id.
async fn begin(intake: &Intake, org: OrgId, push: &Push, digest: &str) -> Result<Begun> {
    let Some(key) = &push.key else { return Ok(Begun::Open(SubmissionId::new())) };
    let find = || {
        push_key::Entity::find()
            .filter(push_key::Column::OrgId.eq(org.0))
            .filter(push_key::Column::Resource.eq(&push.resource))
            .filter(push_key::Column::Key.eq(key))
    };
    let mut known = find().one(intake.db.conn()).await.or_fail()?;
    if known.is_none() {
        let new = push_key::ActiveModel {
            id: Set(Uuid::now_v7()),
            org_id: Set(org.0),
            resource: Set(push.resource.clone()),
            key: Set(key.clone()),
            submission_id: Set(SubmissionId::new().0),
            at: Set(intake.clock.now()),
            answer: Set(json!({ "sha256": digest })),
        };
        match new.insert(intake.db.conn()).await.or_fail() {
            Ok(new) => known = Some(new),
            // The same push arrived twice at the same moment; the other one wrote it.
            Err(e) if e.kind() == kernel::ErrorKind::Conflict => {
                known = find().one(intake.db.conn()).await.or_fail()?
            }
            Err(e) => return Err(e),
        }
    }
    let known = known.ok_or_else(|| Error::internal("a key that is neither there nor not there"))?;
    if known.answer.get("sha256").and_then(|v| v.as_str()).is_some_and(|d| d != digest) {
        return Err(key_reused(key));
    }
    match known.answer.get("answer") {
        Some(answer) => serde_json::from_value(answer.clone())
            .map(|a| Begun::Answered(Box::new(a)))
            .map_err(Error::internal),
        None => Ok(Begun::Open(SubmissionId(known.submission_id))),
    }
}

/// What is written down beside the answer.
struct Written<'a> {
    resource: &'a Resource,
    rows: &'a [Cells],
    judged: &'a [Vec<Finding>],
    digest: &'a str,
    rule_set: &'a str,
    warned: u64,
    updated: u64,
    items: Items,
}

/// A push of which no more is known than who sends it.
fn begun_row(
    intake: &Intake,
    actor: &Actor,
    (id, org): (SubmissionId, OrgId),
    push: &Push,
    digest: &str,
) -> Result<Model> {
    let now = intake.clock.now();
    Ok(Model {
        resource: push.resource.clone(),
        way: Way::Push.name().to_owned(),
        file_name: push.key.clone().unwrap_or_else(|| format!("push-{}", stamp(now))),
        digest: digest.to_owned(),
        size: i64::try_from(push.body.len()).map_err(Error::internal)?,
        created_by: actor.name.clone(),
        format: Some("json".to_owned()),
        ..Model::begun(id, org, State::Landing, now)
    })
}

/// Writes down whose rows they are before any is in the lake: whoever follows the table may read them at once. What is cut off
/// between the two is settled by [`super::settle_pushes`].
async fn announce(intake: &Intake, row: Model) -> Result<()> {
    let conn = intake.db.conn();
    if submissions::exists(conn, SubmissionId(row.id)).await? {
        return Ok(());
    }
    match submissions::insert(conn, row).await {
        // The same push at the same moment.
        Err(e) if e.kind() == kernel::ErrorKind::Conflict => Ok(()),
        done => done.map(drop),
    }
}

async fn write(
    intake: &Intake,
    actor: &Actor,
    org: OrgId,
    push: &Push,
    answer: &Pushed,
    what: &Written<'_>,
) -> Result<()> {
    let id = answer.submission;
    let now = intake.clock.now();
    let count = |n: u64| i64::try_from(n).map_err(Error::internal);
    let begun = begun_row(intake, actor, (id, org), push, what.digest)?;
    let tx = intake.db.begin().await?;
    let mut row = Model {
        state: State::Landed.name().to_owned(),
        rule_set: Some(what.rule_set.to_owned()),
        as_of: Some(intake.clock.today()),
        rows_total: count(answer.rows)?,
        rows_passed: count(answer.rows - answer.rejected)?,
        rows_warned: count(what.warned)?,
        rows_rejected: count(answer.rejected)?,
        rows_open: count(answer.rejected)?,
        rows_landed: count(answer.landed)?,
        rows_updated: count(what.updated)?,
        rows_unlinked: count(what.judged.iter().filter(|found| found.iter().any(is_unlinked)).count() as u64)?,
        items_required: count(what.items.required)?,
        items_given: count(what.items.given)?,
        findings: count(answer.findings.len() as u64)?,
        lake_version: answer.version.map(count).transpose()?,
        ..begun
    };
    row.push_day_id = Some(push_days::add(&tx, &push_days::sender(actor), &row).await?);
    if !submissions::complete_push(&tx, row).await? {
        return Ok(());
    }
    let (mut wrong, mut findings, mut causes) = (Vec::new(), Vec::new(), Vec::new());
    for ((cells, found), n) in what.rows.iter().zip(what.judged).zip(1_i64..) {
        if !found.iter().any(|f| f.severity == Severity::Reject) {
            continue;
        }
        let json = serde_json::to_value(cells).map_err(Error::internal)?;
        let model = wrong_row::Model {
            id: Uuid::now_v7(),
            submission_id: id.0,
            ordinal: n,
            file: None,
            sheet: None,
            row: n,
            cells: json.clone(),
            original: json,
            business_key: business_key(what.resource, |field| cells.get(field).map(String::as_str)),
            state: RowState::Open.name().to_owned(),
            version: 1,
            landed_by: None,
        };
        causes.extend(found);
        findings.extend(found.iter().map(|f| finding_model(id, model.id, f)).collect::<Result<Vec<_>>>()?);
        wrong.push(model);
    }
    wrong_rows::insert(&tx, wrong, findings).await?;
    groups::insert(&tx, group_models(id, &Group::of(causes))?).await?;
    if let Some(key) = &push.key {
        push_key::Entity::update_many()
            .set(push_key::ActiveModel {
                answer: Set(json!({ "sha256": what.digest, "answer": answer })),
                ..Default::default()
            })
            .filter(push_key::Column::OrgId.eq(org.0))
            .filter(push_key::Column::Resource.eq(&push.resource))
            .filter(push_key::Column::Key.eq(key))
            .exec(&tx)
            .await
            .or_fail()?;
    }
    let data = json!({
        "resource": push.resource, "rows": answer.rows, "passed": answer.rows - answer.rejected,
        "warned": what.warned, "rejected": answer.rejected, "version": answer.version,
    });
    for kind in ["received", "validated", "landed"] {
        let event = Event {
            kind: kind.to_owned(),
            at: now,
            org: Some(org),
            resource: Some(push.resource.clone()),
            submission: Some(id),
            data: data.clone(),
        };
        events::append(&tx, &event).await?;
    }
    audit::record(&tx, now, actor, "submission.push", &format!("submission:{id}"), &data).await?;
    tx.commit().await.or_fail()
}
