//! 补算期限: decisions whose deadline lay beyond the published calendar of working days get it once the calendar reaches so far.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};
use kernel::Result;
use standards::calendar;
use uuid::Uuid;

use super::reading::end_of_day;
use crate::context::Rectify;
use crate::store::records;

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
    records::set_followed(db.conn(), CALENDAR, reaches).await
}
