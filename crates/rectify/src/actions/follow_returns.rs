//! 跟踪省下发问题数据: lists of what a superior platform sent back become issues, one for each department, cause and day of return.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use futures::StreamExt as _;
use intake::actions::follow::senders_of;
use kernel::{Error, IssueId, OrgId, Result, SubmissionId, beijing_date};
use lake::check::Finding;
use lake::table::{CommitKind, KEY, RECEIVED_AT, SUBMISSION};
use lake::typed::fold;
use serde_json::Value;
use standards::pack::{Resource, Returns, Severity};
use standards::{mask, uscc};
use store::{OrFail as _, Tx};
use uuid::Uuid;

use super::follow_table::{id, instant, text};
use super::keep_issues::{PLATFORM, responsible};
use super::orgs::Authorities;
use super::reading::digest;
use super::settle_replaced::settle_replaced;
use super::settle_returns::{issues_of, keep_returned_issue, pick, settle_returns, told};
use crate::context::Rectify;
use crate::model::{EntryKind, IssueState, Origin, ReturnState, issue_number, record_id};
use crate::store::entity::issue::Model as Issue;
use crate::store::entity::record;
use crate::store::entity::returned::Model;
use crate::store::{issues, records, returns};

/// Rows written in one transaction.
const BATCH: usize = 1_000;

/// A row of a list, with what its issue is known by.
struct Sent {
    row: Model,
    cause: Finding,
}

/// Follows every resource whose rows tell of records sent back, and finds those whose record has come since.
///
/// # Errors
/// When the lake or the database fails; what was followed so far stays.
pub(super) async fn follow_returns(rectify: &Rectify) -> Result<()> {
    for (_, resource) in rectify.intake.packs.resources() {
        if let Some(returns) = &resource.returns {
            follow_list(rectify, resource, returns).await?;
            find_again(rectify, resource).await?;
        }
    }
    Ok(())
}

async fn follow_list(rectify: &Rectify, list: &Resource, returns: &Returns) -> Result<()> {
    let (intake, code) = (&rectify.intake, list.resource.as_str());
    if !intake.lake.has_table(code) {
        return Ok(());
    }
    let newest = intake.lake.version(code).await?;
    let mut at = records::followed(intake.db.conn(), code).await?;
    while at < newest {
        at += 1;
        follow_commit(rectify, list, returns, at).await?;
        records::set_followed(intake.db.conn(), code, at).await?;
    }
    Ok(())
}

async fn follow_commit(rectify: &Rectify, list: &Resource, returns: &Returns, version: u64) -> Result<()> {
    let intake = &rectify.intake;
    let columns = [
        returns.kind.as_str(),
        &returns.document,
        &returns.decision,
        &returns.subject,
        &returns.subject_code,
        &returns.authority,
        &returns.code,
        &returns.text,
        &returns.returned,
        KEY,
        SUBMISSION,
        RECEIVED_AT,
    ];
    let mut brought = match intake.lake.brought(&list.resource, version, &columns).await {
        Ok(brought) => brought,
        Err(e) if e.code() == "history-expired" => {
            tracing::warn!(resource = list.resource, version, "a commit could not be followed any more");
            return Ok(());
        }
        Err(e) => return Err(e),
    };
    if brought.kind == Some(CommitKind::Undo) {
        for share in &brought.shares {
            taken_back(rectify, share.submission).await?;
        }
        return Ok(());
    }
    let submissions: Vec<SubmissionId> = brought.shares.iter().map(|s| s.submission).collect();
    let senders = senders_of(intake, &submissions).await?;
    let authorities = Authorities::read(intake.db.conn()).await?;
    let mut waiting: Vec<Vec<Value>> = Vec::new();
    while let Some(rows) = brought.rows.next().await {
        waiting.extend(rows?);
        if waiting.len() >= BATCH {
            take_in(rectify, (list, returns), &std::mem::take(&mut waiting), &senders, &authorities).await?;
        }
    }
    take_in(rectify, (list, returns), &waiting, &senders, &authorities).await
}

/// Reads rows of a list and writes them with their issues in one transaction.
async fn take_in(
    rectify: &Rectify,
    (list, returns): (&Resource, &Returns),
    rows: &[Vec<Value>],
    senders: &HashMap<SubmissionId, OrgId>,
    authorities: &Authorities,
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let documents: HashSet<String> = rows.iter().filter_map(|r| cell(r, 1)).map(document).collect();
    let documents: Vec<String> = documents.into_iter().collect();
    let candidates = returns::by_documents(rectify.intake.db.conn(), &documents).await?;
    let sent = rows.iter().filter_map(|row| {
        let sender = *senders.get(&id(row.get(10)?)?)?;
        read(rectify, (list, returns), row, sender, authorities, &candidates)
    });
    let sent: Vec<Sent> = sent.collect();
    let tx = rectify.intake.db.begin().await?;
    place(rectify, &tx, list, sent, true).await?;
    tx.commit().await.or_fail()
}

