//! 每日摘要: what is new, due and overdue, for each department and for each person what that person answers for.

use std::cmp::Reverse;
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

/// Departments whose progress the city's digest tells one by one.
const LINES: usize = 10;
/// What is due within so many working days is due soon.
const SOON: u32 = 3;

/// Makes the digest of everything since the last one; whether it was made. On days off nobody reads one, so the next working day's
/// tells of them too.
pub(super) async fn tell_digest(
    rectify: &Rectify,
    teller: &Teller,
    last: Option<DateTime<Utc>>,
) -> Result<bool> {
    let (intake, today) = (&rectify.intake, rectify.intake.clock.today());
    if teller.rules.quiet_days_off && is_workday(today) == Ok(false) {
        return Ok(false);
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
        return Ok(true);
    }
    let (people, names) = (People::read(conn, today).await?, Names::read(conn).await?);
    let mut city = Figures::default();
    let mut units = Vec::new();
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
        let mut unit = Figures::default();
        figures.iter().for_each(|f| unit.add(f));
        city.add(&unit);
        units.push((names.org(*org), unit));
    }
    let mut thing = thing(today, None, (Text::new("全市", "The whole city"), &city), None);
    thing.values.push(("progress", progress(units)));
    let thing = Thing { hooks: true, ..thing };
    intake.db.tx(async |tx| teller.tell(tx, &thing, people.bureau(), today).await).await?;
    Ok(true)
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

/// How far the departments have got (各部门更正进度), a line for each, those with most left first; the rest as a number.
fn progress(mut units: Vec<(Text, Figures)>) -> Text {
    units.retain(|(_, f)| f.open + f.missing + f.closed > 0);
    units.sort_by_key(|(_, f)| (Reverse(f.overdue + f.missing), Reverse(f.rows), Reverse(f.closed)));
    let (mut zh, mut en) = ("\n".to_owned(), "\n".to_owned());
    for (name, f) in units.iter().take(LINES) {
        zh.push_str(&format!(
            "{}：待更正 {} 处，逾期 {}，销号 {}\n",
            name.zh,
            f.rows,
            f.overdue + f.missing,
            f.closed
        ));
        en.push_str(&format!(
            "{}: {} cells wait, overdue {}, closed {}\n",
            name.en,
            f.rows,
            f.overdue + f.missing,
            f.closed
        ));
    }
    let rest = units.len().saturating_sub(LINES);
    if rest > 0 {
        zh.push_str(&format!("另有 {rest} 个单位\n"));
        en.push_str(&format!("and {rest} more\n"));
    }
    Text::new(zh, en)
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
