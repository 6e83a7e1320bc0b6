//! What a case does to publication and sharing (公示与共享联动): the one place that knows how.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, ErrorKind, RecordId, Result, Text};
use rectify::actions::later_of_decision;
use sea_orm::ConnectionTrait;
use sharing::Sharing;
use sharing::actions::{WentTo, mark_at_targets, where_it_went, withdraw_from_targets};
use sharing::model::Mark;
use standards::pack::PublicKind;
use store::Tx;

use crate::actions::publish::{
    Withdrawal, decided_against, is_down_by_decision, mark, withdraw_for_case, withdraw_with_case,
};
use crate::context::Portal;
use crate::model::case::{Kind, Outcome, State};
use crate::model::publication::Reason;
use crate::store::case::entity::file::Model;
use crate::store::case::{cases, parts};
use crate::store::publication::entity::publication::Model as Published;
use crate::store::publication::{lists, write};

/// The name under which the public site stands among the targets.
pub const PUBLIC_SITE: &str = "public-site";

/// A target a record went to.
pub(super) struct Target {
    pub name: String,
    pub title: Text,
    /// When its newest state was acknowledged; none while it is under way.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// Whether it was taken back there.
    pub withdrawn: bool,
    /// Whether it is in use.
    pub enabled: bool,
}

impl Target {
    fn of(went: WentTo) -> Self {
        Self {
            name: went.target,
            title: went.title,
            acknowledged_at: went.acknowledged_at.filter(|_| !went.pending),
            withdrawn: went.withdrawn,
            enabled: went.enabled,
        }
    }

    /// The same target of another record: it has taken what it was sent when it has taken both.
    fn and(&mut self, other: &Self) {
        self.withdrawn &= other.withdrawn;
        self.acknowledged_at = match (self.acknowledged_at, other.acknowledged_at) {
            (Some(a), Some(b)) => Some(a.max(b)),
            _ => None,
        };
    }

    /// Whether it has yet to take the withdrawal of what a case ends the sharing of, or is still to be told of it.
    pub(super) fn owes_withdrawal(&self) -> bool {
        !self.withdrawn || self.acknowledged_at.is_none()
    }

    /// Whether it has to acknowledge the result of a case. One that holds the record no more has nothing to take; to one that is
    /// not in use nothing but a change of the row itself is owed.
    pub(super) fn is_asked(&self, outcome: Option<Outcome>) -> bool {
        match outcome {
            Some(outcome) if outcome.stops_sharing() => true,
            Some(outcome) if outcome.changes_values() => !self.withdrawn,
            _ => !self.withdrawn && self.enabled,
        }
    }

    /// When it took the result of a case that was decided then: the withdrawal, the corrected row, or the mark that the record
    /// bears now; none while it has not.
    pub(super) fn taken(&self, outcome: Option<Outcome>, decided: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match outcome {
            Some(outcome) if outcome.stops_sharing() => self.acknowledged_at.filter(|_| self.withdrawn),
            Some(outcome) if outcome.changes_values() => self.acknowledged_at.filter(|at| *at >= decided),
            _ => self.acknowledged_at,
        }
    }
}

/// The record as it stands on the public site; none when it was never there.
pub(super) async fn published(portal: &Portal, record: RecordId) -> Result<Option<Published>> {
    some(lists::get(portal.intake.db.conn(), &Actor::system(), record).await)
}

/// A record as the public sees it.
pub(crate) struct Seen {
    /// The id in its address.
    pub public_id: uuid::Uuid,
    /// Document number and subject, as the public reads them.
    pub document: String,
    pub subject: String,
    /// Whether it is a record of dishonesty, which can be repaired.
    pub repairable: bool,
    /// The first day on which its publication may end early.
    pub earliest: NaiveDate,
}

/// How the public sees a record; none when it does not.
pub(super) async fn seen(portal: &Portal, record: RecordId) -> Result<Option<Seen>> {
    Ok(seen_of(portal.intake.db.conn(), &[record]).await?.remove(&record))
}

