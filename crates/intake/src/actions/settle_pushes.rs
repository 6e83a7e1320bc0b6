//! 中断的推送: one that was cut off between announcing itself and its answer is settled by what the lake holds. Its sender got no
//! answer and sends it again; with the same key it is completed then.

use chrono::TimeDelta;
use kernel::{Actor, Error, Result, SubmissionId, Text};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use store::{OrFail as _, audit, events};

use super::process_submission::event;
use crate::context::Intake;
use crate::model::State;
use crate::store::entity::submission::{ActiveModel, Model};
use crate::store::submissions;

/// No push takes so long.
const CUT_OFF: TimeDelta = TimeDelta::minutes(10);
/// Pushes settled in one go.
const MOST: u64 = 500;

/// Settles the pushes that were cut off. One in trouble does not keep the others waiting. Doing it twice changes nothing.
///
/// # Errors
/// When the database cannot be read.
pub async fn settle_pushes(intake: &Intake) -> Result<()> {
    let before = intake.clock.now() - CUT_OFF;
    for row in submissions::cut_off(intake.db.conn(), before, MOST).await? {
        if let Err(e) = settle(intake, &row).await {
            tracing::error!(submission = %row.id, error = ?e, "a push that was cut off could not be settled");
        }
    }
    Ok(())
}

async fn settle(intake: &Intake, row: &Model) -> Result<()> {
    let (id, now) = (SubmissionId(row.id), intake.clock.now());
    let count = |n: u64| i64::try_from(n).map_err(Error::internal);
    let landed = intake.lake.landed(&row.resource, id).await?;
    let (state, said) = match &landed {
        Some(_) => (
            State::Landed,
            Text::new(
                "推送时平台中断，没有答复；合格的行已入库，有误的行没有保留。请重新推送同一批数据。",
                "The platform was interrupted before it answered: the good rows are in, wrong ones were not kept. Push the same rows again.",
            ),
        ),
        None => (
            State::Refused,
            Text::new(
                "推送时平台中断，没有任何一行入库。请重新推送同一批数据。",
                "The platform was interrupted before any row landed. Push the same rows again.",
            ),
        ),
    };
    let mut change = ActiveModel {
        state: Set(state.name().to_owned()),
        reason: Set(Some(serde_json::to_value(&said).map_err(Error::internal)?)),
        ..Default::default()
    };
    if let Some(landed) = &landed {
        let rows = count(landed.rows)?;
        change.rows_total = Set(rows);
        change.rows_passed = Set(rows);
        change.rows_landed = Set(rows);
        change.rows_updated = Set(count(landed.updated)?);
        change.lake_version = Set(Some(count(landed.version)?));
    }
    let tx = intake.db.begin().await?;
    if !submissions::settle_push(&tx, id, change, now).await? {
        return Ok(());
    }
    let rows = landed.as_ref().map_or(0, |l| l.rows);
    let data = json!({ "resource": row.resource, "rows": rows, "cut-off": true });
    events::append(&tx, &event(row, state.name(), now, data.clone())).await?;
    audit::record(&tx, now, &Actor::system(), "submission.settle", &format!("submission:{id}"), &data)
        .await?;
    tx.commit().await.or_fail()
}
