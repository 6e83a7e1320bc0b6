//! 校验: every cell is judged; the counts and groups are kept, all findings lie in a file beside the received bytes.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::NaiveDate;
use indexmap::IndexMap;
use kernel::{Error, OrgId, Result, Scope, SubmissionId, Text};
use lake::check::{CheckOutcome, CheckRequest, Corrected, Group, part_overrides};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use store::{OrFail as _, events};
use uuid::Uuid;

use super::event;
use crate::context::Intake;
use crate::lookups;
use crate::model::State;
use crate::progress;
use crate::store::entity::finding_group;
use crate::store::entity::submission::{ActiveModel, Model};
use crate::store::{corrections, groups, submissions};

pub(super) async fn check(intake: &Intake, row: &Model) -> Result<()> {
    let id = SubmissionId(row.id);
    let (_, resource) = intake.resource(&row.resource)?;
    let hold_share = resource.landing.hold_share;
    let outcome = run(intake, row, intake.clock.today()).await?;
    let report = &outcome.report;
    let now = intake.clock.now();
    let count = |n: u64| i64::try_from(n).map_err(Error::internal);
    let mut change = ActiveModel {
        rule_set: Set(Some(report.rule_set.clone())),
        as_of: Set(Some(report.as_of)),
        rows_total: Set(count(report.rows)?),
        rows_passed: Set(count(report.passed)?),
        rows_warned: Set(count(report.warned)?),
        rows_rejected: Set(count(report.rejected)?),
        findings: Set(count(report.findings)?),
        rows_unlinked: Set(count(report.unlinked())?),
        items_required: Set(count(report.items.required)?),
        items_given: Set(count(report.items.given)?),
        progress_rows: Set(count(report.rows)?),
        ..Default::default()
    };
    let held = report.rows > 0 && report.rejected as f64 > hold_share * report.rows as f64;
    let next = if held { State::Held } else { State::Landing };
    if held {
        let (bad, all) = (report.rejected, report.rows);
        let why = Text::new(
            format!(
                "{all}行中有{bad}行不合格，超过本资源允许的比例（{:.0}%），先不入库，请您决定。",
                hold_share * 100.0
            ),
            format!(
                "{bad} of {all} rows are rejected, more than this resource allows ({:.0}%). Nothing has landed yet; please decide.",
                hold_share * 100.0
            ),
        );
        change.reason = Set(Some(serde_json::to_value(why).map_err(Error::internal)?));
    }
    let found = group_models(id, &report.groups)?;
    let tx = intake.db.begin().await?;
    groups::replace(&tx, id, found).await?;
    submissions::transition(&tx, id, State::Checking, next, change, now).await?;
    let data = json!({
        "resource": row.resource, "rows": report.rows, "passed": report.passed,
        "warned": report.warned, "rejected": report.rejected, "rule_set": report.rule_set,
    });
    events::append(&tx, &event(row, "validated", now, data)).await?;
    tx.commit().await.or_fail()
}

/// Where what the check found lies: findings and outcome of a submission.
pub(crate) fn files(intake: &Intake, id: SubmissionId) -> Result<(PathBuf, PathBuf, PathBuf)> {
    let folder = intake.lake.work_folder("checks")?;
    let file = |kind: &str| folder.join(format!("{id}.{kind}"));
    Ok((file("findings.ndjson"), file("outcome.json"), file("wrong.ndjson")))
}