/// How the public sees some records; those it does not see are left out.
pub(super) async fn seen_of(
    conn: &impl ConnectionTrait,
    records: &[RecordId],
) -> Result<HashMap<RecordId, Seen>> {
    let ids: Vec<uuid::Uuid> = records.iter().map(|r| r.0).collect();
    let seen = |row: Published| Seen {
        public_id: row.public_id,
        document: row.document,
        subject: row.subject,
        repairable: row.kind == PublicKind::Penalty.name(),
        earliest: row.earliest,
    };
    let shown = write::by_ids(conn, &ids).await?.into_values().filter(|row| row.shown);
    Ok(shown.map(|row| (RecordId(row.id), seen(row))).collect())
}

/// The record that the public sees under an id.
pub(super) async fn record_of(portal: &Portal, public: uuid::Uuid) -> Result<Option<RecordId>> {
    let row = some(lists::by_public(portal.intake.db.conn(), public).await)?;
    Ok(row.filter(|row| row.shown).map(|row| RecordId(row.id)))
}

/// Which mark a record bears by the cases on it: of a running objection before that of a running repair, before that of a
/// finished one.
fn mark_of(all: &[Model]) -> Option<Mark> {
    let running = |kind: Kind| {
        let is = |c: &&Model| c.kind == kind.name() && c.carried_out_at.is_none();
        all.iter().filter(is).any(|c| c.state != State::Withdrawn.name())
    };
    let marked = |c: &Model| c.outcome.as_deref() == Some(Outcome::Mark.name()) && c.carried_out_at.is_some();
    if running(Kind::Objection) {
        Some(Mark::Objection)
    } else if running(Kind::Repair) {
        Some(Mark::Repair)
    } else {
        all.iter().any(marked).then_some(Mark::Repaired)
    }
}

/// Gives a record the mark that the cases on it ask for, on the public site and at every target that holds it, or takes it off.
/// Doing it twice changes nothing.
pub(super) async fn keep_mark(portal: &Portal, record: RecordId) -> Result<()> {
    let wanted = mark_of(&cases::on_record(portal.intake.db.conn(), record).await?);
    if published(portal, record).await?.is_some_and(|row| row.mark != key(wanted)) {
        mark(portal, &Actor::system(), record, key(wanted)).await?;
    }
    mark_at_targets(&Sharing { intake: portal.intake.clone() }, record, wanted).await
}

/// A mark as the public site keeps it.
fn key(mark: Option<Mark>) -> &'static str {
    mark.map_or("", Mark::key)
}

/// Does to the public site and to sharing what a decision asks for. Doing it twice changes nothing.
pub(super) async fn carry_out(portal: &Portal, case: &Model, outcome: Outcome) -> Result<()> {
    if !outcome.withdraws() {
        return Ok(());
    }
    let record = RecordId(case.record_id);
    let why = withdrawal(case);
    let sharing = Sharing { intake: portal.intake.clone() };
    withdraw_for_case(portal, record, &why).await?;
    if outcome.stops_sharing() {
        withdraw_from_targets(&sharing, record, &why.text).await?;
    }
    // What is decided holds for the same decision under another key as well.
    let later = later_of_decision(portal.intake.db.conn(), record).await?;
    for later in later.into_iter().filter(|l| why.reason.holds_for(l.same_day)) {
        withdraw_with_case(portal, later.record, &why).await?;
    }
    if outcome.stops_sharing() {
        // Also what was taken down on the site alone, before a round was cut off.
        for later in down_with(portal, case).await? {
            withdraw_from_targets(&sharing, later, &why.text).await?;
        }
    }
    Ok(())
}

/// The later records of its decision that a granted case took down with its own, and that are still down by it.
async fn down_with(portal: &Portal, case: &Model) -> Result<Vec<RecordId>> {
    let conn = portal.intake.db.conn();
    let later = later_of_decision(conn, RecordId(case.record_id)).await?;
    let ids: Vec<uuid::Uuid> = later.into_iter().map(|l| l.record.0).collect();
    let down = write::by_ids(conn, &ids).await?.into_values();
    let why = withdrawal(case);
    let by_it = |row: &Published| decided_against(row).is_some_and(|by| by == why);
    Ok(down.filter(by_it).map(|row| RecordId(row.id)).collect())
}

