//! 补算期限: decisions, records sent back and issues whose deadline lay beyond the published calendar of working days get it once the
//! calendar reaches so far.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};
use kernel::Result;
use standards::calendar;
use standards::pack::Returns;
use uuid::Uuid;

use super::reading::end_of_day;
use crate::context::Rectify;
use crate::store::{issues, records, returns};

/// Records looked at in one transaction.
const BATCH: u64 = 1_000;
/// Under this name stands up to which day the deadlines were computed; no resource may bear it.
const CALENDAR: &str = "#calendar";

/// Computes what deadlines can be computed since the calendar was published further. Cheap when it was not.
///
/// # Errors
/// When the database fails; done again, it does the rest.
pub(super) async fn fill_deadlines(rectify: &Rectify) -> Result<()> {
    let (db, packs) = (&rectify.intake.db, &rectify.intake.packs);
    let reaches = u64::try_from(calendar::last_day().num_days_from_ce()).unwrap_or_default();
    if records::followed(db.conn(), CALENDAR).await? == reaches {
        return Ok(());
    }
    let mut after = None;
    loop {
        let rows = records::without_deadline(db.conn(), after, BATCH).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        let mut days: BTreeMap<NaiveDate, Vec<Uuid>> = BTreeMap::new();
        for row in &rows {
            let limit = packs.resource(&row.resource).and_then(|(_, r)| r.time_limit.as_ref());
            if let Some(day) = limit.and_then(|l| l.deadline(row.decision_date).ok()) {
                days.entry(day).or_default().push(row.id);
            }
        }
        db.tx(async |tx| {
            for (day, ids) in &days {
                records::set_deadline(tx, ids, *day, end_of_day(*day)).await?;
            }
            Ok(())
        })
        .await?;
    }
    fill_returned(rectify).await?;
    records::set_followed(db.conn(), CALENDAR, reaches).await
}

/// The deadlines of what a superior sent back, then those of the issues: an issue is due with the earliest of what it holds.
async fn fill_returned(rectify: &Rectify) -> Result<()> {
    let (db, packs) = (&rectify.intake.db, &rectify.intake.packs);
    let lists: Vec<&Returns> = packs.resources().filter_map(|(_, r)| r.returns.as_ref()).collect();
    db.tx(async |tx| {
        for (resource, returned_on) in returns::without_due(tx).await? {
            let list = lists.iter().find(|l| l.resources.values().any(|r| *r == resource));
            if let Some(due) = list.and_then(|l| l.due(returned_on).ok()) {
                returns::set_due(tx, (&resource, returned_on), due).await?;
            }
        }
        issues::fill_due(tx).await
    })
    .await
}
