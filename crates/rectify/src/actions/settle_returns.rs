//! 整改销号: a record sent back closes when it comes again, valid and with another content; it opens again when that is taken back.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use kernel::{Event, IssueId, OrgId, Result, SubmissionId};
use sea_orm::ActiveValue::Set;
use sea_orm::ConnectionTrait;
use serde_json::json;
use standards::fold::document_number;
use store::{Tx, events};
use uuid::Uuid;

use super::keep_issues::{PLATFORM, keep};
use crate::model::{EntryKind, ReturnState, threshold};
use crate::store::entity::issue::ActiveModel as IssueChange;
use crate::store::entity::returned::{ActiveModel, Model};
use crate::store::entity::{attempt, record};
use crate::store::{issues, replaced, returns};

/// Document numbers told in one line of a history; the rest is counted.
const TOLD: usize = 5;

/// Closes what was sent back of these records and has been corrected since.
///
/// # Errors
/// When the database fails.
pub(super) async fn settle_returns(tx: &Tx, records: &[Uuid], now: DateTime<Utc>) -> Result<()> {
    let open = returns::open_of(tx, records).await?;
    if open.is_empty() {
        return Ok(());
    }
    let ids: BTreeSet<Uuid> = open.iter().filter_map(|r| r.record_id).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    // What came under a corrected key is a receipt of the same decision.
    let by = replaced::replacing(tx, &ids).await?;
    let all: Vec<Uuid> = ids.iter().chain(by.values()).copied().collect();
    let mut receipts = returns::receipts(tx, &all).await?;
    for (old, new) in &by {
        let more = receipts.get(new).cloned().unwrap_or_default();
        let of = receipts.entry(*old).or_default();
        of.extend(more);
        of.sort_by_key(|a| a.at);
    }
    let mut closed: BTreeMap<Uuid, Vec<&Model>> = BTreeMap::new();
    for row in &open {
        let of = row.record_id.and_then(|id| receipts.get(&id)).map_or(&[][..], Vec::as_slice);
        let Some(by) = correction(row, of) else { continue };
        let change = returns::closed(ReturnState::Corrected, by.at, Some(SubmissionId(by.submission_id)));
        returns::change(tx, &[row.id], &[ReturnState::Open, ReturnState::Asked], &change).await?;
        closed.entry(row.issue_id).or_default().push(row);
    }
    for (issue, rows) in closed {
        let issue = IssueId(issue);
        issues::note(tx, issue, EntryKind::Corrected, (PLATFORM, &documents(&rows)), now).await?;
        told(tx, "return-corrected", &rows, now).await?;
        keep_returned_issue(tx, issue, now).await?;
    }
    Ok(())
}

/// The receipt that corrected a record: it is the newest, came after the record was sent back, and differs from what had been
/// received before.
fn correction<'a>(row: &Model, receipts: &'a [attempt::Model]) -> Option<&'a attempt::Model> {
    let since = threshold(row.returned_on, row.received_at);
    let newest = receipts.last().filter(|a| a.at > since)?;
    let before = receipts.iter().rev().find(|a| a.at <= since);
    let differs = match before {
        Some(before) => before.content.is_none() || before.content != newest.content,
        None => true,
    };
    differs.then_some(newest)
}

/// Opens again what a submission had corrected that is taken back.
///
/// # Errors
/// When the database fails.
pub(super) async fn reopen_returns(tx: &Tx, submission: SubmissionId, now: DateTime<Utc>) -> Result<()> {
    let rows = returns::of_submission(tx, submission, true).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let change = ActiveModel {
        state: Set(ReturnState::Open.name().to_owned()),
        closed_at: Set(None),
        closed_by: Set(None),
        ..Default::default()
    };
    returns::change(tx, &ids, &[ReturnState::Corrected], &change).await?;
    for issue in issues_of(&rows) {
        keep_returned_issue(tx, issue, now).await?;
    }
    // Another receipt may have corrected it all the same.
    let records: Vec<Uuid> = rows.iter().filter_map(|r| r.record_id).collect();
    Box::pin(settle_returns(tx, &records, now)).await
}

/// The issues of rows, each once.
pub(super) fn issues_of(rows: &[Model]) -> BTreeSet<IssueId> {
    rows.iter().map(|r| IssueId(r.issue_id)).collect()
}

