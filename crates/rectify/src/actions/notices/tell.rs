//! Telling (通知): a notice in the inbox of each who is concerned, and in the same transaction what goes out of it by mail and
//! webhook, with the job that sends it.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Lang, OrgId, Result, Text, beijing_date};
use sea_orm::ConnectionTrait;
use standards::calendar::is_workday;
use store::Tx;
use store::jobs::{self, NewJob};
use uuid::Uuid;

use super::people::Recipient;
use super::send::{ATTEMPTS, SEND, Send};
use crate::context::Rectify;
use crate::model::{NoticeKind, NoticeRules, beijing_hour, template};
use crate::store::notices::entity::{notice, outbox, webhook};
use crate::store::notices::{hooks, rules, told};
use crate::store::records::instant;

/// The texts in force.
pub(crate) struct Texts(HashMap<(String, String), (String, String)>);

impl Texts {
    pub(crate) async fn read(conn: &impl ConnectionTrait) -> Result<Self> {
        let own = rules::templates(conn).await?;
        Ok(Self(own.into_iter().map(|t| ((t.kind, t.lang), (t.title, t.body))).collect()))
    }

    /// Title and text of a kind: what a steward wrote, else what is shipped.
    pub(crate) fn of(&self, kind: NoticeKind, lang: Lang) -> (&str, &str) {
        let own = self.0.get(&(kind.name().to_owned(), rules::lang_name(lang).to_owned()));
        own.map_or_else(|| kind.shipped(lang), |(title, body)| (title, body))
    }
}

