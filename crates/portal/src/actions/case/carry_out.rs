//! 落实与办结: the mark while a case runs, the result to the public site and to every target, and the end once all of them have
//! acknowledged. Everything here may be done again without harm; [`follow_cases`] repeats it until it is done.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use kernel::{Actor, RecordId, Result};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use store::{audit, events};
use uuid::Uuid;

use super::desk::{Move, TaskMove, take};
use super::publicity::{self, PUBLIC_SITE, Target};
use super::{correct, date_cases, event, refused_late, same_decision, subject, tell};
use crate::context::Portal;
use crate::model::case::{Outcome, State, Step};
use crate::store::case::entity::ack;
use crate::store::case::entity::file::{ActiveModel, Model};
use crate::store::case::{cases, parts};
use crate::store::instant;

/// Cases looked at together.
const BATCH: u64 = 200;

/// Brings last days, notices, marks, results, acknowledgements and what was turned down after them up to date.
///
/// # Errors
/// The first failure; what was done so far stays, and every other case has been tried.
pub async fn follow_cases(portal: &Portal) -> Result<()> {
    let mut first = date_cases::date_cases(portal).await.and(tell::tell_due(portal).await);
    first = first.and(refused_late::tell_refused(portal).await);
    for case in cases::unmarked(portal.intake.db.conn(), BATCH).await? {
        first = first.and(mark(portal, &case).await);
    }
    let mut after = None;
    loop {
        let decided = [State::Passed, State::Failed];
        let batch = cases::in_states(portal.intake.db.conn(), &decided, after, BATCH).await?;
        let Some(last) = batch.last() else { return first };
        after = Some(last.id);
        for case in &batch {
            first = first.and(carry_out(portal, case.id).await);
        }
    }
}

/// Marks the record of a new case, or takes the mark off that of one that was withdrawn, unless another case holds it.
pub(super) async fn mark(portal: &Portal, case: &Model) -> Result<()> {
    publicity::keep_mark(portal, RecordId(case.record_id)).await?;
    cases::set_marked(portal.intake.db.conn(), case.id, instant(portal.intake.clock.now())).await
}

/// Carries out what was decided, asks every target, notes who acknowledged, and closes the case when all have.
pub(super) async fn carry_out(portal: &Portal, id: Uuid) -> Result<()> {
    let conn = portal.intake.db.conn();
    let mut case = cases::load(conn, id).await?;
    if case.carried_out_at.is_none() {
        settle(portal, &case).await?;
        case = cases::load(conn, id).await?;
    }
    // The mark stays until the corrected row shows: what was objected to is never shown without it.
    let fresh = publicity::is_fresh(portal, &case).await?;
    if fresh {
        publicity::keep_mark(portal, RecordId(case.record_id)).await?;
    }
    let mut acks = parts::acks(conn, &[id]).await?.remove(&id).unwrap_or_default();
    let outcome: Option<Outcome> = case.outcome.as_deref().map(str::parse).transpose()?;
    let stops_sharing = outcome.is_some_and(Outcome::stops_sharing);
    let mut missing = 0;
    let mut last: Option<DateTime<Utc>> = None;
    let mut went = publicity::went_to(portal, &case).await?;
    let on_site = acks.iter().any(|a| a.target == PUBLIC_SITE && a.acknowledged_at.is_none());
    let stands = on_site || stops_sharing && went.iter().any(|t| !t.withdrawn);
    if let Some(outcome) = outcome.filter(|o| o.withdraws() && stands) {
        // A row that was on its way when the case was decided went out afterwards: it is taken back as well.
        publicity::carry_out(portal, &case, outcome).await?;
        went = publicity::went_to(portal, &case).await?;
    }
    // A later record that went down with the case was put back since: a target that had nothing else is asked no more.
    let owed = |a: &ack::Model| a.target == PUBLIC_SITE || went.iter().any(|t| t.name == a.target);
    for ack in acks.iter().filter(|a| a.acknowledged_at.is_none() && !owed(a)) {
        parts::ask_no_more(conn, id, &ack.target).await?;
    }
    acks.retain(|a| a.acknowledged_at.is_some() || owed(a));
    // A target that got the record since the decision, such as by its correction, has to acknowledge as well, and so has one of
    // a later record that came since and went down with the case.
    let known: HashSet<&str> = acks.iter().map(|a| a.target.as_str()).collect();
    let owes = |t: &Target| if stops_sharing { t.owes_withdrawal() } else { !t.withdrawn };
    let late: Vec<ack::Model> = went
        .iter()
        .filter(|t| fresh && t.is_asked(outcome) && owes(t) && !known.contains(t.name.as_str()))
        .map(|t| asked_of(&case, t, instant(portal.intake.clock.now())))
        .collect();
    if !late.is_empty() {
        parts::ask(conn, late.clone()).await?;
        acks.extend(late);
    }
    for ack in &acks {
        if let Some(at) = ack.acknowledged_at {
            last = last.max(Some(at));
            continue;
        }
        let now = portal.intake.clock.now();
        let at = if ack.target == PUBLIC_SITE {
            publicity::is_shown(portal, &case).await?.then_some(now)
        } else {
            let target = went.iter().find(|t| t.name == ack.target).filter(|_| fresh);
            target.and_then(|t| t.taken(outcome, ack.asked_at)).map(|at| at.max(ack.asked_at))
        };
        match at {
            Some(at) => {
                parts::acknowledge(conn, id, &ack.target, at).await?;
                last = last.max(Some(at));
            }
            None => missing += 1,
        }
    }
    if !acks.is_empty() && case.course(missing)?.may(Step::Finish) {
        finish(portal, &case, last).await
    } else {
        Ok(())
    }
}

