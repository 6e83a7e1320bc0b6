//! 生成推送: what a commit of a table brought is written down as deliveries, for each target that takes the resource and
//! each department. Rows that changed go again; rows that were taken back go as withdrawals.

use std::collections::{BTreeSet, HashSet};

use futures::StreamExt as _;
use indexmap::IndexMap;
use intake::actions::follow::senders_of;
use kernel::{OrgId, RecordId, Result, SubmissionId};
use lake::table::{CommitKind, KEY, SUBMISSION};
use rectify::model::record_id;
use serde_json::Value;
use standards::pack::Resource;
use uuid::Uuid;

use super::draft::{Draft, Drafts};
use super::taken_back::taken_back;
use crate::context::Sharing;
use crate::model::{Line, Way, plain};
use crate::store::entity::{feed, target};
use crate::store::{lines, mappings, targets};

/// Makes the deliveries of all targets.
///
/// # Errors
/// When the lake or the database fails: the first failure, once every feed was tried. What was made so far stays, the rest is made
/// up for the next time.
pub(super) async fn make_deliveries(sharing: &Sharing) -> Result<()> {
    let conn = sharing.intake.db.conn();
    let all = targets::all(conn).await?;
    let mut all_well = Ok(());
    for feed in targets::feeds(conn).await? {
        let target = all.iter().find(|t| t.id == feed.target_id && t.enabled);
        if let Some(target) = target {
            all_well = all_well.and(match follow_feed(sharing, target, &feed).await {
                // Another process is at it, or a record was stopped meanwhile: the next round looks again.
                Err(e) if e.code() == "feed-moved" => Ok(()),
                done => done,
            });
        }
    }
    all_well
}

/// Follows one table for one target, from the version reached before to its newest. Small commits in a row become one delivery
/// for each department, written together with the version reached; a large one becomes several, each named by what it was
/// made of. Killed at any instant, it makes the same again, once.
async fn follow_feed(sharing: &Sharing, target: &target::Model, feed: &feed::Model) -> Result<()> {
    let intake = &sharing.intake;
    let code = feed.resource.as_str();
    let Some((_, resource)) = intake.packs.resource(code) else { return Ok(()) };
    if !intake.lake.has_table(code) {
        return Ok(());
    }
    let newest = intake.lake.version(code).await?;
    let mut at = u64::try_from(feed.followed).unwrap_or_default();
    if at >= newest {
        return Ok(());
    }
    let stored = intake.lake.columns(code).await?;
    let fields: Vec<&str> = resource.fields.iter().map(|f| f.code.as_str()).collect();
    let fields: Vec<&str> = fields.into_iter().filter(|f| stored.iter().any(|c| c.name == *f)).collect();
    let most = target.way.parse::<Way>()?.most_lines();
    let drafts = Drafts { sharing, target, resource };
    let mut group = Gathered { first: at + 1, rows: IndexMap::new() };
    while at < newest {
        at += 1;
        let mut columns = fields.clone();
        columns.extend([KEY, SUBMISSION]);
        let mut brought = match intake.lake.brought(code, at, &columns).await {
            Ok(brought) => brought,
            // So old that its files are gone: the table as it stands is delivered instead.
            Err(e) if e.code() == "history-expired" => {
                group.write(&drafts, at - 1, most).await?;
                at = deliver_all(&drafts, &columns, (at - 1, most)).await?;
                group.first = at + 1;
                continue;
            }
            Err(e) => return Err(e),
        };
        if brought.kind == Some(CommitKind::Undo) {
            group.write(&drafts, at - 1, most).await?;
            for share in &brought.shares {
                taken_back(&drafts, share.submission, at).await?;
            }
            group.first = at + 1;
            drafts.write(Vec::new(), at, "", Some((at - 1, at))).await?;
            continue;
        }
        let submissions: Vec<SubmissionId> = brought.shares.iter().map(|s| s.submission).collect();
        let senders = senders_of(intake, &submissions).await?;
        let coming: u64 = brought.shares.iter().map(|s| s.rows).sum();
        let is_large = coming > most as u64;
        if is_large {
            group.write(&drafts, at - 1, most).await?;
            group.first = at;
        }
        let mut chunk = 0;
        while let Some(rows) = brought.rows.next().await {
            for row in rows? {
                let Some((submission, line)) = line(resource, &fields, &row) else { continue };
                let Some(org) = senders.get(&submission).copied() else { continue };
                // Of several states of a record the last one counts.
                group.rows.shift_remove(&line.record);
                group.rows.insert(line.record, (org, Draft { line, submission: Some(submission.0) }));
            }
            while is_large && group.rows.len() >= most {
                let part: Vec<_> = group.rows.drain(..most).map(|(_, v)| v).collect();
                drafts.write(part, at, &format!("{at}/{chunk}"), None).await?;
                chunk += 1;
            }
        }
        if is_large {
            let rest: Vec<_> = group.rows.drain(..).map(|(_, v)| v).collect();
            drafts.write(rest, at, &format!("{at}/{chunk}"), Some((at - 1, at))).await?;
            group.first = at + 1;
        } else if group.rows.len() >= most {
            group.write(&drafts, at, most).await?;
        }
    }
    group.write(&drafts, at, most).await
}

