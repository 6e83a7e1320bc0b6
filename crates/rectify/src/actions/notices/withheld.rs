//! 更正后待重新公示: the bureau hears of records that are down because of what was decided of an earlier record of their decision. It
//! alone can put them back; one that it leaves down on purpose is told no more once somebody has read of it.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use kernel::{OrgId, Result, beijing_date};

use super::cases::settle_others;
use super::people::People;
use super::tell::{Names, Teller, Thing, same};
use crate::context::Rectify;
use crate::model::NoticeKind;
use crate::store::notices::told;

/// The records of a department that are withheld.
#[derive(Debug, Clone)]
pub struct Withheld {
    /// The department.
    pub org: OrgId,
    /// How many there are.
    pub count: i64,
    /// Since when the first one is.
    pub since: DateTime<Utc>,
    /// Since when the last one is.
    pub newest: DateTime<Utc>,
    /// Where they are listed.
    pub href: String,
}

impl Withheld {
    fn subject(&self) -> String {
        format!("withheld:{}", self.org)
    }
}

/// Tells the bureau what is withheld, all of it at present: once a day until one of those told has read it, and again when a
/// further record is. Where nothing is withheld any more, it is settled at once.
///
/// # Errors
/// When the database fails; done again, it does the rest.
pub async fn tell_withheld(rectify: &Rectify, mut all: Vec<Withheld>) -> Result<()> {
    let (db, clock) = (&rectify.intake.db, &rectify.intake.clock);
    let (conn, now, today) = (db.conn(), clock.now(), clock.today());
    let kind = NoticeKind::Withheld;
    let still: HashSet<String> = all.iter().map(Withheld::subject).collect();
    settle_others(rectify, kind, &still).await?;
    if all.is_empty() {
        return Ok(());
    }
    let teller = Teller::read(conn, now).await?;
    if !teller.tells_today() {
        return Ok(());
    }
    let told = told::things_since(conn, &[kind.name()], today).await?;
    let read = told::read_up_to(conn, kind).await?;
    let is_known = |w: &Withheld| read.get(&w.subject()).is_some_and(|at| w.newest <= *at);
    all.retain(|w| !told.contains(&w.subject()) && !is_known(w));
    if all.is_empty() {
        return Ok(());
    }
    let (people, names) = (People::read(conn, today).await?, Names::read(conn).await?);
    for one in all {
        let thing = Thing {
            kind,
            thing: one.subject(),
            subject: one.subject(),
            org: Some(one.org),
            resource: None,
            due: None,
            href: one.href,
            hooks: true,
            values: vec![
                ("org", names.org(one.org)),
                ("count", same(one.count)),
                ("since", same(beijing_date(one.since))),
            ],
        };
        db.tx(async |tx| teller.tell(tx, &thing, people.bureau(), today).await).await?;
    }
    Ok(())
}
