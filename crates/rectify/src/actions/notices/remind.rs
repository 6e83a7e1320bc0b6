//! 提醒轮次: what has come to be told is told. Cheap when nothing has: one look at when the last round was.

use chrono::TimeDelta;
use kernel::{Result, beijing_date};

use super::tell::Teller;
use super::{deadlines, digest, escalate, returned, said};
use crate::context::Rectify;
use crate::model::beijing_hour;
use crate::store::notices::{due, rules};

/// Between two rounds.
const EVERY: TimeDelta = TimeDelta::minutes(5);
const ROUND: &str = "reminders";
const DIGEST: &str = "digest";

/// Tells people what comes due, is overdue, was sent back, disputed or answered; tells leaders what stays undone; makes the daily digest.
/// Doing it twice tells nobody twice: the database keeps who was told what on which day. What is done is settled at once, whenever it is asked.
///
/// Beyond the published calendar of working days no deadline can be told; the digest and what others said are told all the
/// same, and the page of the rules says why.
///
/// # Errors
/// When the database fails; what was told so far stays, the rest is made up for in the next round.
pub async fn remind(rectify: &Rectify) -> Result<()> {
    let (db, now) = (&rectify.intake.db, rectify.intake.clock.now());
    let conn = db.conn();
    due::settle(conn, now).await?;
    if !rules::round_has_come(conn, ROUND, EVERY, now).await? {
        return Ok(());
    }
    let began = std::time::Instant::now();
    let teller = Teller::read(conn, now).await?;
    said::tell_said(rectify, &teller).await?;
    returned::tell_returned(rectify, &teller).await?;
    match deadlines::tell_deadlines(rectify, &teller).await? {
        Ok(()) => {
            tracing::debug!(ms = millis(began), "deadlines were told");
            escalate::escalate(rectify, &teller).await?;
        }
        Err(outside) => tracing::warn!(%outside, "deadlines cannot be told"),
    }
    let last = rules::last_round(conn, DIGEST).await?;
    let made_today = last.is_some_and(|at| beijing_date(at) == beijing_date(now));
    if !made_today && beijing_hour(now) >= teller.rules.digest_hour {
        let began = std::time::Instant::now();
        // Where none was made, the next one tells of today too.
        if digest::tell_digest(rectify, &teller, last).await? {
            rules::set_round(conn, DIGEST, now).await?;
            tracing::debug!(ms = millis(began), "the digest was made");
        }
    }
    tracing::debug!(ms = millis(began), "reminders were made");
    Ok(())
}

fn millis(since: std::time::Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
