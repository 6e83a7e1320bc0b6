//! Lines become deliveries: one for each department, with their payload, their deadline and their number.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Error, OrgId, Result, beijing, beijing_date};
use standards::pack::{Packs, Resource, deadline};
use store::{OrFail as _, Tx};
use uuid::Uuid;

use crate::context::Sharing;
use crate::model::{DeliveryState, Line, LineState, Mark, Stop};
use crate::store::entity::{delivery, line, target, withheld};
use crate::store::lines::Delivered;
use crate::store::marks::Marks;
use crate::store::{deliveries, instant, lines, marks, stops, targets};

/// Microseconds of a day: a clock set back by more is followed.
const DAY: i64 = 86_400_000_000;

/// A line to be delivered, and the submission that brought it.
pub(super) struct Draft {
    pub line: Line,
    pub submission: Option<Uuid>,
}

/// Deliveries with their lines, on their way into the database.
pub(super) type Made = Vec<(delivery::Model, Vec<line::Model>)>;

/// Writes deliveries down; one whose name is there already is left out.
pub(super) async fn put(tx: &Tx, made: Made) -> Result<()> {
    for (row, its_lines) in made {
        if deliveries::insert(tx, row).await? {
            lines::insert(tx, &its_lines).await?;
        }
    }
    Ok(())
}

/// Makes deliveries of one resource for one target.
pub(super) struct Drafts<'a> {
    pub sharing: &'a Sharing,
    pub target: &'a target::Model,
    pub resource: &'a Resource,
}

impl<'a> Drafts<'a> {
    /// For what a target holds of a record; none where the target or the standard is gone.
    pub(super) fn of(sharing: &'a Sharing, all: &'a [target::Model], held: &Delivered) -> Option<Self> {
        let (_, resource) = sharing.intake.packs.resource(&held.resource)?;
        let target = all.iter().find(|t| t.id == held.target_id)?;
        Some(Self { sharing, target, resource })
    }

    /// Writes lines down as deliveries, one for each department, in one transaction and, where given, with the version up to
    /// which the table has been delivered: from one to another. What was written before under the same name is not written again;
    /// rows of records that are stopped are left out, and noted.
    ///
    /// # Errors
    /// `feed-moved` when another process has followed the table meanwhile, or a record was stopped, shared again or marked: nothing
    /// was written.
    pub(super) async fn write(
        &self,
        mut all: Vec<(OrgId, Draft)>,
        version: u64,
        name: &str,
        followed: Option<(u64, u64)>,
    ) -> Result<()> {
        let intake = &self.sharing.intake;
        let going = |all: &[(OrgId, Draft)]| {
            all.iter().filter(|(_, d)| !d.line.withdrawn).map(|(_, d)| d.line.record.0).collect::<Vec<_>>()
        };
        let stopped = stops::among(intake.db.conn(), &going(&all), &Stop::ALL).await?;
        let withheld = self.withheld(&all, &stopped);
        all.retain(|(_, d)| d.line.withdrawn || !stopped.contains(&d.line.record.0));
        let left: Vec<Uuid> = withheld.iter().map(|w| w.record_id).collect();
        let records = going(&all);
        let made = self.made(all, Some(version), name).await?;
        let tx = intake.db.begin().await?;
        let still = stops::among(&tx, &left, &Stop::ALL).await?;
        if !stops::among(&tx, &records, &Stop::ALL).await?.is_empty()
            || left.iter().any(|id| !still.contains(id))
            || marks::of(&tx, &records).await? != as_made(&made)
        {
            return Err(moved());
        }
        stops::withhold(&tx, withheld).await?;
        put(&tx, made).await?;
        if let Some(reached) = followed
            && !targets::set_followed(&tx, self.target.id, &self.resource.resource, reached).await?
        {
            return Err(moved());
        }
        tx.commit().await.or_fail()
    }

    /// What the target is not given because its record is stopped; it gets it when the record is shared again.
    fn withheld(&self, all: &[(OrgId, Draft)], stopped: &HashSet<Uuid>) -> Vec<withheld::Model> {
        let of_stopped = all.iter().filter(|(_, d)| !d.line.withdrawn && stopped.contains(&d.line.record.0));
        let row = |(org, draft): &(OrgId, Draft)| {
            Some(withheld::Model {
                record_id: draft.line.record.0,
                target_id: self.target.id,
                resource: self.resource.resource.clone(),
                org_id: org.0,
                submission_id: draft.submission?,
            })
        };
        of_stopped.filter_map(row).collect()
    }

