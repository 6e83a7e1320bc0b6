//! Who is told (提醒对象): those who answer for a resource, the data officers of their department, the leader, the bureau.

use std::collections::{HashMap, HashSet};

use catalogue::actions::{Held, duties_held};
use catalogue::model::Duty;
use chrono::NaiveDate;
use identity::accounts::{OpenAccount, open_accounts};
use kernel::{OrgId, Result, Role};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

/// One who is told.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Recipient {
    /// The same for the same person, whatever duties the person holds.
    pub key: String,
    /// The account in whose inbox it stands.
    pub account: Option<Uuid>,
    /// Name.
    pub name: String,
    /// Mail address, lower case.
    pub mail: Option<String>,
}

/// Who holds which duty, and which account belongs to whom.
pub(crate) struct People {
    /// By organisation.
    duties: HashMap<OrgId, Vec<Held>>,
    officers: HashMap<OrgId, Vec<Recipient>>,
    clerks: HashMap<OrgId, Vec<Recipient>>,
    bureau: Vec<Recipient>,
    /// By sign-in name, lower case.
    by_name: HashMap<String, Recipient>,
    /// By organisation and the person's name.
    by_person: HashMap<(OrgId, String), Recipient>,
}

impl People {
    /// Reads who holds what on a day: four queries whatever the size of the city.
    pub(crate) async fn read(conn: &impl ConnectionTrait, day: NaiveDate) -> Result<Self> {
        let mut duties: HashMap<OrgId, Vec<Held>> = HashMap::new();
        for held in duties_held(conn, day).await? {
            duties.entry(held.org).or_default().push(held);
        }
        let mut people = Self {
            duties,
            officers: HashMap::new(),
            clerks: HashMap::new(),
            bureau: Vec::new(),
            by_name: HashMap::new(),
            by_person: HashMap::new(),
        };
        for account in open_accounts(conn).await? {
            people.add(account);
        }
        Ok(people)
    }

    fn add(&mut self, account: OpenAccount) {
        let name = account.name.to_lowercase();
        let person = Recipient {
            key: format!("account:{}", account.id),
            account: Some(account.id.0),
            name: account.display_name.clone(),
            mail: name.contains('@').then(|| name.clone()),
        };
        if let Some(org) = account.org {
            if account.roles.contains(&Role::DataOfficer) {
                self.officers.entry(org).or_default().push(person.clone());
            }
            if account.roles.contains(&Role::TownshipClerk) {
                self.clerks.entry(org).or_default().push(person.clone());
            }
            self.by_person.insert((org, account.display_name), person.clone());
        }
        if account.city_wide && account.roles.contains(&Role::BureauSteward) {
            self.bureau.push(person.clone());
        }
        self.by_name.insert(name, person);
    }

    /// The person of a duty. The account is the one whose sign-in name is the person's mail address, else that of the same name
    /// in the same organisation. Nobody where there is neither account nor mail address: such a person is called.
    fn recipient(&self, held: &Held) -> Option<Recipient> {
        let mail = Some(held.person.email.trim().to_lowercase()).filter(|m| !m.is_empty());
        let by_mail = mail.as_ref().and_then(|m| self.by_name.get(m));
        let account = by_mail.or_else(|| self.by_person.get(&(held.org, held.person.name.clone())));
        match account {
            Some(known) => Some(Recipient { mail: mail.or_else(|| known.mail.clone()), ..known.clone() }),
            None => mail.map(|mail| Recipient {
                key: format!("mail:{mail}"),
                account: None,
                name: held.person.name.clone(),
                mail: Some(mail),
            }),
        }
    }

    /// Those who hold a duty for a resource; duty by duty, those named for it stand before those named for everything.
    fn holding<'a>(&'a self, org: OrgId, resource: &str, duty: Duty) -> Vec<&'a Held> {
        let all = || self.duties.get(&org).into_iter().flatten().filter(move |h| h.person.duty == duty);
        let own: Vec<&Held> = all().filter(|h| h.resource.as_deref() == Some(resource)).collect();
        if own.is_empty() { all().filter(|h| h.resource.is_none()).collect() } else { own }
    }

    /// Whom a matter of a department and resource concerns: the responsible person, the deputies, the data officers.
    pub(crate) fn concerned(&self, org: OrgId, resource: &str) -> Vec<Recipient> {
        let duties = [Duty::Responsible, Duty::Deputy];
        let named = duties.into_iter().flat_map(|duty| self.holding(org, resource, duty));
        let officers = self.officers.get(&org).into_iter().flatten().cloned();
        once_each(named.filter_map(|h| self.recipient(h)).chain(officers))
    }

    /// All who answer for any of an organisation's data: the responsible persons, the deputies, its officers and clerks.
    pub(crate) fn answering(&self, org: OrgId) -> Vec<Recipient> {
        let held = self.duties.get(&org).into_iter().flatten();
        let named = held.filter(|h| matches!(h.person.duty, Duty::Responsible | Duty::Deputy));
        let of = |all: &HashMap<OrgId, Vec<Recipient>>| all.get(&org).cloned().unwrap_or_default();
        let own = of(&self.officers).into_iter().chain(of(&self.clerks));
        once_each(named.filter_map(|h| self.recipient(h)).chain(own))
    }

    /// Those who answer for an organisation's data; of its parts where nobody answers for itself.
    pub(crate) fn speaking_for(&self, org: OrgId, parts: &[OrgId]) -> Vec<Recipient> {
        let own = self.answering(org);
        if own.is_empty() { once_each(parts.iter().flat_map(|p| self.answering(*p))) } else { own }
    }

    /// All leaders in charge of an organisation, of whatever resource.
    pub(crate) fn leaders_of(&self, org: OrgId) -> Vec<Recipient> {
        let held = self.duties.get(&org).into_iter().flatten();
        once_each(held.filter(|h| h.person.duty == Duty::Leader).filter_map(|h| self.recipient(h)))
    }

    /// The leaders in charge; empty where none is named, or none can be reached.
    pub(crate) fn leaders(&self, org: OrgId, resource: &str) -> Vec<Recipient> {
        once_each(self.holding(org, resource, Duty::Leader).into_iter().filter_map(|h| self.recipient(h)))
    }

    /// The leaders in charge; the bureau where none is named, or none can be reached.
    pub(crate) fn leaders_or_bureau(&self, org: OrgId, resource: &str) -> Vec<Recipient> {
        let leaders = self.leaders(org, resource);
        if leaders.is_empty() { self.bureau.clone() } else { leaders }
    }

    /// The name of whoever holds a duty for a resource; empty when nobody does.
    pub(crate) fn name_of(&self, org: OrgId, resource: &str, duty: Duty) -> String {
        self.holding(org, resource, duty).first().map(|h| h.person.name.clone()).unwrap_or_default()
    }

    /// The stewards of the whole city.
    pub(crate) fn bureau(&self) -> &[Recipient] {
        &self.bureau
    }
}

/// Each person once: where one stands twice, the entry with a mail address counts.
fn once_each(people: impl Iterator<Item = Recipient>) -> Vec<Recipient> {
    let mut all: Vec<Recipient> = Vec::new();
    let mut seen = HashSet::new();
    for person in people {
        if seen.insert(person.key.clone()) {
            all.push(person);
        } else if let Some(known) = all.iter_mut().find(|p| p.key == person.key && p.mail.is_none()) {
            known.mail = person.mail;
        }
    }
    all
}
