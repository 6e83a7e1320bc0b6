//! Pages of facts as their owners tell them, in the order of ids.

use std::collections::{HashMap, HashSet};

use catalogue::facts::EntryFact;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{OrgId, RecordId, Result, Scope, beijing_date};
use portal::Portal;
use rectify::Rectify;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Fact, Kind};
use crate::context::Scorecard;
use crate::store::{evaluations, registered};

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
        Kind::Entries => {
            let landed = landed_below(scorecard).await?;
            let mounted =
                |e: &EntryFact| e.resource.as_ref().is_some_and(|r| landed.contains(&(e.org, r.clone())));
            let entries = catalogue::facts::entries(intake.db.conn(), after, limit).await?;
            entries.into_iter().map(|e| (mounted(&e), e)).map(|(mounted, e)| entry(e, mounted)).collect()
        }
        Kind::Returns => {
            rectify::facts::returns(&rectify, after, limit).await?.into_iter().map(returned).collect()
        }
        Kind::Cases => {
            let portal = Portal::new(intake.clone());
            portal::facts::cases(&portal, after, limit).await?.into_iter().map(case).collect()
        }
        Kind::Tasks => tasks(&rectify, &Portal::new(intake.clone()), after, limit).await?,
        Kind::Evaluations => {
            evaluations::after(intake.db.conn(), after, limit).await?.into_iter().map(evaluation).collect()
        }
        Kind::Registered => {
            let figures = registered::after(intake.db.conn(), after, limit).await?;
            figures.into_iter().map(registered_figure).collect()
        }
        Kind::Units => {
            identity::facts::units(intake.db.conn(), after, limit).await?.into_iter().map(unit).collect()
        }
        Kind::Samples => {
            let portal = Portal::new(intake.clone());
            portal::facts::samples(&portal, after, limit).await?.into_iter().map(sample).collect()
        }
    })
}

