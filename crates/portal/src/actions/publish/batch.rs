//! Drafts become records, some hundreds in one transaction.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use kernel::{RecordId, Result};
use rectify::actions::{OfDecision, mark_published, mark_withdrawn, same_decision};
use sharing::actions::sources_of;
use standards::pack::Publicity;
use standards::uscc;
use store::Tx;
use uuid::Uuid;

use super::change::{Withdrawal, at_once, decided_against};
use super::reading::{Cells, Draft, Reading};
use super::{instant, targets};
use crate::actions::case::taken_down_by_cases;
use crate::context::Portal;
use crate::model::publication::{Facts, Reason, State, settle};
use crate::store::publication::entity::publication::Model;
use crate::store::publication::write;

/// Writes drafts. What has not changed is not written.
///
/// # Errors
/// When the database fails; nothing is written then.
pub(super) async fn put_drafts(portal: &Portal, reading: &Reading<'_>, drafts: Vec<Draft>) -> Result<()> {
    if drafts.is_empty() {
        return Ok(());
    }
    let (now, today) = (instant(portal.intake.clock.now()), portal.intake.clock.today());
    let tx = portal.intake.db.begin().await?;
    // First of all: whoever changes a record at the same moment waits until this is done.
    let rev = write::next_rev(&tx).await?;
    // The same record twice in one commit: the last row counts, as in the lake.
    let drafts: HashMap<Uuid, Draft> = drafts.into_iter().map(|d| (d.id.0, d)).collect();
    let ids: Vec<Uuid> = drafts.keys().copied().collect();
    let before = write::by_ids(&tx, &ids).await?;
    let new: Vec<Uuid> = ids.into_iter().filter(|id| !before.contains_key(id)).collect();
    let (down, later) = taken_down(&tx, &new, now).await?;
    let mut rows = Vec::new();
    for (id, draft) in drafts {
        let old = before.get(&id);
        let mut row = record(reading, draft, (old, down.get(&id)), (now, today));
        if old.is_some_and(|old| is_same(old, &row)) {
            continue;
        }
        row.rev = rev;
        rows.push(row);
    }
    if !rows.is_empty() {
        number(&tx, &before, &mut rows).await?;
        tell_times(&tx, &before, &rows, now).await?;
        write::put(&tx, &before, rows).await?;
        store::OrFail::or_fail(tx.commit().await)?;
    }
    // What went to targets meanwhile is taken back: at once where that can be, else by the job.
    for record in later {
        at_once(portal, record, down.get(&record.0).map_or("", |why| &why.text)).await;
    }
    Ok(())
}

/// Which new records were taken down before they came, and why: a case decided so, or so it stands with an earlier record of the
/// same decision, which comes again under another key; those of the latter are to leave the targets too.
async fn taken_down(
    tx: &Tx,
    new: &[Uuid],
    now: DateTime<Utc>,
) -> Result<(HashMap<Uuid, Withdrawal>, Vec<RecordId>)> {
    let mut down = taken_down_by_cases(tx, new).await?;
    let mut later = Vec::new();
    for (record, why) in down_with_original(tx, new).await? {
        if let Entry::Vacant(place) = down.entry(record.0) {
            targets::enqueue(tx, record, &why.text, now).await?;
            place.insert(why);
            later.push(record);
        }
    }
    Ok((down, later))
}

/// Which records go down with an earlier record of the same decision, and why that one is down.
pub(super) async fn down_with_original(tx: &Tx, records: &[Uuid]) -> Result<Vec<(RecordId, Withdrawal)>> {
    let same = same_decision(tx, records).await?;
    let originals: Vec<Uuid> = same.iter().map(|s| s.original.0).collect();
    let on_site = write::by_ids(tx, &originals).await?;
    let off_site: Vec<Uuid> = originals.into_iter().filter(|id| !on_site.contains_key(id)).collect();
    let mut why = taken_down_by_cases(tx, &off_site).await?;
    why.extend(on_site.iter().filter_map(|(id, row)| Some((*id, decided_against(row)?))));
    let holds = |one: OfDecision| {
        let why = why.get(&one.original.0).filter(|why| why.reason.holds_for(one.same_day))?;
        Some((one.record, why.clone()))
    };
    Ok(same.into_iter().filter_map(holds).collect())
}

/// Records of a day at most that keep their order in the search index: 2²⁶, far more than a city decides.
const PER_DAY: i64 = 1 << 26;

/// Gives new records their places in the search index.
async fn number(tx: &Tx, before: &HashMap<Uuid, Model>, rows: &mut [Model]) -> Result<()> {
    let new: Vec<&mut Model> = rows.iter_mut().filter(|r| !before.contains_key(&r.id)).collect();
    let first = write::next_places(tx, new.len()).await?;
    for (row, n) in new.into_iter().zip(first..) {
        row.place = i64::from(row.decided.num_days_from_ce()) * PER_DAY + n % PER_DAY;
    }
    Ok(())
}