    /// The deliveries with their lines, which carry the marks of their records; their payload is stored already.
    pub(super) async fn made(
        &self,
        all: Vec<(OrgId, Draft)>,
        version: Option<u64>,
        name: &str,
    ) -> Result<Made> {
        let now = self.sharing.intake.clock.now();
        let records: Vec<Uuid> = all.iter().map(|(_, d)| d.line.record.0).collect();
        let conn = self.sharing.intake.db.conn();
        let marks = marks::of(conn, &records).await?;
        let taken = lines::taken(conn, self.target.id, &records).await?;
        let mut by_org: Vec<(OrgId, Vec<Draft>)> = Vec::new();
        for (org, mut draft) in all {
            draft.line.mark = marks.get(&draft.line.record.0).filter(|_| !draft.line.withdrawn).copied();
            match by_org.iter_mut().find(|(o, _)| *o == org) {
                Some((_, drafts)) => drafts.push(draft),
                None => by_org.push((org, vec![draft])),
            }
        }
        let mut out = Vec::with_capacity(by_org.len());
        for (org, mut drafts) in by_org {
            // What is taken back stands last, as in what is posted, so that a line has one number everywhere.
            drafts.sort_by_key(|d| d.line.withdrawn);
            let mut payload = Vec::new();
            for draft in &drafts {
                serde_json::to_writer(&mut payload, &draft.line).map_err(Error::internal)?;
                payload.push(b'\n');
            }
            let digest = self.sharing.intake.lake.blobs().put_bytes(&payload).await?.digest;
            let due = self.due(drafts.iter().map(|d| &d.line).filter(|l| !taken.contains(&l.record.0)));
            let row = self.row(org, &drafts, (version, name), (digest.as_str(), due), now)?;
            let its_lines = drafts.iter().zip(1..).map(|(d, n)| line::Model {
                delivery_id: row.id,
                ordinal: n,
                record_id: d.line.record.0,
                submission_id: d.submission,
                withdrawn: d.line.withdrawn,
                mark: d.line.mark.map_or_else(String::new, |m| m.name().to_owned()),
                state: LineState::Waiting.name().to_owned(),
                error: String::new(),
            });
            let its_lines = its_lines.collect();
            out.push((row, its_lines));
        }
        Ok(out)
    }

    fn row(
        &self,
        org: OrgId,
        drafts: &[Draft],
        (version, name): (Option<u64>, &str),
        (digest, due): (&str, Option<NaiveDate>),
        now: DateTime<Utc>,
    ) -> Result<delivery::Model> {
        let count = |n: usize| i64::try_from(n).map_err(Error::internal);
        let id = Uuid::now_v7();
        Ok(delivery::Model {
            id,
            number: number(now),
            made_of: format!("{}/{}/{name}/{org}", self.target.id, self.resource.resource),
            target_id: self.target.id,
            resource: self.resource.resource.clone(),
            org_id: org.0,
            version: version.map(|v| i64::try_from(v).map_err(Error::internal)).transpose()?,
            state: DeliveryState::Queued.name().to_owned(),
            rows_total: count(drafts.len())?,
            rows_withdrawn: count(drafts.iter().filter(|d| d.line.withdrawn).count())?,
            rows_refused: 0,
            digest: digest.to_owned(),
            due,
            created_at: instant(now),
            sent_at: None,
            answered_at: None,
            attempts: 0,
            next_try_at: instant(now),
            claimed_until: None,
            answer_code: String::new(),
            answer: String::new(),
        })
    }

    /// The earliest deadline of lines that the target has not taken before, and that had not passed when it was added: by its own limit, else by that of the standard it
    /// takes, else by that of the mapping into it.
    fn due<'l>(&self, lines: impl Iterator<Item = &'l Line>) -> Option<NaiveDate> {
        let field = self.resource.decision_date.as_deref()?;
        let (workdays, count_first) = limit(&self.sharing.intake.packs, self.target, self.resource)?;
        let mut known: HashMap<NaiveDate, Option<NaiveDate>> = HashMap::new();
        let days = lines.filter(|l| !l.withdrawn).filter_map(|l| l.cells.get(field));
        days.filter_map(|day| day.parse().ok())
            .filter_map(|day| *known.entry(day).or_insert_with(|| deadline(day, workdays, count_first).ok()))
            .filter(|due| *due >= beijing_date(self.target.created_at))
            .min()
    }
}

/// The limit within which a target takes rows of a resource: working days, and whether the day of the decision is the first of
/// them. None where nobody laid one down.
pub(crate) fn limit(packs: &Packs, target: &target::Model, resource: &Resource) -> Option<(u32, bool)> {
    if let Some(own) = target.workdays {
        return Some((u32::try_from(own).ok()?, target.count_first_day));
    }
    if let Some(limit) = &resource.time_limit {
        return Some((limit.workdays, limit.count_first_day));
    }
    // A standard that only mappings fill has its clock with them.
    let mut mappings = packs.mappings().map(|(_, m)| m);
    let mapping = mappings.find(|m| m.target == resource.resource)?;
    Some((mapping.limit.workdays, mapping.limit.count_first_day))
}

/// The marks of the lines as they were made.
fn as_made(made: &Made) -> Marks {
    let all = made.iter().flat_map(|(_, lines)| lines);
    all.filter_map(|l| Some((l.record_id, Mark::of(&l.mark)?))).collect()
}

/// Somebody else was faster; the next round goes on from there.
pub(super) fn moved() -> Error {
    Error::conflict(
        "feed-moved",
        "推送进度刚被另一个进程更新，下一轮继续。",
        "Another process has just moved this feed on; the next round continues.",
    )
}

/// The time of the number given last, in microseconds.
static LAST: AtomicI64 = AtomicI64::new(0);

/// What people say on the telephone: day and time in Beijing. No two are given the same, and of two files the later sorts behind.
fn number(now: DateTime<Utc>) -> String {
    let now = now.timestamp_micros();
    let next = |last: i64| Some(if last >= now && last - now < DAY { last + 1 } else { now });
    let last = LAST.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next).unwrap_or_default();
    let given = next(last).and_then(DateTime::<Utc>::from_timestamp_micros).unwrap_or_default();
    beijing(given).format("TS%y%m%d-%H%M%S-%6f").to_string()
}
