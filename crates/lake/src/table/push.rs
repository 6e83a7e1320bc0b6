//! Single rows (单行推送) at a hundred a second must not make a hundred commits a second: pushes into one table are
//! gathered for a moment and committed together, and each caller is answered when its rows are durable.
//!
//! Exactly once: the caller gives every push a submission id (UUID version 7) and keeps *idempotency key → id* where
//! it keeps its own state, before it calls. The commit names the ids it landed; before a commit, each id is looked for
//! in the commits younger than the id. So after a crash at any instant, a retry with the same id either finds its
//! rows or lands them.

use async_recursion::async_recursion;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deltalake_core::DeltaTable;
use deltalake_core::arrow::array::{Array, RecordBatch};
use kernel::{Error, Result};
use standards::pack::LandingMode;
use tokio::sync::{Notify, oneshot};

use super::commit::{CommitKind, Landed, Outcome, Record, Share, commit};
use super::error::again;
use super::files::{actions, discard, schema, text_column};
use super::keys::Keys;
use super::lake::{Lake, Slot};
use super::land::{ATTEMPTS, busy, operation};
use super::rows::{Provenance, Rows, dress, key};
use super::spec::{KEY, TableSpec};
use super::stage::{plan, stage};

/// How long pushes are gathered after the first.
const WINDOW: Duration = Duration::from_millis(200);
/// Rows after which the group is committed at once.
const ENOUGH: usize = 1_000;

/// Where pushes into one table wait.
#[derive(Default)]
pub(crate) struct Group {
    queue: Mutex<Queue>,
    full: Notify,
}

#[derive(Default)]
struct Queue {
    waiting: std::collections::VecDeque<Member>,
    rows: usize,
    /// Whether a task is gathering; the first push starts it, and it ends when nothing waits.
    led: bool,
}

struct Member {
    spec: Arc<TableSpec>,
    mode: LandingMode,
    from: Provenance,
    rows: RecordBatch,
    answer: oneshot::Sender<Result<Landed>>,
}

impl Lake {
    /// Lands a few rows together with what others push in the same moment; returns when they are durable.
    /// `from.submission` must be the same at every retry of the same push; `from.source` is kept in `_source`.
    ///
    /// # Errors
    /// `push-replace` for [`LandingMode::Replace`]; else as [`Lake::land_rows`].
    #[async_recursion]
    pub async fn push(
        &self,
        spec: &Arc<TableSpec>,
        mode: LandingMode,
        from: Provenance,
        rows: Rows,
    ) -> Result<Landed> {
        if mode == LandingMode::Replace {
            return Err(Error::bad_input(
                "push-replace",
                "整表替换的资源不能逐行推送，请上传完整文件。",
                "A resource that is replaced as a whole cannot be pushed row by row; upload the complete file.",
            ));
        }
        let slot = self.slot(&spec.code)?;
        let (answer, answered) = oneshot::channel();
        let lead = {
            let mut queue = slot.group.queue.lock().unwrap_or_else(PoisonError::into_inner);
            queue.rows += rows.len();
            queue.waiting.push_back(Member { spec: spec.clone(), mode, from, rows: rows.0, answer });
            if queue.rows >= ENOUGH {
                slot.group.full.notify_one();
            }
            !std::mem::replace(&mut queue.led, true)
        };
        if lead {
            // A task of its own: a caller that hangs up must not take the others with it.
            tokio::spawn(lead_group(self.clone(), slot));
        }
        answered.await.unwrap_or_else(|_| Err(Error::internal("the group of pushes was dropped")))
    }
}

async fn lead_group(lake: Lake, slot: Arc<Slot>) {
    loop {
        let enough = {
            let mut queue = slot.group.queue.lock().unwrap_or_else(PoisonError::into_inner);
            if queue.waiting.is_empty() {
                queue.led = false;
                return;
            }
            queue.rows >= ENOUGH
        };
        if !enough {
            let _ = tokio::time::timeout(WINDOW, slot.group.full.notified()).await;
        }
        let members = take(&slot.group);
        land_members(&lake, &slot, members).await;
    }
}

/// The longest run of waiting pushes that can be one commit: same shape and mode, no submission and no key twice.
fn take(group: &Group) -> Vec<Member> {
    let mut queue = group.queue.lock().unwrap_or_else(PoisonError::into_inner);
    let mut members: Vec<Member> = Vec::new();
    let mut rows = 0;
    let mut ids = HashSet::new();
    let mut keys = Keys::default();
    while let Some(next) = queue.waiting.front() {
        if let Some(first) = members.first()
            && (rows + next.rows.num_rows() > ENOUGH || first.spec != next.spec || first.mode != next.mode)
        {
            break;
        }
        if !ids.insert(next.from.submission) || !fresh_keys(&mut keys, next, rows) {
            break;
        }
        rows += next.rows.num_rows();
        members.extend(queue.waiting.pop_front());
    }
    queue.rows = queue.waiting.iter().map(|m| m.rows.num_rows()).sum();
    members
}

