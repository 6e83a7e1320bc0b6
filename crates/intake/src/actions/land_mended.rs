//! 更正入库: the mended rows of a submission land as a submission of their own.

use kernel::{Actor, Error, OrgId, Result, SubmissionId};
use lake::table::{Provenance, TableSpec};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use store::{OrFail as _, audit, jobs};
use uuid::Uuid;

use super::judge_again::rule_set_of;
use super::mend_rows::may_be_mended;
use super::process_submission::{Ending, request, settle};
use super::receive_upload::MAY_HAND_IN;
use super::supersede_rows::give_way;
use crate::context::Intake;
use crate::jobs::process_job;
use crate::model::{State, Way};
use crate::store::entity::submission::{ActiveModel, Model};
use crate::store::{submissions, wrong_rows};

/// Begins the landing of all mended rows; a job carries it out.
///
/// # Errors
/// `nothing-mended` when no row waits.
pub async fn land_mended(intake: &Intake, actor: &Actor, id: SubmissionId) -> Result<SubmissionId> {
    actor.require(MAY_HAND_IN)?;
    let parent = submissions::get(intake.db.conn(), actor, id).await?;
    begin(intake, actor, &parent, None).await
}

/// Begins the landing of mended rows of a submission: of those named, or of all.
///
/// # Errors
/// `mending-closed` when the submission has not landed, `nothing-mended` when no row waits.
pub(super) async fn begin(
    intake: &Intake,
    actor: &Actor,
    parent: &Model,
    rows: Option<&[Uuid]>,
) -> Result<SubmissionId> {
    may_be_mended(parent)?;
    let id = SubmissionId(parent.id);
    let (now, today) = (intake.clock.now(), intake.clock.today());
    // Rows mended later may have been judged by other overrides than the file was.
    let rule_set = rule_set_of(intake, &parent.resource, OrgId(parent.org_id), today).await?;
    let child = SubmissionId::new();
    let tx = intake.db.begin().await?;
    submissions::insert(
        &tx,
        Model {
            resource: parent.resource.clone(),
            way: Way::Mend.name().to_owned(),
            file_name: parent.file_name.clone(),
            digest: parent.digest.clone(),
            created_by: actor.name.clone(),
            rule_set: Some(rule_set),
            as_of: Some(today),
            parent_id: Some(id.0),
            ..Model::begun(child, OrgId(parent.org_id), State::Landing, now)
        },
    )
    .await?;
    let taken = wrong_rows::assign(&tx, id, child, rows).await?;
    if taken == 0 {
        return Err(Error::conflict(
            "nothing-mended",
            "还没有更正好的行。请先改正标红的单元格，通过校验后再入库。",
            "No row is mended yet. Correct the cells in red first; rows that pass can then land.",
        ));
    }
    let n = i64::try_from(taken).map_err(Error::internal)?;
    let change = ActiveModel { rows_total: Set(n), rows_passed: Set(n), ..Default::default() };
    submissions::update(&tx, child, change, now).await?;
    jobs::enqueue(&tx, process_job(child)?, now).await?;
    let detail = json!({ "rows": taken, "of": id });
    audit::record(&tx, now, actor, "submission.land-mended", &format!("submission:{child}"), &detail).await?;
    tx.commit().await.or_fail()?;
    Ok(child)
}

/// Lands the rows assigned to a submission of mended rows.
pub(super) async fn carry_out(intake: &Intake, row: &Model) -> Result<()> {
    let child = SubmissionId(row.id);
    let parent = SubmissionId(row.parent_id.ok_or_else(|| Error::internal("mended rows of nothing"))?);
    let (_, resource) = intake.resource(&row.resource)?;
    let spec = TableSpec::of(resource)?;
    let mode = match resource.landing.mode {
        // Mended rows join what is there; they never become the whole table.
        standards::pack::LandingMode::Replace => standards::pack::LandingMode::Append,
        other => other,
    };
    let as_of = row.as_of.unwrap_or_else(|| intake.clock.today());
    let request = request(intake, row, as_of).await?;
    let rows = wrong_rows::assigned(intake.db.conn(), child).await?;
    // Rows that pass because a rule was changed stand as they were handed in: that is when they were received.
    let given = submissions::load(intake.db.conn(), parent).await?;
    let as_received = rows.iter().all(|r| r.cells == r.original);
    let received_at = match row.created_by == Actor::system().name && as_received {
        true => given.created_at,
        false => row.created_at,
    };
    let cells = rows
        .iter()
        .map(|r| Ok((r.row, serde_json::from_value(r.cells.clone()).map_err(Error::internal)?)))
        .collect::<Result<Vec<_>>>()?;
    let from = Provenance { submission: child, source: row.digest.clone(), received_at };
    let typed = tokio::task::spawn_blocking(move || lake::landing::rows_of(&request, &cells))
        .await
        .map_err(Error::internal)??;
    let typed = match mode {
        standards::pack::LandingMode::Upsert => {
            let may_land = give_way(intake, &given, &rows, &typed.keys(&spec)?).await?;
            typed.only(&may_land)?
        }
        _ => typed,
    };
    let landed = intake.lake.land_rows(&spec, mode, &from, typed).await?;
    let n = Set(i64::try_from(landed.rows).map_err(Error::internal)?);
    let change = ActiveModel { rows_total: n.clone(), rows_passed: n, ..Default::default() };
    let end = Ending { kind: "corrected", landed: &landed, change, parent: Some(parent) };
    settle(intake, row, end).await
}
