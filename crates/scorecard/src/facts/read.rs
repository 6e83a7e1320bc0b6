//! Pages of facts as their owners tell them, in the order of ids.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{OrgId, RecordId, Result, beijing_date};
use rectify::Rectify;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Fact, Kind};
use crate::context::Scorecard;

fn day(day: Option<NaiveDate>) -> Value {
    day.map_or(Value::Null, |d| d.to_string().into())
}

fn on(at: Option<DateTime<Utc>>) -> Value {
    day(at.map(beijing_date))
}

fn fact(
    id: Uuid,
    (org, resource, record): (OrgId, &str, Option<RecordId>),
    judged_by: Value,
    own: &[(&str, Value)],
) -> Fact {
    let mut row = Map::new();
    row.insert("ID".to_owned(), id.to_string().into());
    row.insert("ORG".to_owned(), org.to_string().into());
    row.insert("RESOURCE".to_owned(), resource.into());
    row.insert("RECORD".to_owned(), record.map_or(Value::Null, |r| r.to_string().into()));
    row.insert("DAY".to_owned(), judged_by);
    row.extend(own.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    Fact { id, row }
}

/// The page of a kind after an id.
pub(super) async fn page(
    scorecard: &Scorecard,
    kind: Kind,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Fact>> {
    let intake = &scorecard.intake;
    let rectify = Rectify { intake: intake.clone() };
    Ok(match kind {
        Kind::Decisions => {
            rectify::facts::decisions(&rectify, after, limit).await?.into_iter().map(decision).collect()
        }
        Kind::Receipts => {
            intake::facts::receipts(intake, after, limit).await?.into_iter().map(receipt).collect()
        }
        Kind::Issues => {
            rectify::facts::issues(&rectify, after, limit).await?.into_iter().map(issue).collect()
        }
        Kind::Entries => catalogue::facts::entries(intake.db.conn(), after, limit)
            .await?
            .into_iter()
            .map(|e| {
                let mounted = e.resource.as_deref().is_some_and(|r| intake.lake.has_table(r));
                entry(e, mounted)
            })
            .collect(),
        // Told by capabilities that do not tell yet: their indicators have no data, which is not zero.
        Kind::Returns | Kind::Cases | Kind::Tasks | Kind::Samples => Vec::new(),
    })
}

fn decision(d: rectify::facts::Decision) -> Fact {
    fact(
        d.record.0,
        (d.org, &d.resource, Some(d.record)),
        day(Some(d.decision_date)),
        &[
            ("DECIDED_ON", day(Some(d.decision_date))),
            ("DEADLINE", day(d.deadline)),
            ("EXPECTED_FROM", d.expected_from.map_or(Value::Null, Value::from)),
            ("RECEIVED_ON", on(d.first_received_at)),
            ("VALID_ON", on(d.first_valid_at)),
            ("ATTEMPTS", json!(d.attempts)),
            ("FIRST_VALID", d.first_attempt_valid.map_or(Value::Null, |v| json!(i64::from(v)))),
            ("PUBLISHED_ON", on(d.published_at)),
            ("WITHDRAWN_ON", on(d.withdrawn_at)),
        ],
    )
}

fn receipt(r: intake::facts::Receipt) -> Fact {
    fact(
        r.id,
        (r.org, &r.resource, None),
        day(r.day.parse().ok()),
        &[
            ("KIND", json!(r.kind)),
            ("WAY", json!(r.way)),
            ("NAME", json!(r.name)),
            ("STATE", json!(r.state)),
            ("RECEIVED", json!(r.rows)),
            ("PASSED", json!(r.passed)),
            ("REJECTED", json!(r.rejected)),
            ("LANDED", json!(r.landed)),
            ("OPEN", json!(r.open)),
            ("MENDED", json!(r.mended)),
            ("REPAIRED", json!(r.repaired)),
            ("DROPPED", json!(r.dropped)),
        ],
    )
}

fn issue(i: rectify::facts::IssueFact) -> Fact {
    fact(
        i.id.0,
        (i.org, &i.resource, None),
        on(Some(i.opened_at)),
        &[
            ("FINDINGS", json!(i.findings)),
            ("OPEN", json!(i.open)),
            ("STATE", json!(i.state)),
            ("DUE", day(i.due)),
            ("OPENED_ON", on(Some(i.opened_at))),
            ("CLOSED_ON", on(i.closed_at)),
        ],
    )
}

fn entry(e: catalogue::facts::EntryFact, mounted: bool) -> Fact {
    fact(
        e.id,
        (e.org, e.resource.as_deref().unwrap_or_default(), None),
        day(e.published_on),
        &[
            ("CODE", json!(e.code)),
            ("NAME", json!(e.name)),
            ("SHARE", json!(e.share_type)),
            ("PUBLISHED_ON", day(e.published_on)),
            ("MOUNTED", json!(i64::from(mounted))),
        ],
    )
}
