//! 开单与销号: every cause in a submission is one issue, opened when rows are rejected and closed when none of them waits any
//! more, however they were mended.

use std::collections::HashMap;

use catalogue::actions::responsible_for;
use catalogue::model::Duty;
use chrono::{DateTime, Utc};
use intake::actions::follow::{Cause, Faulty, causes_of};
use kernel::{Error, IssueId, OrgId, Result, beijing_date};
use sea_orm::ActiveValue::Set;
use sea_orm::ConnectionTrait;

use crate::context::Rectify;
use crate::model::{EntryKind, IssueState, Origin, issue_number};
use crate::store::entity::issue::{ActiveModel, Model};
use crate::store::notices::told;
use crate::store::{issues, records};

/// What the platform itself does stands in the history under this name.
pub(super) const PLATFORM: &str = "";

/// Brings the issues of one submission up to date with its rows.
///
/// # Errors
/// When the database fails.
pub(super) async fn keep_issues(rectify: &Rectify, faulty: &Faulty) -> Result<()> {
    let (intake, now) = (&rectify.intake, rectify.intake.clock.now());
    let causes = causes_of(intake, faulty.submission).await?;
    let deadlines = issues::deadlines(intake.db.conn(), faulty.submission).await?;
    let known: HashMap<_, _> = issues::of_submission(intake.db.conn(), faulty.submission)
        .await?
        .into_iter()
        .map(|i| ((i.code.clone(), i.pattern.clone(), i.field.clone()), i))
        .collect();
    // A cause that mending brought up was judged by the rules of the others.
    let rule_set = known.values().next().map_or_else(|| faulty.rule_set.clone(), |i| i.rule_set.clone());
    let assignee = responsible(intake.db.conn(), faulty.org, &faulty.resource, now).await?;
    intake
        .db
        .tx(async |tx| {
            let mut new = Vec::new();
            for cause in &causes {
                let key = (cause.code.clone(), cause.pattern.clone(), cause.field.clone());
                // Its own rows' deadline: another cause of the same file may be due on another day.
                let due = deadlines.get(&key).copied();
                match known.get(&key) {
                    Some(issue) => keep(tx, issue, cause.open, due, now).await?,
                    None => {
                        let id = IssueId::new();
                        let state = IssueState::Open.with_open(cause.open);
                        new.push(Model {
                            id: id.0,
                            number: issue_number(id, beijing_date(faulty.received_at)),
                            submission_id: faulty.submission.0,
                            resource: faulty.resource.clone(),
                            org_id: faulty.org.0,
                            code: cause.code.clone(),
                            pattern: cause.pattern.clone(),
                            field: cause.field.clone(),
                            finding: serde_json::to_string(&cause.first).map_err(Error::internal)?,
                            state: state.name().to_owned(),
                            findings: cause.findings,
                            open: cause.open,
                            due,
                            assignee: assignee.clone(),
                            opened_at: records::instant(faulty.received_at),
                            closed_at: (state == IssueState::Closed).then(|| records::instant(now)),
                            contacted_at: None,
                            escalated_at: None,
                            origin: Origin::Check.name().to_owned(),
                            rule_set: rule_set.clone(),
                        });
                    }
                }
            }
            // A cause that mending brought up is told no more once none of its rows waits.
            let of_check = |i: &&Model| i.origin == Origin::Check.name();
            for issue in known.values().filter(of_check) {
                let same = |c: &Cause| {
                    (&c.code, &c.pattern, &c.field) == (&issue.code, &issue.pattern, &issue.field)
                };
                if !causes.iter().any(same) {
                    keep(tx, issue, 0, None, now).await?;
                }
            }
            let opened: Vec<(IssueId, bool)> =
                new.iter().map(|i| (IssueId(i.id), i.closed_at.is_some())).collect();
            issues::insert(tx, new).await?;
            for (id, closed) in opened {
                issues::note(tx, id, EntryKind::Opened, (PLATFORM, ""), faulty.received_at).await?;
                if closed {
                    issues::note(tx, id, EntryKind::Closed, (PLATFORM, ""), now).await?;
                }
            }
            Ok(())
        })
        .await
}

/// Counts an issue anew; it closes with its last row and opens again when one comes back.
pub(super) async fn keep(
    conn: &impl ConnectionTrait,
    issue: &Model,
    open: i64,
    due: Option<chrono::NaiveDate>,
    now: DateTime<Utc>,
) -> Result<()> {
    let (id, before) = (IssueId(issue.id), issue.state.parse::<IssueState>()?);
    let after = before.with_open(open);
    let mut change = ActiveModel { open: Set(open), ..Default::default() };
    if after != IssueState::Closed {
        change.due = Set(due);
    }
    if after != before {
        change.state = Set(after.name().to_owned());
        change.closed_at = Set((after == IssueState::Closed).then(|| records::instant(now)));
        let kind = if after == IssueState::Closed { EntryKind::Closed } else { EntryKind::Reopened };
        issues::note(conn, id, kind, (PLATFORM, ""), now).await?;
        if before == IssueState::Disputed {
            // Whatever ended the dispute: the bureau has nothing to answer any more.
            told::settle_subject(conn, &format!("issue:{}", issue.id), now).await?;
        }
    }
    issues::update(conn, id, change).await
}

/// The name of who answers; empty when nobody is named.
pub(super) async fn responsible(
    conn: &impl ConnectionTrait,
    org: OrgId,
    resource: &str,
    now: DateTime<Utc>,
) -> Result<String> {
    let named = responsible_for(conn, org, resource, beijing_date(now)).await?;
    let first = named.into_iter().find(|p| p.duty == Duty::Responsible);
    Ok(first.map(|p| p.name).unwrap_or_default())
}
