//! 办件提醒: the bureau hears of cases that come in, of desks that are late and of results turned down after the end, a department of the cases forwarded to it and of
//! the decisions it has to take down.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{OrgId, Result, Text};
use store::Tx;

use super::people::People;
use super::tell::{Names, Post, Thing, resource_title, same};
use crate::context::Rectify;
use crate::model::NoticeKind;
use crate::store::notices::told;

/// Something that somebody has to act on.
#[derive(Debug, Clone)]
pub struct CaseNews {
    /// What happened: of a case, or a decision to be taken down.
    pub kind: NoticeKind,
    /// What it is about, e.g. `case:<id>`; notices about it are settled by it.
    pub about: String,
    /// The department that provided the record.
    pub org: OrgId,
    /// Resource of the record.
    pub resource: String,
    /// What is asked for.
    pub what: Text,
    /// Number of the case or the document.
    pub number: String,
    /// Last day.
    pub due: Option<NaiveDate>,
    /// Where it leads.
    pub href: String,
}

impl CaseNews {
    fn thing(&self) -> String {
        let due = self.due.map(|d| d.to_string()).unwrap_or_default();
        format!("{}:{}:{due}", self.about, self.kind.name())
    }
}

/// Who hears of what: of what came in, what is late and what was turned down the bureau, of the rest those who answer for the resource and the data
/// officers of the department.
///
/// # Errors
/// When the database cannot be read.
pub async fn address_cases(rectify: &Rectify, news: Vec<CaseNews>) -> Result<Post> {
    let (conn, clock) = (rectify.intake.db.conn(), &rectify.intake.clock);
    let (people, names) = (People::read(conn, clock.today()).await?, Names::read(conn).await?);
    let address = |one: CaseNews| {
        let to = match one.kind {
            NoticeKind::CaseOpened | NoticeKind::CaseOverdue | NoticeKind::CaseRefused => {
                people.bureau().to_vec()
            }
            _ => people.concerned(one.org, &one.resource),
        };
        let open = || Text::new("（工作日历未公布）", "(no calendar published)");
        let thing = Thing {
            kind: one.kind,
            thing: one.thing(),
            subject: one.about,
            org: Some(one.org),
            resource: Some(one.resource.clone()),
            due: one.due,
            href: one.href,
            hooks: true,
            values: vec![
                ("org", names.org(one.org)),
                ("resource", resource_title(rectify, &one.resource)),
                ("what", one.what),
                ("number", same(&one.number)),
                ("deadline", one.due.map_or_else(open, same)),
            ],
        };
        (thing, to)
    };
    Post::of(rectify, news.into_iter().map(address).collect()).await
}

/// Tells what was not told of the same last day before, however often it is asked.
///
/// # Errors
/// When the database fails.
pub async fn tell_cases(rectify: &Rectify, mut news: Vec<CaseNews>) -> Result<()> {
    let Some(first) = news.iter().filter_map(|n| n.due).min() else { return Ok(()) };
    let kinds: Vec<&str> = news.iter().map(|n| n.kind.name()).collect();
    let told = told::things_due_since(rectify.intake.db.conn(), &kinds, first).await?;
    news.retain(|n| !told.contains(&n.thing()));
    if news.is_empty() {
        return Ok(());
    }
    let post = address_cases(rectify, news).await?;
    rectify.intake.db.tx(async |tx| post.send(tx).await).await
}

/// Settles what was told of a kind and is not about one of these subjects: it is so no more.
///
/// # Errors
/// When the database fails.
pub async fn settle_others(rectify: &Rectify, kind: NoticeKind, still: &HashSet<String>) -> Result<()> {
    let (conn, now) = (rectify.intake.db.conn(), rectify.intake.clock.now());
    for over in told::unsettled(conn, kind).await?.difference(still) {
        told::settle_subject(conn, over, now).await?;
    }
    Ok(())
}

/// The subjects of what was told of a kind and is not settled.
///
/// # Errors
/// When the database cannot be read.
pub async fn unsettled(rectify: &Rectify, kind: NoticeKind) -> Result<HashSet<String>> {
    told::unsettled(rectify.intake.db.conn(), kind).await
}

/// Settles what was told of something (办结提醒).
///
/// # Errors
/// When the database fails.
pub async fn case_was_dealt_with(tx: &Tx, about: &str, now: DateTime<Utc>) -> Result<()> {
    told::settle_subject(tx, about, now).await
}