/// What was found; none where there is nothing to be seen.
pub(super) fn some<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// Why a granted case takes its record down.
fn withdrawal(case: &Model) -> Withdrawal {
    match case.kind == Kind::Objection.name() {
        true => {
            Withdrawal { reason: Reason::Objection, text: format!("异议成立（办件{}）", case.number) }
        }
        false => {
            Withdrawal { reason: Reason::Repaired, text: format!("信用修复（办件{}）", case.number) }
        }
    }
}

/// Which of some records a case took down, and why: they may come to the public site only after the case was decided.
///
/// # Errors
/// When the database fails.
pub(crate) async fn taken_down_by_cases(
    tx: &Tx,
    records: &[uuid::Uuid],
) -> Result<HashMap<uuid::Uuid, Withdrawal>> {
    let granted = cases::granted_on(tx, records).await?;
    let withdraws = |c: &&Model| {
        let outcome = c.outcome.as_deref().and_then(|o| o.parse().ok());
        outcome.is_some_and(Outcome::withdraws)
    };
    Ok(granted.iter().filter(withdraws).map(|c| (c.record_id, withdrawal(c))).collect())
}

/// Whether the public site shows the row that a case corrected, or a later one; also where it shows none.
pub(super) async fn is_fresh(portal: &Portal, case: &Model) -> Result<bool> {
    match published(portal, RecordId(case.record_id)).await? {
        Some(row) => shows_corrected(portal, case, &row).await,
        None => Ok(true),
    }
}

async fn shows_corrected(portal: &Portal, case: &Model, row: &Published) -> Result<bool> {
    let conn = portal.intake.db.conn();
    if let Some(push) = parts::push(conn, case.id).await? {
        let Some(version) = push.version.and_then(|v| u64::try_from(v).ok()) else { return Ok(false) };
        return Ok(write::followed(conn, &case.resource).await? >= version);
    }
    // Decided before versions were kept. Ids of submissions sort by time.
    let corrected = parts::corrections(conn, case.id).await?;
    let newest = corrected.iter().map(|c| c.submission_id).max();
    Ok(newest.is_none_or(|by| row.submission_id >= by))
}

/// Whether the public site shows the result of a case: the mark is what it should be, a record taken down stays down, and a
/// corrected one shows the row that brought the correction or a later one.
pub(super) async fn is_shown(portal: &Portal, case: &Model) -> Result<bool> {
    let record = RecordId(case.record_id);
    let conn = portal.intake.db.conn();
    let Some(row) = published(portal, record).await? else { return Ok(true) };
    let outcome: Option<Outcome> = case.outcome.as_deref().map(str::parse).transpose()?;
    if outcome.is_some_and(Outcome::withdraws) {
        return Ok(is_down_by_decision(&row));
    }
    let fresh = shows_corrected(portal, case, &row).await?;
    let wanted = mark_of(&cases::on_record(conn, record).await?);
    Ok(fresh && (row.mark == key(wanted) || !row.shown))
}

/// Where the records went with which a case is concerned: its own, and where it ends their sharing the later ones of the decision
/// that it took down as well.
async fn went(portal: &Portal, case: &Model) -> Result<Vec<WentTo>> {
    let sharing = Sharing { intake: portal.intake.clone() };
    let mut all = where_it_went(&sharing, RecordId(case.record_id)).await?;
    let outcome: Option<Outcome> = case.outcome.as_deref().map(str::parse).transpose()?;
    if outcome.is_some_and(Outcome::stops_sharing) {
        for later in down_with(portal, case).await? {
            all.extend(where_it_went(&sharing, later).await?);
        }
    }
    Ok(all)
}

/// The targets that turned down the newest state of what a case is about, each with the delivery that tells why.
pub(crate) async fn refused_by(portal: &Portal, case: &Model) -> Result<HashMap<String, uuid::Uuid>> {
    Ok(went(portal, case).await?.into_iter().filter_map(|w| Some((w.target, w.refused?))).collect())
}

/// Every target that was delivered what a case is about.
pub(super) async fn went_to(portal: &Portal, case: &Model) -> Result<Vec<Target>> {
    let mut all: Vec<Target> = Vec::new();
    for one in went(portal, case).await?.into_iter().map(Target::of) {
        match all.iter_mut().find(|t| t.name == one.name) {
            Some(known) => known.and(&one),
            None => all.push(one),
        }
    }
    Ok(all)
}
