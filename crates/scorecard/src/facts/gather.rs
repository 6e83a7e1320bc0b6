//! 汇集: facts that are new, changed or gone since the last time are written as one batch of each kind.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use kernel::{Error, Result, SubmissionId};
use lake::table::{Provenance, Rows};
use sha2::{Digest as _, Sha256};
use standards::pack::LandingMode;
use uuid::Uuid;

use super::{BATCH, Fact, GONE, Kind, Marks, read};
use crate::context::Scorecard;
use crate::store::facts as known;

/// Facts are looked through again after this time at the earliest, unless somebody asks for it.
pub(crate) const EVERY: TimeDelta = TimeDelta::minutes(5);
/// And no sooner than so many times as long as the last look took: of millions of facts it takes minutes.
pub(crate) const REST: i32 = 10;
/// How long somebody waits for another process that looks through the facts, and between two looks.
const PATIENCE: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(250);
/// Facts read at a time.
const PAGE: u64 = 1_000;
/// Lines written with one commit.
const COMMIT: usize = 20_000;

/// Looks through all facts and writes what changed; returns the state reached.
///
/// # Errors
/// `facts-busy` while another process does so; when the lake or the database fails: what was written so far stays, the rest is
/// made up for the next time.
pub(crate) async fn gather(scorecard: &Scorecard) -> Result<Marks> {
    let (conn, now) = (scorecard.intake.db.conn(), scorecard.intake.clock.now());
    if !known::begin(conn, now).await? {
        return Err(Error::conflict(
            "facts-busy",
            "考核数据正在更新，请稍后再试。",
            "The facts are being brought up to date at this moment. Try again shortly.",
        ));
    }
    let started = Instant::now();
    let done = gather_all(scorecard).await;
    known::end(conn, now, done.is_ok().then(|| started.elapsed())).await?;
    done
}

/// [`gather`] for somebody who waits: another process that is at it is soon done.
///
/// # Errors
/// As [`gather`]; `facts-busy` where the other one takes longer.
pub(crate) async fn gather_patiently(scorecard: &Scorecard) -> Result<Marks> {
    let begun = Instant::now();
    loop {
        match gather(scorecard).await {
            Err(e) if e.code() == "facts-busy" && begun.elapsed() < PATIENCE => {
                tokio::time::sleep(PAUSE).await
            }
            done => return done,
        }
    }
}

async fn gather_all(scorecard: &Scorecard) -> Result<Marks> {
    for kind in Kind::ALL {
        gather_kind(scorecard, kind).await?;
    }
    known::marks(scorecard.intake.db.conn()).await
}

/// A line on its way: the fact, and its digest, none when it is gone.
struct Line {
    id: Uuid,
    digest: Option<i64>,
    row: serde_json::Map<String, serde_json::Value>,
}

async fn gather_kind(scorecard: &Scorecard, kind: Kind) -> Result<()> {
    let conn = scorecard.intake.db.conn();
    let last = known::mark(conn, kind).await?.unwrap_or(0);
    // Numbers rise even where the clock stands still; after a crash the clock is past the numbers that were not written down.
    let batch = scorecard.intake.clock.now().timestamp_millis().max(last + 1);
    let (mut after, mut lines, mut any) = (None, Vec::new(), false);
    loop {
        let page = read::page(scorecard, kind, after, PAGE).await?;
        let ended = u64::try_from(page.len()).unwrap_or(0) < PAGE;
        let until = if ended { None } else { page.last().map(|f| f.id) };
        let mut before: HashMap<Uuid, i64> = known::between(conn, kind, after, until).await?;
        after = until;
        for Fact { id, row } in page {
            let digest = digest(&row)?;
            if before.remove(&id) != Some(digest) {
                lines.push(Line { id, digest: Some(digest), row });
            }
        }
        for id in before.into_keys() {
            let row = serde_json::Map::from_iter([("ID".to_owned(), id.to_string().into())]);
            lines.push(Line { id, digest: None, row });
        }
        if lines.len() >= COMMIT || (ended && !lines.is_empty()) {
            write(scorecard, kind, batch, std::mem::take(&mut lines)).await?;
            any = true;
        }
        if ended {
            break;
        }
    }
    if any { known::set_mark(conn, kind, batch).await } else { Ok(()) }
}

/// Some of the digest of a fact, enough to see that it changed.
fn digest(row: &serde_json::Map<String, serde_json::Value>) -> Result<i64> {
    let hash = Sha256::digest(serde_json::to_vec(row).map_err(Error::internal)?);
    let mut some = [0_u8; 8];
    some.copy_from_slice(&hash[..8]);
    Ok(i64::from_be_bytes(some))
}

/// First the lake, then what is known: killed in between, the lines are written once more, with a later number.
async fn write(scorecard: &Scorecard, kind: Kind, batch: i64, lines: Vec<Line>) -> Result<()> {
    let spec = kind.spec();
    let now = scorecard.intake.clock.now();
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            let mut row = line.row.clone();
            row.insert(BATCH.to_owned(), batch.into());
            row.insert(GONE.to_owned(), i64::from(line.digest.is_none()).into());
            row
        })
        .collect();
    let from = Provenance { submission: SubmissionId::new(), source: "facts".to_owned(), received_at: now };
    let rows = Rows::from_json(&spec, &rows)?;
    scorecard.intake.lake.land_rows(&spec, LandingMode::Append, &from, rows).await?;
    let digests: Vec<(Uuid, Option<i64>)> = lines.into_iter().map(|l| (l.id, l.digest)).collect();
    scorecard.intake.db.tx(async |tx| known::remember(tx, kind, &digests).await).await
}