/// The resources of which an organisation or any below it has rows in the lake.
async fn landed_below(scorecard: &Scorecard) -> Result<HashSet<(OrgId, String)>> {
    let orgs = identity::org::list(scorecard.intake.db.conn(), &Scope::City).await?;
    let parents: HashMap<Uuid, Uuid> = orgs.iter().filter_map(|o| Some((o.id, o.parent_id?))).collect();
    let mut all = HashSet::new();
    for (org, resource) in intake::facts::landed(&scorecard.intake).await? {
        let mut at = Some(org.0);
        // An organisation already noted has those above it noted too.
        while let Some(id) = at.filter(|id| all.insert((OrgId(*id), resource.clone()))) {
            at = parents.get(&id).copied();
        }
    }
    Ok(all)
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
            ("UPDATED", json!(r.updated)),
            ("UNLINKED", json!(r.unlinked)),
            ("ITEMS", json!(r.items_required)),
            ("GIVEN", json!(r.items_given)),
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

fn entry(e: EntryFact, mounted: bool) -> Fact {
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

fn returned(r: rectify::facts::Return) -> Fact {
    fact(
        r.id,
        (r.org, &r.resource, r.record),
        day(Some(r.returned_at)),
        &[
            ("RETURNED_ON", day(Some(r.returned_at))),
            ("DUE", day(r.due)),
            ("CLOSED_ON", on(r.closed_at)),
            ("OUTCOME", json!(r.outcome.name())),
        ],
    )
}

/// A case that its applicant took back is closed by nobody.
fn case(c: portal::facts::CaseFact) -> Fact {
    fact(
        c.id,
        (c.org, &c.resource, Some(c.record)),
        on(Some(c.opened_at)),
        &[
            ("KIND", json!(c.kind.name())),
            ("OPENED_ON", on(Some(c.opened_at))),
            ("DUE", day(c.due)),
            ("CLOSED_ON", on(c.closed_at.filter(|_| !c.withdrawn))),
            ("OUTCOME", c.outcome.map_or(Value::Null, |o| json!(o.name()))),
            ("PAPERS", json!(i64::from(c.papers_complete))),
            ("ACKNOWLEDGED_ON", on(c.acknowledged_at)),
        ],
    )
}

fn sample(s: portal::facts::Sample) -> Fact {
    fact(
        s.id,
        (s.org, &s.resource, Some(s.record)),
        on(Some(s.sampled_at)),
        &[
            ("SAMPLED_ON", on(Some(s.sampled_at))),
            ("OK", json!(i64::from(s.ok))),
            ("FAULT", s.fault.map_or(Value::Null, Value::from)),
        ],
    )
}

fn evaluation(e: crate::store::entity::evaluation::Model) -> Fact {
    let own = [
        ("EVALUATOR", json!(e.evaluator)),
        ("SAMPLED", json!(e.sampled)),
        ("UNREPORTED", json!(e.unreported)),
    ];
    fact(e.id, (OrgId(e.org_id), e.resource.as_deref().unwrap_or_default(), None), day(Some(e.on_day)), &own)
}

/// A newer entry changes the last day of the one before, and so the fact.
fn registered_figure(f: registered::Entered) -> Fact {
    let row = f.row;
    let own = [
        ("CODE", json!(row.indicator)),
        ("UNTIL", day(f.until)),
        ("WHOLE", json!(row.whole)),
        ("PART", json!(row.part)),
        ("BASIS", json!(row.basis)),
    ];
    fact(row.id, (OrgId(row.org_id), "", None), day(Some(row.on_day)), &own)
}

fn unit(u: identity::facts::UnitFact) -> Fact {
    let own = [
        ("KIND", json!(u.kind)),
        ("ENDED_ON", day(u.valid_to)),
        ("ACTIVE", json!(i64::from(u.opened_at.is_some()))),
        ("OPENED_ON", on(u.opened_at)),
    ];
    fact(u.org.0, (u.org, "", None), day(Some(u.valid_from)), &own)
}

/// What is done together (协同任务): the stays of a case at its desks, and records sent back, in the order of their ids.
async fn tasks(rectify: &Rectify, portal: &Portal, after: Option<Uuid>, limit: u64) -> Result<Vec<Fact>> {
    let returns = rectify::facts::returns(rectify, after, limit).await?;
    let cases = portal::facts::cases(portal, after.map(|id| stay(id, u8::MAX)), limit).await?;
    let full = |n: usize| u64::try_from(n).unwrap_or(u64::MAX) >= limit;
    // What comes after the end of a page that is full is told with the next one.
    let ends = [
        returns.last().filter(|_| full(returns.len())).map(|r| r.id),
        cases.last().filter(|_| full(cases.len())).map(|c| stay(c.id, u8::MAX)),
    ];
    let end = ends.into_iter().flatten().min();
    let of_returns = returns.into_iter().map(|r| {
        let own = [
            ("ABOUT", json!("return")),
            ("DESK", json!("department")),
            ("DUE", day(r.due)),
            ("CLOSED_ON", on(r.closed_at)),
        ];
        fact(r.id, (r.org, &r.resource, r.record), day(Some(r.returned_at)), &own)
    });
    let of_cases = cases.into_iter().flat_map(|c| {
        let stays = c.tasks.iter().zip(0_u8..).map(|(t, n)| {
            let own = [
                ("ABOUT", json!(c.kind.name())),
                ("DESK", json!(t.desk.name())),
                ("DUE", day(t.due)),
                ("CLOSED_ON", on(t.closed_at)),
            ];
            fact(stay(c.id, n), (c.org, &c.resource, Some(c.record)), on(Some(t.opened_at)), &own)
        });
        stays.collect::<Vec<_>>()
    });
    let mut all: Vec<Fact> =
        of_returns.chain(of_cases).filter(|f| end.is_none_or(|end| f.id <= end)).collect();
    all.sort_by_key(|f| f.id);
    Ok(all)
}

/// The id of a case's stay at a desk: the case's, its last byte the number of the stay, so that the order of cases is kept.
fn stay(case: Uuid, n: u8) -> Uuid {
    let mut bytes = case.into_bytes();
    bytes[15] = n;
    Uuid::from_bytes(bytes)
}
