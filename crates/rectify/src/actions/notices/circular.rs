//! 通报分发: a circular that was issued is sent to those who answer for its members, and copied to their leaders.

use std::collections::HashSet;

use chrono::NaiveDate;
use kernel::{OrgId, Result, Text};
use store::Tx;
use uuid::Uuid;

use super::people::{People, Recipient};
use super::tell::{Names, Teller, Thing, same};
use crate::context::Rectify;
use crate::model::NoticeKind;
use crate::store::notices::told;

/// A circular that is about to be issued.
#[derive(Debug, Clone)]
pub struct NewCircular {
    /// Its id.
    pub id: Uuid,
    /// 发文字号
    pub number: String,
    /// 标题
    pub title: String,
    /// The organisations to which it is sent (主送), each with all below it.
    pub members: Vec<(OrgId, Vec<OrgId>)>,
    /// Organisations above them: their leaders in charge get a copy.
    pub above: Vec<OrgId>,
}

/// A leader who gets a copy (抄送).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedLeader {
    /// The organisation whose leader it is.
    pub org: OrgId,
    /// The account in whose inbox it stands; none where it goes by mail alone.
    pub account: Option<Uuid>,
    /// Name.
    pub name: String,
}

/// Whose copy was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CircularReader {
    /// A member's.
    Member(OrgId),
    /// A leader's, by account.
    Leader(Uuid),
}

impl CircularReader {
    fn subject(self, circular: Uuid) -> String {
        match self {
            Self::Member(org) => format!("circular:{circular}:{org}"),
            Self::Leader(account) => format!("circular:{circular}:account:{account}"),
        }
    }
}

/// A circular with everybody to whom it goes, read before the transaction in which it is issued.
pub struct CircularPost {
    circular: NewCircular,
    teller: Teller,
    names: Names,
    members: Vec<(OrgId, Vec<Recipient>)>,
    leaders: Vec<(OrgId, Recipient)>,
    day: NaiveDate,
}

/// Who gets a circular (确定分发对象): of each member those who answer for any of its data and its officers, or those of its parts
/// where it has none itself; of the leaders in charge each once.
///
/// # Errors
/// When the database cannot be read.
pub async fn address_circular(rectify: &Rectify, circular: NewCircular) -> Result<CircularPost> {
    let (conn, clock) = (rectify.intake.db.conn(), &rectify.intake.clock);
    let people = People::read(conn, clock.today()).await?;
    let of = |(org, parts): &(OrgId, Vec<OrgId>)| (*org, people.speaking_for(*org, parts));
    let members: Vec<_> = circular.members.iter().map(of).collect();
    let mut seen: HashSet<String> =
        members.iter().flat_map(|(_, to)| to).map(|person| person.key.clone()).collect();
    let mut leaders = Vec::new();
    for org in circular.above.iter().chain(circular.members.iter().map(|(org, _)| org)) {
        for leader in people.leaders_of(*org) {
            if seen.insert(leader.key.clone()) {
                leaders.push((*org, leader));
            }
        }
    }
    Ok(CircularPost {
        teller: Teller::read(conn, clock.now()).await?,
        names: Names::read(conn).await?,
        day: clock.today(),
        circular,
        members,
        leaders,
    })
}

impl CircularPost {
    /// How many people of a member are told.
    #[must_use]
    pub fn told(&self, org: OrgId) -> usize {
        self.members.iter().find(|(o, _)| *o == org).map_or(0, |(_, to)| to.len())
    }

    /// The leaders who get a copy.
    #[must_use]
    pub fn leaders(&self) -> Vec<CopiedLeader> {
        let one = |(org, person): &(OrgId, Recipient)| CopiedLeader {
            org: *org,
            account: person.account,
            name: person.name.clone(),
        };
        self.leaders.iter().map(one).collect()
    }

    /// Puts a notice into the inbox of each, and what goes by mail and webhook into the outbox. Nobody gets it twice.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn send(&self, tx: &Tx) -> Result<()> {
        for (org, to) in &self.members {
            let way = Text::new("主送", "addressed");
            let thing = self.thing(*org, CircularReader::Member(*org).subject(self.circular.id), way);
            self.teller.tell(tx, &Thing { hooks: true, ..thing }, to, self.day).await?;
        }
        for (org, leader) in &self.leaders {
            let subject = match leader.account {
                Some(account) => CircularReader::Leader(account).subject(self.circular.id),
                None => format!("circular:{}:{}", self.circular.id, leader.key),
            };
            let thing = self.thing(*org, subject, Text::new("抄送", "copy"));
            self.teller.tell(tx, &thing, std::slice::from_ref(leader), self.day).await?;
        }
        Ok(())
    }

    fn thing(&self, org: OrgId, subject: String, way: Text) -> Thing {
        let circular = &self.circular;
        Thing {
            kind: NoticeKind::Circular,
            thing: format!("circular:{}", circular.id),
            subject,
            org: Some(org),
            resource: None,
            due: None,
            href: format!("/circulars/{}", circular.id),
            hooks: false,
            values: vec![
                ("org", self.names.org(org)),
                ("number", same(&circular.number)),
                ("title", same(&circular.title)),
                ("way", way),
            ],
        }
    }
}

/// Settles what was told of a circular to those whose copy was read (签收后了结提醒).
///
/// # Errors
/// When the database fails.
pub async fn circular_was_read(
    tx: &Tx,
    circular: Uuid,
    by: CircularReader,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<()> {
    told::settle_subject(tx, &by.subject(circular), now).await
}
