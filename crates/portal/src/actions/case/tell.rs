//! 办件提醒: what the desks are told of, through the notices of the platform.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use kernel::{OrgId, Result, Text};
use rectify::Rectify;
use rectify::actions::notices::{CaseNews, Post, address_cases, case_was_dealt_with, tell_cases};
use rectify::model::NoticeKind;
use standards::calendar::add_workdays;
use store::Tx;

use super::subject;
use crate::actions::publish::{WITHIN, recall_subject};
use crate::context::Portal;
use crate::model::case::Kind;
use crate::store::case::cases;
use crate::store::case::entity::file::Model;
use crate::store::publication::{recalls, write};

/// What is late or to be taken down that is told in one round; the rest follows in the next.
const MOST: u64 = 500;

pub(super) fn of(portal: &Portal) -> Rectify {
    Rectify { intake: portal.intake.clone() }
}

fn late(case: &Model) -> String {
    format!("{}:late", subject(case))
}

/// What a refusal after the end of a case is told under.
pub(super) fn refused(case: &Model) -> String {
    format!("{}:refused", subject(case))
}

/// The case of which such a refusal is told.
pub(super) fn refused_case(about: &str) -> Option<uuid::Uuid> {
    about.strip_prefix("case:")?.strip_suffix(":refused")?.parse().ok()
}

fn news(case: &Model, kind: NoticeKind, due: Option<NaiveDate>) -> CaseNews {
    let objection = case.kind == Kind::Objection.name();
    CaseNews {
        kind,
        about: match kind {
            NoticeKind::CaseOverdue => late(case),
            NoticeKind::CaseRefused => refused(case),
            _ => subject(case),
        },
        org: OrgId(case.org_id),
        resource: case.resource.clone(),
        what: match objection {
            true => Text::new("异议申请", "an objection"),
            false => Text::new("信用修复申请", "an application for repair"),
        },
        number: case.number.clone(),
        due,
        href: format!("/cases/{}", case.id),
    }
}

/// Who is told that a case came in, was forwarded, or was turned down after its end.
///
/// # Errors
/// When the database cannot be read.
pub(super) async fn address(
    portal: &Portal,
    case: &Model,
    kind: NoticeKind,
    due: Option<NaiveDate>,
) -> Result<Post> {
    address_cases(&of(portal), vec![news(case, kind, due)]).await
}

/// The desk that had a case has done its part.
///
/// # Errors
/// When the database fails.
pub(super) async fn settle(tx: &Tx, case: &Model, now: DateTime<Utc>) -> Result<()> {
    case_was_dealt_with(tx, &subject(case), now).await?;
    case_was_dealt_with(tx, &late(case), now).await
}

/// Tells the bureau which desks are late, and departments what they have to take down soon; each once for its last day.
///
/// # Errors
/// When the database fails; done again, it does the rest.
pub(super) async fn tell_due(portal: &Portal) -> Result<()> {
    let (conn, today) = (portal.intake.db.conn(), portal.intake.clock.today());
    let overdue = cases::overdue(conn, today, MOST).await?;
    let mut all: Vec<CaseNews> =
        overdue.iter().map(|case| news(case, NoticeKind::CaseOverdue, case.due)).collect();
    // Beyond the published calendar about as many days.
    let soon = add_workdays(today, WITHIN).unwrap_or(today + TimeDelta::days(5));
    let recalls = recalls::due_by(conn, soon, MOST).await?;
    let ids: Vec<uuid::Uuid> = recalls.iter().map(|r| r.record_id).collect();
    let rows = write::by_ids(conn, &ids).await?;
    all.extend(recalls.iter().filter_map(|r| {
        let row = rows.get(&r.record_id)?;
        Some(CaseNews {
            kind: NoticeKind::Recall,
            about: recall_subject(r.record_id),
            org: OrgId(r.org_id),
            resource: row.resource.clone(),
            what: Text::default(),
            number: row.document.clone(),
            due: Some(r.due),
            href: format!("/publication/{}", r.record_id),
        })
    }));
    tell_cases(&of(portal), all).await
}