/// What is told.
#[derive(Debug, Clone)]
pub(crate) struct Thing {
    pub kind: NoticeKind,
    /// The same thing is told once a day.
    pub thing: String,
    /// A newer notice about the same subject takes the place of an older one.
    pub subject: String,
    pub org: Option<OrgId>,
    pub resource: Option<String>,
    pub due: Option<NaiveDate>,
    /// Where it leads.
    pub href: String,
    /// Whether webhooks are told too.
    pub hooks: bool,
    /// What the variables stand for, in both languages; `link` is added.
    pub values: Vec<(&'static str, Text)>,
}

/// A text that is the same in both languages.
pub(crate) fn same(text: impl ToString) -> Text {
    let text = text.to_string();
    Text::new(text.clone(), text)
}

/// Tells by the rules in force.
pub(crate) struct Teller {
    pub rules: NoticeRules,
    texts: Texts,
    now: DateTime<Utc>,
}

impl Teller {
    pub(crate) async fn read(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Self> {
        Ok(Self { rules: rules::rules(conn).await?.0, texts: Texts::read(conn).await?, now })
    }

    /// Whether what is told every day may be told by now: from the hour of the digest, on days off not where messages rest then.
    pub(crate) fn tells_today(&self) -> bool {
        let rests = self.rules.quiet_days_off && is_workday(beijing_date(self.now)) == Ok(false);
        !rests && beijing_hour(self.now) >= self.rules.digest_hour
    }

    /// Tells `to` and the webhooks concerned, unless they were told the same thing on `day` already. How many were told.
    pub(crate) async fn tell(
        &self,
        tx: &Tx,
        thing: &Thing,
        to: &[Recipient],
        day: NaiveDate,
    ) -> Result<usize> {
        let hooks = self.hooks(tx, thing).await?;
        let mut notices: Vec<notice::Model> =
            to.iter().map(|r| self.notice(thing, &r.key, r.account, day)).collect();
        notices.extend(hooks.iter().map(|h| self.notice(thing, &format!("hook:{}", h.id), None, day)));
        let added = told::add(tx, &notices).await?;
        if added.is_empty() {
            return Ok(0);
        }
        told::supersede(tx, &thing.subject, (&thing.thing, day), self.now).await?;
        let mails = self.rules.mails(thing.kind);
        let addresses = to.iter().map(|r| ("mail", r.mail.clone().filter(|_| mails)));
        let addresses = addresses.chain(hooks.iter().map(|h| ("webhook", Some(h.id.to_string()))));
        let mut messages = Vec::new();
        for (notice, (channel, address)) in notices.iter().zip(addresses) {
            if let Some(address) = address.filter(|_| added.contains(&notice.id)) {
                messages.push(self.message(notice, channel, address));
            }
        }
        for message in told::post(tx, messages).await? {
            let job = NewJob::new(SEND, format!("outbox:{}", message.id), &Send { outbox: message.id })?;
            let job = job.attempts(ATTEMPTS).after(message.held_until - instant(self.now));
            jobs::enqueue(tx, job, self.now).await?;
        }
        Ok(added.len())
    }

    /// A digest goes to the webhooks of its own department, or of the whole city; anything else to both.
    async fn hooks(&self, tx: &Tx, thing: &Thing) -> Result<Vec<webhook::Model>> {
        if !thing.hooks || !self.rules.hooks(thing.kind) {
            return Ok(Vec::new());
        }
        let mut all = hooks::concerned(tx, thing.org).await?;
        if thing.kind == NoticeKind::Digest {
            all.retain(|h| h.org_id == thing.org.map(|o| o.0));
        }
        Ok(all)
    }

    fn notice(&self, thing: &Thing, recipient: &str, account: Option<Uuid>, day: NaiveDate) -> notice::Model {
        let words = |lang| self.words(thing, lang);
        let ((title_zh, body_zh), (title_en, body_en)) = (words(Lang::Zh), words(Lang::En));
        notice::Model {
            id: Uuid::now_v7(),
            recipient: recipient.to_owned(),
            account_id: account,
            org_id: thing.org.map(|o| o.0),
            kind: thing.kind.name().to_owned(),
            thing: thing.thing.clone(),
            subject: thing.subject.clone(),
            resource: thing.resource.clone(),
            due: thing.due,
            day,
            title_zh,
            title_en,
            body_zh,
            body_en,
            href: thing.href.clone(),
            created_at: instant(self.now),
            read_at: None,
            settled_at: None,
        }
    }

    fn words(&self, thing: &Thing, lang: Lang) -> (String, String) {
        let (title, body) = self.texts.of(thing.kind, lang);
        let mut values: Vec<(&str, String)> =
            thing.values.iter().map(|(name, text)| (*name, text.get(lang).to_owned())).collect();
        values.push(("link", format!("{}{}", self.rules.address, thing.href)));
        (template::fill(title, &values), template::fill(body, &values))
    }

    fn message(&self, notice: &notice::Model, channel: &str, address: String) -> outbox::Model {
        outbox::Model {
            id: Uuid::now_v7(),
            notice_id: notice.id,
            channel: channel.to_owned(),
            address,
            thing: notice.thing.clone(),
            day: notice.day,
            state: "waiting".to_owned(),
            attempts: 0,
            held_until: instant(self.rules.held_until(self.now)),
            error_zh: String::new(),
            error_en: String::new(),
            created_at: instant(self.now),
            sent_at: None,
        }
    }
}

/// The names of organisations and resources, in both languages.
pub(crate) struct Names {
    orgs: HashMap<OrgId, Text>,
}

impl Names {
    pub(crate) async fn read(conn: &impl ConnectionTrait) -> Result<Self> {
        let all = identity::org::list(conn, &kernel::Scope::City).await?;
        Ok(Self { orgs: all.into_iter().map(|o| (o.org_id(), Text::new(o.name_zh, o.name_en))).collect() })
    }

    pub(crate) fn org(&self, org: OrgId) -> Text {
        self.orgs.get(&org).cloned().unwrap_or_default()
    }
}

/// The title of a resource; its code where no pack has it any more.
pub(crate) fn resource_title(rectify: &crate::Rectify, code: &str) -> Text {
    let found = rectify.intake.packs.resource(code);
    found.map_or_else(|| same(code), |(_, r)| Text::new(r.title.zh.clone(), r.title.en.clone()))
}

/// What is told with everybody who hears of it, read before the transaction in which it happens.
pub struct Post {
    teller: Teller,
    things: Vec<(Thing, Vec<Recipient>)>,
    day: NaiveDate,
}

impl Post {
    /// # Errors
    /// When the database cannot be read.
    pub(super) async fn of(rectify: &Rectify, things: Vec<(Thing, Vec<Recipient>)>) -> Result<Self> {
        let clock = &rectify.intake.clock;
        let teller = Teller::read(rectify.intake.db.conn(), clock.now()).await?;
        Ok(Self { teller, things, day: clock.today() })
    }

    /// Puts a notice into the inbox of each, and what goes out of it into the outbox.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn send(&self, tx: &Tx) -> Result<()> {
        for (thing, to) in &self.things {
            self.teller.tell(tx, thing, to, self.day).await?;
        }
        Ok(())
    }
}
