//! 待决定提醒: once a day, from the hour of the digest, whoever answers for a resource hears how many of its rows wait for a
//! person to decide on them, and since when.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{OrgId, Result, Text, beijing_date};

use super::cases::settle_others;
use super::people::People;
use super::tell::{Names, Teller, Thing, resource_title, same};
use crate::context::Rectify;
use crate::model::NoticeKind;
use crate::store::notices::told;

/// What waits for a department's decision.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The department that decides.
    pub org: OrgId,
    /// Resource the rows are for.
    pub resource: String,
    /// How many wait.
    pub count: i64,
    /// Since when the first one does.
    pub since: DateTime<Utc>,
    /// The earliest deadline among them.
    pub due: Option<NaiveDate>,
    /// Where they are decided.
    pub href: String,
}

impl Waiting {
    fn subject(&self) -> String {
        format!("waiting:{}:{}", self.org, self.resource)
    }
}

/// Tells what waits, all of it at present: each of it once a day, on days off not where messages rest then. What waits no more is
/// settled at once.
///
/// # Errors
/// When the database fails; done again, it does the rest.
pub async fn tell_waiting(rectify: &Rectify, mut waiting: Vec<Waiting>) -> Result<()> {
    let (db, clock) = (&rectify.intake.db, &rectify.intake.clock);
    let (conn, now, today) = (db.conn(), clock.now(), clock.today());
    let kind = NoticeKind::Waiting;
    let still: HashSet<String> = waiting.iter().map(Waiting::subject).collect();
    settle_others(rectify, kind, &still).await?;
    if waiting.is_empty() {
        return Ok(());
    }
    let teller = Teller::read(conn, now).await?;
    if !teller.tells_today() {
        return Ok(());
    }
    let told = told::things_since(conn, &[kind.name()], today).await?;
    waiting.retain(|w| !told.contains(&w.subject()));
    if waiting.is_empty() {
        return Ok(());
    }
    let (people, names) = (People::read(conn, today).await?, Names::read(conn).await?);
    for one in waiting {
        let subject = one.subject();
        let none = || Text::new("（未定）", "(none set)");
        let thing = Thing {
            kind,
            thing: subject.clone(),
            subject,
            org: Some(one.org),
            resource: Some(one.resource.clone()),
            due: one.due,
            href: one.href,
            hooks: true,
            values: vec![
                ("org", names.org(one.org)),
                ("resource", resource_title(rectify, &one.resource)),
                ("count", same(one.count)),
                ("since", same(beijing_date(one.since))),
                ("deadline", one.due.map_or_else(none, same)),
            ],
        };
        let to = people.concerned(one.org, &one.resource);
        db.tx(async |tx| teller.tell(tx, &thing, &to, today).await).await?;
    }
    Ok(())
}
