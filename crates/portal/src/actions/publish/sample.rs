//! 公示抽查: every day some public records, drawn at random, are laid beside their rows in the lake and searched for personal numbers.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use kernel::{OrgId, Result, SubmissionId};
use lake::query::Query;
use lake::table::{KEY, ROW, SUBMISSION};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::instant;
use super::reading::{Cells, Draft, Reading};
use crate::context::Portal;
use crate::model::guard;
use crate::store::publication::entity::{publication, sample};
use crate::store::publication::samples;

/// Records drawn a day.
pub const SAMPLES: usize = 60;

/// Draws today's samples, unless that has been done. The same day over the same records draws the same.
///
/// # Errors
/// When the lake or the database fails; nothing is written then.
pub(super) async fn sample(portal: &Portal) -> Result<()> {
    let intake = &portal.intake;
    let (conn, today) = (intake.db.conn(), intake.clock.today());
    if samples::is_done(conn, today).await? {
        return Ok(());
    }
    let drawn = draw(portal, today).await?;
    if drawn.is_empty() {
        return Ok(());
    }
    let mut rows = Vec::with_capacity(drawn.len());
    for (pack, resource) in intake.packs.resources() {
        let Some(reading) = Reading::of(pack, resource) else { continue };
        let own: Vec<&publication::Model> =
            drawn.iter().filter(|r| r.resource == resource.resource).collect();
        if own.is_empty() {
            continue;
        }
        let now = lake_rows(portal, &reading, &own).await?;
        for record in own {
            let fault = fault(record, now.get(&record.id), today);
            rows.push(sample::Model {
                id: Uuid::now_v7(),
                record_id: record.id,
                resource: record.resource.clone(),
                org_id: record.org_id,
                sampled_at: instant(intake.clock.now()),
                ok: fault.is_none(),
                fault,
            });
        }
    }
    intake.db.tx(async |tx| samples::put(tx, today, rows).await).await
}

async fn draw(portal: &Portal, day: NaiveDate) -> Result<Vec<publication::Model>> {
    let conn = portal.intake.db.conn();
    let mut seen = BTreeSet::new();
    let mut drawn = Vec::new();
    for i in 0..SAMPLES {
        let digest = Sha256::digest(format!("publication-sample|{day}|{i}"));
        let mut place = [0_u8; 16];
        place.copy_from_slice(&digest[..16]);
        let Some(record) = samples::drawn(conn, Uuid::from_bytes(place)).await? else { break };
        if seen.insert(record.id) {
            drawn.push(record);
        }
    }
    Ok(drawn)
}

/// What the rows of these records say today, read at once.
async fn lake_rows(
    portal: &Portal,
    reading: &Reading<'_>,
    records: &[&publication::Model],
) -> Result<HashMap<Uuid, Draft>> {
    let columns: Vec<&str> = reading.columns().iter().copied().chain([KEY, SUBMISSION, ROW]).collect();
    let names: Vec<String> = columns.iter().map(|c| format!("\"{c}\"")).collect();
    // Two lists find some rows beside those that are wanted, which are not looked at; pairs take long to plan.
    let list =
        |from: usize| (from..from + records.len()).map(|i| format!("${i}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT {} FROM \"{}\" WHERE \"{SUBMISSION}\" IN ({}) AND \"{ROW}\" IN ({})",
        names.join(", "),
        reading.resource.resource,
        list(1),
        list(1 + records.len())
    );
    let submissions = records.iter().map(|r| Value::from(SubmissionId(r.submission_id).to_string()));
    let bound = submissions.chain(records.iter().map(|r| Value::from(r.row_number)));
    let found = portal.intake.lake.query(Query::new(sql).bind(bound)).await?;
    let today = portal.intake.clock.today();
    let orgs: HashMap<SubmissionId, OrgId> =
        records.iter().map(|r| (SubmissionId(r.submission_id), OrgId(r.org_id))).collect();
    let drafts = found.rows.iter().filter_map(|row| super::follow_tables::draft(reading, row, &orgs, today));
    Ok(drafts.map(|d| (d.id.0, d)).collect())
}

/// What is wrong with a public record: its row is gone, a cell differs, a personal number shows.
fn fault(record: &publication::Model, row: Option<&Draft>, today: NaiveDate) -> Option<String> {
    let Some(row) = row else { return Some("gone".to_owned()) };
    let shown: Cells = serde_json::from_str(&record.content).unwrap_or_default();
    let open = record.choice.starts_with("show:");
    let should = if open { &row.open } else { &row.safe };
    let leaking = shown.iter().find(|(code, value)| {
        // What a person looked at and released is no leak.
        let released = open && row.doubts.contains(code);
        !released && should.get(*code) != Some(value) && guard::leaks(value, today)
    });
    if let Some((code, _)) = leaking {
        return Some(format!("leaks:{code}"));
    }
    let codes: BTreeSet<&String> = should.keys().chain(shown.keys()).collect();
    codes.into_iter().find(|code| should.get(*code) != shown.get(*code)).map(|code| format!("differs:{code}"))
}