/// The request by which an organisation's rows of a resource are judged on a day: with the local overrides in force then and
/// the tables that its rules ask.
pub(crate) async fn request_for(
    intake: &Intake,
    resource: &str,
    org: OrgId,
    as_of: NaiveDate,
) -> Result<CheckRequest> {
    let in_force = catalogue::overrides_in_force(intake.db.conn(), resource, org, as_of).await?;
    // One that the standard has outgrown must not turn every file away.
    let (overrides, unfit) = part_overrides(&intake.packs, resource, in_force);
    let known = intake.packs.resource(resource).map(|(_, r)| r);
    let owned = known.is_some_and(|r| r.owner.is_some());
    // Cases are about decisions, which have a time limit; nothing else was put right by one.
    let corrected = match known.is_some_and(|r| r.time_limit.is_some()) {
        true => corrections::of_resource(intake.db.conn(), resource).await?,
        false => Corrected::new(),
    };
    Ok(CheckRequest {
        others: if owned { Arc::new(others(intake, org, as_of).await?) } else { Arc::default() },
        corrected: Arc::new(corrected),
        lookups: lookups::for_resource(intake, resource, &overrides, as_of).await?,
        overrides,
        unfit,
        ..CheckRequest::new(Arc::clone(&intake.packs), resource, as_of)
    })
}

/// Codes and names of the organisations for which one does not speak: all that exist on a day but itself and those below it.
async fn others(intake: &Intake, org: OrgId, as_of: NaiveDate) -> Result<HashSet<String>> {
    let all = identity::org::list(intake.db.conn(), &Scope::City).await?;
    let own = all.iter().find(|o| o.org_id() == org).map(|o| o.path.clone()).unwrap_or_default();
    let is_other = |o: &&identity::org::Org| {
        !o.path.starts_with(&own) && o.valid_from <= as_of && o.valid_to.is_none_or(|to| to > as_of)
    };
    Ok(all.iter().filter(is_other).flat_map(|o| [o.code.clone(), o.name_zh.clone()]).collect())
}

/// Groups of findings as they are kept.
pub(crate) fn group_models(id: SubmissionId, found: &[Group]) -> Result<Vec<finding_group::Model>> {
    let count = |n: u64| i64::try_from(n).map_err(Error::internal);
    let model = |g: &Group| {
        Ok(finding_group::Model {
            id: Uuid::now_v7(),
            submission_id: id.0,
            code: g.code.clone(),
            pattern: g.pattern.clone(),
            field: g.field.clone().unwrap_or_default(),
            severity: g.severity.name().to_owned(),
            findings: count(g.findings)?,
            suggestions: count(g.suggested)?,
            data: serde_json::to_value(g).map_err(Error::internal)?,
        })
    };
    found.iter().map(model).collect()
}

/// The request by which a submission is judged.
pub(crate) async fn request(intake: &Intake, row: &Model, as_of: NaiveDate) -> Result<CheckRequest> {
    let mapping: IndexMap<String, String> = match &row.mapping {
        Some(json) => serde_json::from_value(json.clone()).map_err(Error::internal)?,
        None => IndexMap::new(),
    };
    Ok(CheckRequest { mapping, ..request_for(intake, &row.resource, OrgId(row.org_id), as_of).await? })
}

/// Checks the stored bytes and keeps what was found.
pub(super) async fn run(intake: &Intake, row: &Model, as_of: NaiveDate) -> Result<CheckOutcome> {
    let id = SubmissionId(row.id);
    let (findings, kept, _) = files(intake, id)?;
    let mut request = request(intake, row, as_of).await?;
    request.findings = Some(findings);
    let path = intake.lake.blobs().path(&lake::blob::Digest::parse(&row.digest)?);
    let name = row.file_name.clone();
    let (progress, rows) = tokio::sync::watch::channel(0_u64);
    let checking = tokio::task::spawn_blocking(move || {
        lake::check::check_file(&path, &name, &request, |n| {
            progress.send_replace(n);
        })
    });
    let (db, clock) = (intake.db.clone(), Arc::clone(&intake.clock));
    let shown = progress::tell(rows, async |n| {
        let change = ActiveModel { progress_rows: Set(n), ..Default::default() };
        // Progress is for looking at; a write that fails is made good by the next.
        let _ = submissions::update(db.conn(), id, change, clock.now()).await;
    });
    let (outcome, ()) = tokio::join!(checking, shown);
    let outcome = outcome.map_err(Error::internal)??;
    let text = serde_json::to_vec(&outcome).map_err(Error::internal)?;
    tokio::fs::write(&kept, text).await.map_err(|e| Error::unavailable("存储", "storage", e))?;
    Ok(outcome)
}
