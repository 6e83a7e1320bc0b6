//! 办结后退回: a target that had acknowledged the result of a case may turn it down after all, such as by a later receipt. The case
//! stays closed; its history and the bureau are told, which sends it again from the page of the delivery.

use std::collections::HashSet;

use chrono::TimeDelta;
use kernel::Result;
use rectify::actions::notices::{settle_others, unsettled};
use rectify::actions::same_decision;
use rectify::model::NoticeKind;
use sharing::actions::refused_since;
use uuid::Uuid;

use super::{publicity, tell};
use crate::context::Portal;
use crate::store::case::entity::file::Model;
use crate::store::case::{cases, parts};

/// How long after a target turned something down, or its case was closed, it is looked at, in days: longer than the platform is ever
/// kept from doing so.
const DAYS: i64 = 3;
/// The kind of its line in the history, whose note is the target and the delivery it turned down.
pub(crate) const REFUSED_LATE: &str = "refused-late";

/// Tells of each refusal once, however long after the end of the case it comes; the notice is settled when the target has taken it.
///
/// # Errors
/// When the database or the lake fails; done again, it does the rest.
pub(super) async fn tell_refused(portal: &Portal) -> Result<()> {
    let (conn, now) = (portal.intake.db.conn(), portal.intake.clock.now());
    let since = now - TimeDelta::days(DAYS);
    let lately = refused_since(conn, since).await?;
    let mut records: Vec<Uuid> = lately.into_iter().map(|r| r.0).collect();
    // What is sent of a later record of a decision may be the result of a case on the first.
    records.extend(same_decision(conn, &records).await?.into_iter().map(|s| s.original.0));
    let told: Vec<Uuid> = unsettled(&tell::of(portal), NoticeKind::CaseRefused)
        .await?
        .iter()
        .filter_map(|about| tell::refused_case(about))
        .collect();
    let mut still = HashSet::new();
    for case in cases::closed(conn, since, (&told, &records)).await? {
        if tell_of(portal, &case).await? {
            still.insert(tell::refused(&case));
        }
    }
    settle_others(&tell::of(portal), NoticeKind::CaseRefused, &still).await
}

/// Whether a target that acknowledged the case turns down what it was sent last.
async fn tell_of(portal: &Portal, case: &Model) -> Result<bool> {
    let (conn, now) = (portal.intake.db.conn(), portal.intake.clock.now());
    let refused = publicity::refused_by(portal, case).await?;
    let acks = parts::acks(conn, &[case.id]).await?.remove(&case.id).unwrap_or_default();
    let notes: Vec<String> =
        acks.iter().filter_map(|a| Some(format!("{}/{}", a.target, refused.get(&a.target)?))).collect();
    let history = parts::history(conn, case.id).await?;
    let known = |note: &&String| !history.iter().any(|e| e.kind == REFUSED_LATE && e.note == **note);
    let new: Vec<&String> = notes.iter().filter(known).collect();
    if !new.is_empty() {
        let post = tell::address(portal, case, NoticeKind::CaseRefused, None).await?;
        portal
            .intake
            .db
            .tx(async |tx| {
                for note in &new {
                    parts::note(tx, case.id, REFUSED_LATE, ("", note), now).await?;
                }
                post.send(tx).await
            })
            .await?;
    }
    Ok(!notes.is_empty())
}