async fn settle(portal: &Portal, case: &Model) -> Result<()> {
    correct::land(portal, case).await?;
    let outcome: Option<Outcome> = case.outcome.as_deref().map(str::parse).transpose()?;
    if let Some(outcome) = outcome {
        publicity::carry_out(portal, case, outcome).await?;
    }
    let asked_at = case.decided_at.unwrap_or_else(|| instant(portal.intake.clock.now()));
    let mut asked = vec![ack::Model {
        case_id: case.id,
        target: PUBLIC_SITE.to_owned(),
        title_zh: "公示网站".to_owned(),
        title_en: "Public site".to_owned(),
        asked_at,
        acknowledged_at: None,
    }];
    // Whatever was decided, a target that holds the record learns of it: by its withdrawal, its new row or its mark.
    let went = publicity::went_to(portal, case).await?;
    asked.extend(went.iter().filter(|t| t.is_asked(outcome)).map(|t| asked_of(case, t, asked_at)));
    let targets = asked.len().to_string();
    let mut step = Move { task: TaskMove::Close, ..Move::new(Step::CarryOut, "", &targets) };
    step.change.carried_out_at = Set(Some(instant(portal.intake.clock.now())));
    take(portal, &Actor::system(), case, step, async |tx| parts::ask(tx, asked).await).await
}

/// What a target is asked for.
fn asked_of(case: &Model, target: &Target, asked_at: DateTime<Utc>) -> ack::Model {
    ack::Model {
        case_id: case.id,
        target: target.name.clone(),
        title_zh: target.title.zh.clone(),
        title_en: target.title.en.clone(),
        asked_at,
        acknowledged_at: None,
    }
}

async fn finish(portal: &Portal, case: &Model, last: Option<DateTime<Utc>>) -> Result<()> {
    let now = portal.intake.clock.now();
    case.course(0)?.take(Step::Finish)?;
    let change = ActiveModel {
        state: Set(State::Done.name().to_owned()),
        acknowledged_at: Set(last.map(instant)),
        closed_at: Set(Some(instant(now))),
        ..Default::default()
    };
    portal
        .intake
        .db
        .tx(async |tx| {
            cases::update(tx, case, change).await?;
            same_decision::came_to_nothing(tx, RecordId(case.record_id), now).await?;
            parts::note(tx, case.id, Step::Finish.name(), ("", ""), now).await?;
            events::append(tx, &event(case, "case-closed", now)).await?;
            let detail = json!({ "number": case.number });
            audit::record(tx, now, &Actor::system(), "case.finish", &subject(case), &detail).await?;
            Ok(())
        })
        .await
}