/// Delivers a table as it stands, but for what the target was given already, and returns its version: for a target that stands
/// where the history of the table begins no more. A row the target holds that went out of the table meanwhile stays there.
async fn deliver_all(drafts: &Drafts<'_>, columns: &[&str], (before, most): (u64, usize)) -> Result<u64> {
    let (intake, resource) = (&drafts.sharing.intake, drafts.resource);
    let fields = &columns[..columns.len() - 2];
    let (version, mut rows) = intake.lake.standing(&resource.resource, columns).await?;
    let mut all = Vec::new();
    let mut chunk = 0;
    while let Some(batch) = rows.next().await {
        let found: Vec<_> = batch?.iter().filter_map(|row| line(resource, fields, row)).collect();
        let submissions: BTreeSet<SubmissionId> = found.iter().map(|(s, _)| *s).collect();
        let senders = senders_of(intake, &submissions.into_iter().collect::<Vec<_>>()).await?;
        let records: Vec<Uuid> = found.iter().map(|(_, l)| l.record.0).collect();
        let given = lines::newest(intake.db.conn(), &records, Some(drafts.target.id)).await?;
        let given: HashSet<_> =
            given.iter().filter(|d| !d.withdrawn).map(|d| (d.record_id, d.submission_id)).collect();
        all.extend(found.into_iter().filter_map(|(submission, line)| {
            let org = *senders.get(&submission)?;
            let is_given = given.contains(&(line.record.0, Some(submission.0)));
            (!is_given).then_some((org, Draft { line, submission: Some(submission.0) }))
        }));
        while all.len() >= most {
            let rest = all.split_off(most);
            drafts.write(all, version, &format!("all/{version}/{chunk}"), None).await?;
            all = rest;
            chunk += 1;
        }
    }
    drafts.write(all, version, &format!("all/{version}/{chunk}"), Some((before, version))).await?;
    Ok(version)
}

/// A row as a line; nothing for a row without a key, which no receiver could tell from others.
fn line(resource: &Resource, fields: &[&str], row: &[Value]) -> Option<(SubmissionId, Line)> {
    let (own, tail) = row.split_at_checked(fields.len())?;
    let (key, submission) = (plain(tail.first()), plain(tail.get(1)).parse().ok()?);
    if key.is_empty() {
        return None;
    }
    let cells = fields.iter().zip(own).map(|(f, v)| ((*f).to_owned(), plain(Some(v))));
    let line = Line {
        record: record_id(&resource.resource, &key),
        withdrawn: false,
        reason: String::new(),
        mark: None,
        cells: cells.filter(|(_, v)| !v.is_empty()).collect(),
        key,
    };
    Some((submission, line))
}

/// Rows of small commits that follow one another.
struct Gathered {
    first: u64,
    rows: IndexMap<RecordId, (OrgId, Draft)>,
}

impl Gathered {
    /// Writes them together with the version reached.
    async fn write(&mut self, drafts: &Drafts<'_>, last: u64, most: usize) -> Result<()> {
        let mut all: Vec<(OrgId, Draft)> = self.rows.drain(..).map(|(_, v)| v).collect();
        let mut part = 0;
        while all.len() > most {
            let rest = all.split_off(most);
            drafts.write(all, last, &format!("{}-{last}/{part}", self.first), None).await?;
            all = rest;
            part += 1;
        }
        let reached = (self.first - 1, last);
        drafts.write(all, last, &format!("{}-{last}/{part}", self.first), Some(reached)).await?;
        self.first = last + 1;
        Ok(())
    }
}

/// The lines of deliveries among the lake's blobs, by number from 1.
pub(super) async fn lines_of(sharing: &Sharing, digest: &str) -> Result<Vec<Line>> {
    let digest = lake::blob::Digest::parse(digest)?;
    let path = sharing.intake.lake.blobs().require(&digest)?;
    let bytes = tokio::fs::read(path).await.map_err(|e| kernel::Error::unavailable("存储", "storage", e))?;
    let lines = serde_json::Deserializer::from_slice(&bytes).into_iter::<Line>();
    lines.collect::<Result<_, _>>().map_err(kernel::Error::internal)
}

/// Whether a target has not been given all of a table yet, or the table itself is still to get what mappings make for it.
pub(super) async fn is_behind(sharing: &Sharing, target: Uuid, resource: &str) -> Result<bool> {
    let conn = sharing.intake.db.conn();
    let Some(feed) = targets::feed(conn, target, resource).await? else {
        return Ok(false);
    };
    if follows_late(sharing, resource, feed.followed).await? {
        return Ok(true);
    }
    let states = mappings::states(conn).await?;
    let mut seen = vec![resource.to_owned()];
    let mut next = 0;
    while let Some(made) = seen.get(next).cloned() {
        next += 1;
        for (_, mapping) in sharing.intake.packs.mappings().filter(|(_, m)| m.target == made) {
            let Some(state) = states.iter().find(|s| s.mapping == mapping.mapping && s.enabled) else {
                continue;
            };
            if follows_late(sharing, &mapping.source, state.followed).await? {
                return Ok(true);
            }
            if !seen.contains(&mapping.source) {
                seen.push(mapping.source.clone());
            }
        }
    }
    Ok(false)
}

async fn follows_late(sharing: &Sharing, resource: &str, followed: i64) -> Result<bool> {
    let lake = &sharing.intake.lake;
    let newest = if lake.has_table(resource) { lake.version(resource).await? } else { 0 };
    Ok(u64::try_from(followed).unwrap_or_default() < newest)
}
