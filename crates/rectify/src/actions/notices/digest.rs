//! 每日摘要: what is new, due and overdue, for each department and for each person what that person answers for.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{OrgId, Result, Text};
use standards::calendar::{add_workdays, is_workday};

use super::people::{People, Recipient};
use super::tell::{Names, Teller, Thing, same};
use crate::context::Rectify;
use crate::model::NoticeKind;
use crate::store::notices::digest::{Figures, figures};
use crate::store::notices::told;

/// What is due within so many working days is due soon.
const SOON: u32 = 3;

/// Makes the digest of the day. On days off nobody reads one, so the next working day's tells of them too.
pub(super) async fn tell_digest(
    rectify: &Rectify,
    teller: &Teller,
    last: Option<DateTime<Utc>>,
) -> Result<()> {
    let (intake, today) = (&rectify.intake, rectify.intake.clock.today());
    if teller.rules.quiet_days_off && is_workday(today) == Ok(false) {
        return Ok(());
    }
    let now = intake.clock.now();
    let since = last.filter(|at| *at < now).unwrap_or(now - TimeDelta::days(1));
    // Beyond the published calendar nothing is due, so today is far enough.
    let soon = add_workdays(today, SOON).unwrap_or(today);
    let conn = intake.db.conn();
    let mut by_org: BTreeMap<OrgId, Vec<Figures>> = BTreeMap::new();
    for of in figures(conn, since, today, soon).await?.into_iter().filter(|f| !f.is_quiet()) {
        by_org.entry(OrgId(of.org_id)).or_default().push(of);
    }
    told::settle_digests(conn, today, now).await?;
    if by_org.is_empty() {
        return Ok(());
    }
    let (people, names) = (People::read(conn, today).await?, Names::read(conn).await?);
    let mut city = Figures::default();
    for (org, figures) in &by_org {
        let mut parts = shares(&people, *org, figures);
        // Whoever answers for everything, or nobody in particular: the digest of the department, which its webhook gets too.
        let whole: BTreeSet<usize> = (0..figures.len()).collect();
        parts.entry(whole.clone()).or_default();
        for (part, to) in parts {
            let mut sum = Figures::default();
            part.iter().filter_map(|i| figures.get(*i)).for_each(|f| sum.add(f));
            let resource = match part.first() {
                Some(only) if part.len() == 1 && figures.len() > 1 => {
                    figures.get(*only).map(|f| f.resource.clone())
                }
                _ => None,
            };
            let thing =
                Thing { hooks: part == whole, ..thing(today, Some(*org), (names.org(*org), &sum), resource) };
            intake.db.tx(async |tx| teller.tell(tx, &thing, &to, today).await).await?;
        }
        figures.iter().for_each(|f| city.add(f));
    }
    let thing = thing(today, None, (Text::new("全市", "The whole city"), &city), None);
    let thing = Thing { hooks: true, ..thing };
    intake.db.tx(async |tx| teller.tell(tx, &thing, people.bureau(), today).await).await?;
    Ok(())
}

/// Who is told of which of a department's resources; those of the same resources together.
fn shares(people: &People, org: OrgId, figures: &[Figures]) -> BTreeMap<BTreeSet<usize>, Vec<Recipient>> {
    let mut of: HashMap<String, (Recipient, BTreeSet<usize>)> = HashMap::new();
    for (i, f) in figures.iter().enumerate() {
        for person in people.concerned(org, &f.resource) {
            of.entry(person.key.clone()).or_insert_with(|| (person, BTreeSet::new())).1.insert(i);
        }
    }
    let mut shares: BTreeMap<BTreeSet<usize>, Vec<Recipient>> = BTreeMap::new();
    for (person, part) in of.into_values() {
        shares.entry(part).or_default().push(person);
    }
    shares
}

fn thing(
    today: chrono::NaiveDate,
    org: Option<OrgId>,
    (name, sum): (Text, &Figures),
    resource: Option<String>,
) -> Thing {
    let subject = org.map_or_else(|| "digest:city".to_owned(), |o| format!("digest:{o}"));
    let list = org.map_or_else(|| "/issues?state=open".to_owned(), |o| format!("/issues?state=open&org={o}"));
    let href = match &resource {
        Some(resource) => format!("{list}&resource={}", shell::ui::encode(resource)),
        None => list,
    };
    Thing {
        kind: NoticeKind::Digest,
        thing: subject.clone(),
        subject,
        org,
        resource,
        due: None,
        href,
        hooks: false,
        values: vec![
            ("org", name),
            ("day", same(today)),
            ("new", same(sum.new)),
            ("closed", same(sum.closed)),
            ("count", same(sum.open)),
            ("rows", same(sum.rows)),
            ("due_today", same(sum.due_today)),
            ("due_soon", same(sum.due_soon)),
            ("overdue", same(sum.overdue)),
            ("missing", same(sum.missing)),
            ("disputed", same(sum.disputed)),
        ],
    }
}