/// The business key of a row of the list; all its values where a part of the key is missing.
fn key(row: &[Value]) -> String {
    let all = || row.iter().take(9).map(|v| text(v).unwrap_or_default()).collect::<Vec<_>>().join("\u{1f}");
    cell(row, 9).filter(|k| !k.is_empty()).map_or_else(all, str::to_owned)
}

fn cell(row: &[Value], at: usize) -> Option<&str> {
    row.get(at).and_then(text)
}

/// A document number as decisions carry it.
fn document(given: &str) -> String {
    fold::fold_text(given, false).0.into_owned()
}

/// One row of a list. None for a kind of record that no resource holds.
fn read(
    rectify: &Rectify,
    (list, returns): (&Resource, &Returns),
    row: &[Value],
    sender: OrgId,
    authorities: &Authorities,
    candidates: &[record::Model],
) -> Option<Sent> {
    let at = |i: usize| cell(row, i).unwrap_or_default();
    let resource = returns.resources.get(at(0))?;
    let (_, target) = rectify.intake.packs.resource(resource)?;
    let document = document(at(1));
    let decision_date: Option<NaiveDate> = at(2).parse().ok();
    let (name, code) = (at(3), at(4));
    // A firm's name and code are public; without a good code it may be a citizen.
    let public = uscc::is_valid(code.as_bytes()) || uscc::is_placeholder(code);
    // A firm keeps its name even where its code was written wrongly.
    let shown = if public || mask::is_body_name(name) { name.to_owned() } else { mask::person_name(name) };
    let shown_code = if public { code.to_owned() } else { mask::id_number(code) };
    // The record as it was sent back, where its correction is there as well.
    let party = digest(code);
    let as_sent =
        |r: &&record::Model| r.resource == *resource && !party.is_empty() && r.party_digest == party;
    let by_code: Vec<record::Model> = candidates.iter().filter(as_sent).cloned().collect();
    let found = pick(&by_code, (resource, &document, decision_date), [name, &shown])
        .or_else(|| pick(candidates, (resource, &document, decision_date), [name, &shown]));
    let said = mask::redact(at(7));
    let (message, pattern) = returns.meaning(at(6), at(7));
    let field = target.time_limit.as_ref().filter(|_| message != returns.otherwise);
    let cause = Finding {
        file: String::new(),
        sheet: None,
        row: 0,
        column: None,
        field: field.map(|limit| limit.subject.clone()),
        code: message.to_owned(),
        pattern: pattern.to_owned(),
        severity: Severity::Reject,
        value: at(6).to_owned(),
        params: vec![
            ("a".to_owned(), shown.clone()),
            ("b".to_owned(), shown_code),
            ("text".to_owned(), said.clone()),
        ],
        suggestion: None,
        alternatives: Vec::new(),
        related: Vec::new(),
        ambiguous: false,
        rule: None,
    };
    let returned_on: NaiveDate = at(8).parse().ok()?;
    let org = found.map(|r| OrgId(r.org_id)).or_else(|| authorities.by_code(at(5))).unwrap_or(sender);
    Some(Sent {
        row: Model {
            id: record_id(&list.resource, &key(row)).0,
            issue_id: Uuid::nil(),
            submission_id: id(row.get(10)?)?.0,
            record_id: found.map(|r| r.id),
            resource: resource.clone(),
            org_id: org.0,
            document,
            decision_date,
            subject: found.map_or(shown, |r| r.subject.clone()),
            authority: at(5).to_owned(),
            code: at(6).to_owned(),
            said,
            finding: serde_json::to_string(&cause).ok()?,
            returned_on,
            received_at: records::instant(instant(row.get(11)?)?),
            due: returns.due(returned_on).ok(),
            state: ReturnState::Open.name().to_owned(),
            reason: String::new(),
            reason_by: String::new(),
            closed_at: None,
            closed_by: None,
        },
        cause,
    })
}

/// Writes rows that are not there yet, each under the issue of its department, cause and day; `new` when they come from a list.
async fn place(rectify: &Rectify, tx: &Tx, list: &Resource, mut sent: Vec<Sent>, new: bool) -> Result<()> {
    let now = rectify.intake.clock.now();
    let known: HashSet<Uuid> =
        returns::known(tx, &sent.iter().map(|s| s.row.id).collect::<Vec<_>>()).await?.into_iter().collect();
    let mut seen = HashSet::new();
    sent.retain(|s| !known.contains(&s.row.id) && seen.insert(s.row.id));
    let mut of_batch: HashMap<Uuid, Vec<Issue>> = HashMap::new();
    let mut assignees: HashMap<(Uuid, String), String> = HashMap::new();
    for s in &mut sent {
        let batch = batch_of(list, s.row.returned_on);
        if let std::collections::hash_map::Entry::Vacant(entry) = of_batch.entry(batch) {
            entry.insert(issues::of_submission(tx, SubmissionId(batch)).await?);
        }
        let there = of_batch.entry(batch).or_default();
        if let Some(issue) = there.iter().find(|i| is_of(i, s)) {
            s.row.issue_id = issue.id;
            continue;
        }
        let who = (s.row.org_id, s.row.resource.clone());
        if let std::collections::hash_map::Entry::Vacant(entry) = assignees.entry(who.clone()) {
            entry.insert(responsible(tx, OrgId(who.0), &who.1, now).await?);
        }
        let assignee = assignees.get(&who).cloned().unwrap_or_default();
        let issue = open_issue(s, batch, assignee);
        issues::insert(tx, vec![issue.clone()]).await?;
        issues::note(tx, IssueId(issue.id), EntryKind::Opened, (PLATFORM, ""), s.row.received_at).await?;
        s.row.issue_id = issue.id;
        there.push(issue);
    }
    let rows: Vec<Model> = sent.into_iter().map(|s| s.row).collect();
    returns::insert(tx, &rows).await?;
    if new {
        told(tx, "returned", &rows.iter().collect::<Vec<_>>(), now).await?;
    }
    for issue in issues_of(&rows) {
        keep_returned_issue(tx, issue, now).await?;
    }
    // A list may come after the correction.
    let records: Vec<Uuid> = rows.iter().filter_map(|r| r.record_id).collect();
    let concerned = settle_replaced(tx, &records, now).await?;
    settle_returns(tx, &concerned, now).await
}