/// Tells the clock of decisions what is shown now and what was taken down, of those handed in in another standard too.
///
/// # Errors
/// When the database fails.
pub(super) async fn tell_times(
    tx: &Tx,
    before: &HashMap<Uuid, Model>,
    rows: &[Model],
    now: DateTime<Utc>,
) -> Result<()> {
    let turned = |row: &&Model, shown: bool| {
        row.shown == shown && before.get(&row.id).is_none_or(|b| b.shown != shown || b.state != row.state)
    };
    let times = async |ids: Vec<RecordId>| -> Result<Vec<(RecordId, DateTime<Utc>)>> {
        let sources = sources_of(tx, &ids).await?;
        Ok(ids.into_iter().chain(sources).map(|id| (id, now)).collect())
    };
    let shown = rows.iter().filter(|r| turned(r, true)).map(|r| RecordId(r.id)).collect();
    mark_published(tx, &times(shown).await?).await?;
    let withdrawn = rows.iter().filter(|r| turned(r, false) && r.state == State::Withdrawn.name());
    let gone = withdrawn.map(|r| RecordId(r.id)).collect();
    mark_withdrawn(tx, &times(gone).await?).await
}

/// The record a draft makes of what stood there. One that comes for the first time is down if a case took it down before.
fn record(
    reading: &Reading<'_>,
    draft: Draft,
    (old, by_case): (Option<&Model>, Option<&Withdrawal>),
    (now, today): (DateTime<Utc>, NaiveDate),
) -> Model {
    // Decided once, a choice holds as long as the doubtful numbers are the same.
    let choice = old.map(|o| o.choice.as_str()).filter(|c| c.ends_with(&draft.doubted)).unwrap_or_default();
    let decided = !draft.doubted.is_empty() && (choice.starts_with("mask:") || choice.starts_with("show:"));
    let facts =
        Facts { until: draft.until, invalid: draft.invalid, doubtful: !draft.doubted.is_empty() && !decided };
    let stood = old.and_then(|o| Some((o.state.parse().ok()?, o.reason_kind.parse::<Reason>().ok())));
    let stood = stood.or(by_case.map(|why| (State::Withdrawn, Some(why.reason))));
    let (state, reason) = settle(stood, &facts, today);
    let show = decided && choice.starts_with("show:");
    let (content, held) = match (show, facts.doubtful) {
        (true, _) => (draft.open, None),
        (false, true) => (draft.safe, Some(json(&draft.open))),
        (false, false) => (draft.safe, None),
    };
    let p = reading.publicity;
    let by_hand = old.filter(|_| reason.is_some_and(|r| !r.is_automatic()));
    let words = by_hand.map(|o| &o.reason).or(by_case.map(|why| &why.text));
    let mut row = Model {
        id: draft.id.0,
        public_id: old.map_or_else(Uuid::new_v4, |o| o.public_id),
        place: old.map_or(0, |o| o.place),
        resource: reading.resource.resource.clone(),
        kind: p.kind.name().to_owned(),
        org_id: draft.org.0,
        submission_id: draft.submission.0,
        row_number: draft.row,
        title: String::new(),
        subject: String::new(),
        natural_person: draft.natural,
        code: String::new(),
        document: String::new(),
        authority: String::new(),
        decided: draft.decided,
        earliest: draft.earliest,
        until: draft.until,
        term: draft.term,
        state: String::new(),
        shown: false,
        mark: old.map_or_else(String::new, |o| o.mark.clone()),
        reason_kind: String::new(),
        reason: words.cloned().unwrap_or_default(),
        doubts: draft.doubts.join(","),
        choice: match (decided, draft.doubted.is_empty()) {
            (true, _) => choice.to_owned(),
            (false, false) => format!(":{}", draft.doubted),
            (false, true) => String::new(),
        },
        content: json(&content),
        held_content: held,
        published_at: old.and_then(|o| o.published_at),
        ended_at: old.map_or_else(|| by_case.map(|_| now), |o| o.ended_at),
        changed_at: now,
        rev: 0,
    };
    head(&mut row, p, &content);
    move_to(&mut row, old.is_some_and(|o| o.shown), state, reason, now);
    row
}

/// Takes what lists and the search show of a record from its cells.
pub(super) fn head(row: &mut Model, publicity: &Publicity, cells: &Cells) {
    let cell = |code: &str| cells.get(code).cloned().unwrap_or_default();
    row.title = cell(&publicity.title);
    row.subject = cell(&publicity.subject);
    row.document = cell(&publicity.document);
    row.authority = cell(&publicity.authority);
    let code = publicity.code.as_deref().map(cell).unwrap_or_default();
    row.code = if uscc::is_placeholder(&code) { String::new() } else { code };
}

/// Puts a record into a state, with the times that follow from it.
pub(super) fn move_to(
    row: &mut Model,
    was_shown: bool,
    state: State,
    reason: Option<Reason>,
    now: DateTime<Utc>,
) {
    state.name().clone_into(&mut row.state);
    row.shown = state.is_shown();
    reason.map_or("", Reason::name).clone_into(&mut row.reason_kind);
    if row.shown {
        row.published_at = row.published_at.or(Some(now));
        row.ended_at = None;
    } else if was_shown {
        row.ended_at = Some(now);
    }
    row.changed_at = now;
}

fn is_same(old: &Model, new: &Model) -> bool {
    let mut new = new.clone();
    (new.changed_at, new.rev) = (old.changed_at, old.rev);
    new == *old
}

fn json(cells: &Cells) -> String {
    // Strings by string: always JSON.
    serde_json::to_string(cells).unwrap_or_default()
}
