//! 待决定的时限: rows that wait for a person run against the limit of what they are to become, and those who decide are told of it
//! every day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use kernel::{Error, OrgId, Result};
use lake::landing::Cells;
use rectify::Rectify;
use rectify::actions::notices::{Waiting, tell_waiting};
use standards::pack::{Mapping, Packs, TimeLimit};
use uuid::Uuid;

use crate::context::Sharing;
use crate::store::mappings;

/// Rows dated with one statement.
const BATCH: u64 = 500;

/// The day on which the decision of a row was taken.
pub(crate) fn decided(packs: &Packs, mapping: &Mapping, cells: &Cells) -> Option<NaiveDate> {
    let (_, target) = packs.resource(&mapping.target)?;
    cells.get(target.decision_date.as_deref()?)?.replace('/', "-").parse().ok()
}

/// The limit that runs while a row waits: its target's. None where its clock runs where it was handed in.
fn limit<'a>(packs: &'a Packs, mapping: &Mapping) -> Option<&'a TimeLimit> {
    let of = |resource: &str| packs.resource(resource).and_then(|(_, r)| r.time_limit.as_ref());
    match of(&mapping.source) {
        Some(_) => None,
        None => of(&mapping.target),
    }
}

/// The last day on which a row that waits is in time; none without a clock, and beyond the published calendar.
pub(super) fn due(packs: &Packs, mapping: &Mapping, cells: &Cells) -> Option<NaiveDate> {
    limit(packs, mapping)?.deadline(decided(packs, mapping, cells)?).ok()
}

/// Dates what could not be dated before, and tells whom it concerns what waits.
///
/// # Errors
/// When the database fails.
pub(super) async fn tell_held(sharing: &Sharing) -> Result<()> {
    let (conn, packs) = (sharing.intake.db.conn(), &sharing.intake.packs);
    let mut waiting = mappings::waiting(conn).await?;
    let undated: BTreeSet<String> =
        waiting.iter().filter(|w| w.undated > 0).map(|w| w.mapping.clone()).collect();
    for (_, mapping) in undated.iter().filter_map(|code| packs.mapping(code)) {
        if limit(packs, mapping).is_some() {
            date(sharing, mapping).await?;
            waiting = mappings::waiting(conn).await?;
        }
    }
    let mut all: BTreeMap<(Uuid, &str), Waiting> = BTreeMap::new();
    for sums in waiting {
        let Some((_, mapping)) = packs.mapping(&sums.mapping) else { continue };
        let one = all.entry((sums.org_id, mapping.target.as_str())).or_insert_with(|| Waiting {
            org: OrgId(sums.org_id),
            resource: mapping.target.clone(),
            count: 0,
            since: sums.since,
            due: None,
            href: "/mappings/waiting".to_owned(),
        });
        one.count += sums.n;
        one.since = one.since.min(sums.since);
        one.due = [one.due, sums.due].into_iter().flatten().min();
    }
    tell_waiting(&Rectify { intake: sharing.intake.clone() }, all.into_values().collect()).await
}

/// Gives the rows of a mapping that wait without a deadline theirs, as far as the calendar reaches.
async fn date(sharing: &Sharing, mapping: &Mapping) -> Result<()> {
    let (conn, packs) = (sharing.intake.db.conn(), &sharing.intake.packs);
    let mut after = None;
    loop {
        let rows = mappings::undated(conn, &mapping.mapping, after, BATCH).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(last.id);
        let mut days: BTreeMap<NaiveDate, Vec<Uuid>> = BTreeMap::new();
        for row in &rows {
            let cells: Cells = serde_json::from_str(&row.cells).map_err(Error::internal)?;
            if let Some(day) = due(packs, mapping, &cells) {
                days.entry(day).or_default().push(row.id);
            }
        }
        for (day, ids) in days {
            mappings::set_due(conn, &ids, day).await?;
        }
    }
}