/// What the issues of a day of return have in the place of a submission: pushed row by row or handed in as a file, it is one batch.
fn batch_of(list: &Resource, returned_on: NaiveDate) -> Uuid {
    record_id(&list.resource, &format!("batch\u{1f}{returned_on}")).0
}

fn is_of(issue: &Issue, s: &Sent) -> bool {
    issue.org_id == s.row.org_id
        && issue.resource == s.row.resource
        && issue.code == s.cause.code
        && issue.pattern == s.cause.pattern
        && issue.field == s.cause.field.as_deref().unwrap_or_default()
}

fn open_issue(s: &Sent, batch: Uuid, assignee: String) -> Issue {
    let id = IssueId::new();
    Issue {
        id: id.0,
        number: issue_number(id, beijing_date(s.row.received_at)),
        submission_id: batch,
        resource: s.row.resource.clone(),
        org_id: s.row.org_id,
        code: s.cause.code.clone(),
        pattern: s.cause.pattern.clone(),
        field: s.cause.field.clone().unwrap_or_default(),
        finding: s.row.finding.clone(),
        state: IssueState::Open.name().to_owned(),
        findings: 1,
        open: 1,
        due: s.row.due,
        assignee,
        opened_at: s.row.received_at,
        closed_at: None,
        contacted_at: None,
        escalated_at: None,
        origin: Origin::Province.name().to_owned(),
        rule_set: String::new(),
    }
}

/// A list was taken back: what it brought is gone.
async fn taken_back(rectify: &Rectify, submission: SubmissionId) -> Result<()> {
    let now: DateTime<Utc> = rectify.intake.clock.now();
    rectify
        .intake
        .db
        .tx(async |tx| {
            let rows = returns::of_submission(tx, submission, false).await?;
            returns::remove(tx, &rows.iter().map(|r| r.id).collect::<Vec<_>>()).await?;
            for issue in issues_of(&rows) {
                keep_returned_issue(tx, issue, now).await?;
            }
            // Nothing says any more that they were wrong.
            let records: Vec<Uuid> = rows.iter().filter_map(|r| r.record_id).collect();
            settle_replaced(tx, &records, now).await.map(drop)
        })
        .await
}

/// Finds decisions that were not known when they were sent back and have come since; they go to whoever handed them in.
async fn find_again(rectify: &Rectify, list: &Resource) -> Result<()> {
    let (conn, now) = (rectify.intake.db.conn(), rectify.intake.clock.now());
    let mut after = None;
    loop {
        let rows = returns::unknown(conn, after, BATCH as u64).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(last.id);
        let documents: HashSet<String> = rows.iter().map(|r| r.document.clone()).collect();
        let documents: Vec<String> = documents.into_iter().collect();
        let candidates = returns::by_documents(conn, &documents).await?;
        if candidates.is_empty() {
            continue;
        }
        let mut found = Vec::new();
        let mut before = Vec::new();
        for row in &rows {
            let wanted = (row.resource.as_str(), row.document.as_str(), row.decision_date);
            let Some(record) = pick(&candidates, wanted, [&row.subject, &row.subject]) else { continue };
            before.push(row.clone());
            found.push(Sent {
                cause: serde_json::from_str(&row.finding).map_err(Error::internal)?,
                row: Model {
                    record_id: Some(record.id),
                    org_id: record.org_id,
                    subject: record.subject.clone(),
                    ..row.clone()
                },
            });
        }
        if found.is_empty() {
            continue;
        }
        let tx = rectify.intake.db.begin().await?;
        returns::remove(&tx, &before.iter().map(|r| r.id).collect::<Vec<_>>()).await?;
        place(rectify, &tx, list, found, false).await?;
        for issue in issues_of(&before) {
            keep_returned_issue(&tx, issue, now).await?;
        }
        tx.commit().await.or_fail()?;
    }
}