/// Adds the keys of a push unless one is there already. Keys within one push may repeat: the later row wins.
fn fresh_keys(keys: &mut Keys, member: &Member, start: usize) -> bool {
    if member.mode != LandingMode::Upsert {
        return true;
    }
    // A key that cannot be made fails again, with its message, when the push is landed.
    let Ok(own) = key(&member.spec, &member.rows) else { return start == 0 };
    let Some(own) = own.as_any().downcast_ref() else { return true };
    if keys.any(own) {
        return false;
    }
    keys.add(own, start as u64).is_ok()
}

/// Lands the members as one commit; if that fails for a reason that may lie in one of them, each by itself.
async fn land_members(lake: &Lake, slot: &Slot, members: Vec<Member>) {
    match land_together(lake, slot, &members).await {
        Ok(all) => {
            for (member, landed) in members.into_iter().zip(all) {
                let _ = member.answer.send(Ok(landed));
            }
        }
        Err(e) if e.kind() == kernel::ErrorKind::Unavailable || members.len() == 1 => {
            for member in members {
                let _ = member.answer.send(Err(again(&e)));
            }
        }
        Err(_) => {
            for member in members {
                let alone = std::slice::from_ref(&member);
                let one = land_together(lake, slot, alone)
                    .await
                    .and_then(|mut l| l.pop().ok_or_else(|| Error::internal("a push without result")));
                let _ = member.answer.send(one);
            }
        }
    }
}

async fn land_together(lake: &Lake, slot: &Slot, members: &[Member]) -> Result<Vec<Landed>> {
    let Some(first) = members.first() else { return Ok(Vec::new()) };
    let (spec, mode) = (first.spec.clone(), first.mode);
    let _one = slot.writing.lock().await;
    let mut table = lake.prepared(&spec).await?;
    for _ in 0..ATTEMPTS {
        let mut done = Vec::with_capacity(members.len());
        for member in members {
            done.push(lake.pushed_before(slot, &table, member.from.submission).await?);
        }
        let open: Vec<&Member> =
            members.iter().zip(&done).filter(|(_, d)| d.is_none()).map(|(m, _)| m).collect();
        let fresh = if open.is_empty() {
            Vec::new()
        } else {
            match commit_open(lake, slot, &table, &spec, mode, &open).await? {
                Some(fresh) => fresh,
                None => {
                    table = lake.newest(&spec.code).await?;
                    continue;
                }
            }
        };
        let mut fresh = fresh.into_iter();
        return done
            .into_iter()
            .map(|d| d.or_else(|| fresh.next()).ok_or_else(|| Error::internal("a push without result")))
            .collect();
    }
    Err(busy(&spec.code))
}

/// One try; `None` when another process committed first.
async fn commit_open(
    lake: &Lake,
    slot: &Slot,
    table: &DeltaTable,
    spec: &TableSpec,
    mode: LandingMode,
    members: &[&Member],
) -> Result<Option<Vec<Landed>>> {
    let schema = schema(table, &spec.code)?;
    let batches = members
        .iter()
        .map(|m| dress(spec, &schema, &m.from, 1, &m.rows))
        .collect::<Result<Vec<RecordBatch>>>()?;
    let size = lake.inner.settings.file_size;
    let keyed = mode == LandingMode::Upsert && !spec.key.is_empty();
    let stream = Box::pin(futures::stream::iter(batches.clone().into_iter().map(Ok)));
    let mut staged = stage(table, &spec.code, size, keyed, stream).await?;
    let meet = match plan(table, &spec.code, size, mode, &mut staged).await {
        Ok(meet) => meet,
        Err(e) => {
            discard(table, &staged.adds).await;
            return Err(e);
        }
    };
    let mut shares = Vec::with_capacity(members.len());
    for (member, batch) in members.iter().zip(&batches) {
        shares.push(share(member, batch, staged.keys.as_ref())?);
    }
    let record = Record { kind: CommitKind::Push, shares };
    let mut all = staged.adds.clone();
    all.extend(meet.adds.iter().cloned());
    match commit(table, &spec.code, actions(&all, meet.removes), operation(mode), &record, None).await? {
        Outcome::Done(after, version) => {
            lake.remember(slot, &after);
            let landed = record.shares.iter().map(|s| Landed {
                version,
                rows: s.rows,
                inserted: s.inserted,
                updated: s.updated,
                removed: s.removed,
                repeated: false,
            });
            Ok(Some(landed.collect()))
        }
        Outcome::Lost => {
            discard(table, &all).await;
            Ok(None)
        }
    }
}

/// What one push adds and replaces. Keys of different pushes in one commit differ, so each key is counted once.
fn share(member: &Member, batch: &RecordBatch, keys: Option<&Keys>) -> Result<Share> {
    let submission = member.from.submission;
    let Some(keys) = keys else {
        let rows = batch.num_rows() as u64;
        return Ok(Share { submission, rows, inserted: rows, updated: 0, removed: 0 });
    };
    let column = text_column(batch, KEY)?;
    let without_key = column.null_count() as u64;
    let own: HashSet<&str> = column.iter().flatten().collect();
    let updated = own.iter().filter(|k| keys.was_found(k)).count() as u64;
    let rows = own.len() as u64 + without_key;
    Ok(Share { submission, rows, inserted: rows - updated, updated, removed: updated })
}