/// Counts an issue of records sent back anew. One without rows goes.
///
/// # Errors
/// When the database fails.
pub(super) async fn keep_returned_issue(
    conn: &impl ConnectionTrait,
    id: IssueId,
    now: DateTime<Utc>,
) -> Result<()> {
    let Some(issue) = issues::find(conn, id).await? else { return Ok(()) };
    let tally = returns::tally(conn, id).await?;
    if tally.rows == 0 {
        return issues::remove(conn, id).await;
    }
    if tally.rows != issue.findings {
        let change = IssueChange { findings: Set(tally.rows), ..Default::default() };
        issues::update(conn, id, change).await?;
    }
    keep(conn, &issue, tally.open, tally.due, now).await
}

/// The document numbers of rows, as many as a line holds.
pub(super) fn documents(rows: &[&Model]) -> String {
    let mut all: Vec<&str> = rows.iter().take(TOLD).map(|r| r.document.as_str()).collect();
    let more = format!("… (+{})", rows.len().saturating_sub(TOLD));
    if rows.len() > TOLD {
        all.push(&more);
    }
    all.join("、")
}

/// The event of what happened to rows, one for each department, resource and list.
///
/// # Errors
/// When the database fails.
pub(super) async fn told(
    conn: &impl ConnectionTrait,
    kind: &str,
    rows: &[&Model],
    at: DateTime<Utc>,
) -> Result<()> {
    let mut by: HashMap<(Uuid, &str, Uuid), u64> = HashMap::new();
    for row in rows {
        *by.entry((row.org_id, row.resource.as_str(), row.submission_id)).or_default() += 1;
    }
    for ((org, resource, submission), n) in by {
        let event = Event {
            kind: kind.to_owned(),
            at,
            org: Some(OrgId(org)),
            resource: Some(resource.to_owned()),
            submission: Some(SubmissionId(submission)),
            data: json!({ "resource": resource, "rows": n }),
        };
        events::append(conn, &event).await?;
    }
    Ok(())
}

/// Which decision a row speaks of. Of several with the same number the one with the same subject; none where it stays open.
pub(super) fn pick<'a>(
    candidates: &'a [record::Model],
    row: (&str, &str, Option<chrono::NaiveDate>),
    subjects: [&str; 2],
) -> Option<&'a record::Model> {
    let (resource, document, decided) = row;
    let number = document_number(document);
    let fits = |r: &&record::Model| {
        r.resource == resource && r.number == number && decided.is_none_or(|d| d == r.decision_date)
    };
    let mut all = candidates.iter().filter(fits);
    let (first, second) = (all.next()?, all.next());
    if second.is_none() {
        return Some(first);
    }
    let mut named = candidates.iter().filter(fits).filter(|r| subjects.contains(&r.subject.as_str()));
    match (named.next(), named.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn sent_back() -> Model {
        Model {
            id: Uuid::nil(),
            issue_id: Uuid::nil(),
            submission_id: Uuid::nil(),
            record_id: Some(Uuid::nil()),
            resource: "licence-2018".to_owned(),
            org_id: Uuid::nil(),
            document: "甲〔2026〕1号".to_owned(),
            decision_date: None,
            subject: String::new(),
            authority: String::new(),
            code: "1001".to_owned(),
            said: String::new(),
            finding: "{}".to_owned(),
            returned_on: "2026-01-05".parse().unwrap(),
            received_at: at("2026-01-05T02:00:00Z"),
            due: None,
            state: "open".to_owned(),
            reason: String::new(),
            reason_by: String::new(),
            closed_at: None,
            closed_by: None,
        }
    }

    fn receipt(when: &str, content: &str) -> attempt::Model {
        attempt::Model {
            record_id: Uuid::nil(),
            submission_id: Uuid::now_v7(),
            valid: true,
            at: at(when),
            content: Some(content.to_owned()),
            derived: false,
            given_up: false,
            ordinal: None,
        }
    }

    #[test]
    fn a_record_is_corrected_by_a_newer_receipt_with_another_content() {
        let row = sent_back();
        let first = receipt("2026-01-02T00:00:00Z", "a");
        assert!(correction(&row, std::slice::from_ref(&first)).is_none(), "nothing came since");
        let same = receipt("2026-01-06T00:00:00Z", "a");
        assert!(
            correction(&row, &[first.clone(), same.clone()]).is_none(),
            "the same again is no correction"
        );
        let other = receipt("2026-01-06T00:00:00Z", "b");
        assert_eq!(correction(&row, &[first.clone(), other.clone()]), Some(&other));
        let back = receipt("2026-01-07T00:00:00Z", "a");
        assert!(correction(&row, &[first, other.clone(), back]).is_none(), "put back as it was");
        assert_eq!(correction(&row, std::slice::from_ref(&other)), Some(&other), "it had never been valid");
    }
}
