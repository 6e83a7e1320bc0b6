//! 登记应撤回的决定: a decision was quashed, changed or declared void; it must be taken down within three working days, with the reason
//! (行政处罚法第四十八条；第八十五条: working days).

use chrono::NaiveDate;
use kernel::{Actor, Error, RecordId, Result};
use serde_json::json;
use standards::calendar;
use store::audit;
use uuid::Uuid;

use super::change::{MAY_WITHDRAW, moved};
use super::instant;
use crate::context::Portal;
use crate::model::publication::State;
use crate::store::publication::entity::recall::Model;
use crate::store::publication::{lists, recalls};

/// Working days within which a quashed decision is taken down.
pub const WITHIN: u32 = 3;

/// What notices about it are known by.
pub(in crate::actions) fn recall_subject(record: Uuid) -> String {
    format!("recall:{record}")
}

/// Longest basis, in characters.
const LONGEST: usize = 500;

/// Writes down that a decision was quashed on a day, and starts the clock. Answers with the last day.
///
/// # Errors
/// Forbidden without the role; not found outside the scope; `recall-day` for a day to come or before the decision; `recall-basis`
/// without a basis; `publication-moved` when it is down already or the clock runs; `calendar-unpublished`.
pub async fn recall(
    portal: &Portal,
    actor: &Actor,
    record: RecordId,
    quashed_on: NaiveDate,
    basis: &str,
) -> Result<NaiveDate> {
    actor.require(MAY_WITHDRAW)?;
    let basis = basis.trim();
    if basis.is_empty() || basis.chars().count() > LONGEST {
        return Err(Error::bad_input(
            "recall-basis",
            format!("请写明撤销或变更决定的文书或依据，不超过 {LONGEST} 字。"),
            format!(
                "Name the document that quashed or changed the decision, in at most {LONGEST} characters."
            ),
        ));
    }
    let clock = &portal.intake.clock;
    portal
        .intake
        .db
        .tx(async |tx| {
            let row = lists::get(tx, actor, record).await?;
            if quashed_on > clock.today() || quashed_on < row.decided {
                return Err(Error::bad_input(
                    "recall-day",
                    format!("撤销日期应在决定日期（{}）之后、今天之前。", row.decided),
                    format!("The day must lie between the decision ({}) and today.", row.decided),
                ));
            }
            if row.state == State::Withdrawn.name() || recalls::open_of(tx, record).await?.is_some() {
                return Err(moved());
            }
            let due = calendar::add_workdays(quashed_on, WITHIN).map_err(|outside| {
                Error::bad_input(
                    "calendar-unpublished",
                    format!("工作日历只发布到 {}，期限无法计算。请更新平台的工作日历。", outside.last),
                    format!(
                        "The working-day calendar is published up to {} only. Update the platform's calendar.",
                        outside.last
                    ),
                )
            })?;
            let now = clock.now();
            let new = Model {
                id: Uuid::now_v7(),
                record_id: record.0,
                org_id: row.org_id,
                quashed_on,
                due,
                basis: basis.to_owned(),
                by_name: actor.name.clone(),
                opened_at: instant(now),
                closed_at: None,
            };
            recalls::insert(tx, new).await?;
            let told = json!({ "quashed_on": quashed_on, "due": due });
            audit::record(tx, now, actor, "publication.recall", &format!("publication:{record}"), &told).await?;
            Ok(due)
        })
        .await
}
