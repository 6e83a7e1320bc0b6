//! 计算依据和结果: what a figure depends on today, and the figures, counted once for each basis.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use identity::org::Org;
use kernel::{Actor, Result, Scope};
use sea_orm::ConnectionTrait;
use serde_json::json;
use store::audit;
use uuid::Uuid;

use super::{STEWARD, news};
use crate::context::Scorecard;
use crate::evaluate::{Basis, Member, evaluate};
use crate::facts::{EVERY, Kind, Marks, REST, gather, gather_patiently};
use crate::model::{Exemption, Figures, Indicators, Limits, ScopeChange, Span, applied};
use crate::store::{basis as limits, facts, indicators};

/// Brings the facts up to date (跟踪), at most every five minutes, less often where looking through them takes long. Cheap when
/// nothing came.
///
/// # Errors
/// When the lake or the database fails; what was written so far stays, the rest is made up for the next time.
pub async fn follow(scorecard: &Scorecard) -> Result<()> {
    let (conn, now) = (scorecard.intake.db.conn(), scorecard.intake.clock.now());
    let due = facts::last_run(conn)
        .await?
        .is_none_or(|(at, took)| now < at || now - at >= EVERY.max(took.checked_mul(REST).unwrap_or(EVERY)));
    if due { gather(scorecard).await.map(drop) } else { Ok(()) }
}

/// Counts what the board shows first (看板预计算), so that nobody waits for it: this month and the one before. Figures of an equal
/// basis are not counted again. Returns when the facts were last looked through.
///
/// # Errors
/// What the lake or the database says.
pub async fn count_board(
    scorecard: &Scorecard,
    known: Option<DateTime<Utc>>,
) -> Result<Option<DateTime<Utc>>> {
    let looked = facts::looked_at(scorecard.intake.db.conn()).await?;
    if looked.is_none() || looked == known {
        return Ok(looked);
    }
    let month = Span::month_of(scorecard.intake.clock.today());
    for span in [month, month.before()] {
        counted(scorecard, &basis(scorecard, span).await?).await?;
    }
    Ok(looked)
}

/// Brings the facts up to date at once (立即更新). What has just come in is followed by decisions and issues first: else the facts
/// would hold the submission without what is in it until they are gathered again. Returns whether all of it could be followed.
///
/// # Errors
/// Forbidden without the role; `facts-busy` while another process does so; else as [`follow`].
pub async fn refresh(scorecard: &Scorecard, actor: &Actor) -> Result<bool> {
    actor.require(STEWARD)?;
    let followed = rectify::actions::follow(&news::rectify(scorecard)).await;
    if let Err(e) = &followed {
        // One table in trouble does not keep the others from the board.
        tracing::error!(error = ?e, "what came in could not be followed before the facts");
    }
    let marks = gather_patiently(scorecard).await?;
    let intake = &scorecard.intake;
    intake
        .db
        .tx(async |tx| {
            let detail = json!({ "marks": marks });
            audit::record(tx, intake.clock.now(), actor, "facts.refresh", "facts", &detail).await?;
            Ok(())
        })
        .await?;
    Ok(followed.is_ok())
}

/// What figures of a stretch of days depend on, as everything stands now.
///
/// # Errors
/// When the database or the lake cannot be read.
pub async fn basis(scorecard: &Scorecard, span: Span) -> Result<Basis> {
    let conn = scorecard.intake.db.conn();
    let orgs = identity::org::list(conn, &Scope::City).await?;
    let marks = facts::marks(conn).await?;
    let revisions = indicators::revisions(conn).await?;
    Ok(Basis {
        span,
        as_of: scorecard.intake.clock.today(),
        versions: versions(scorecard, &marks).await?,
        marks,
        indicators: Indicators::builtin()?
            .0
            .iter()
            .filter_map(|i| applied(i, &revisions, span.from))
            .collect(),
        limits: limits_of(conn, &orgs, span).await?,
        members: members(&orgs, span),
    })
}

async fn versions(scorecard: &Scorecard, marks: &Marks) -> Result<BTreeMap<String, u64>> {
    let mut all = BTreeMap::new();
    for kind in Kind::ALL.into_iter().filter(|k| marks.0.contains_key(k)) {
        all.insert(kind.table().to_owned(), scorecard.intake.lake.version(kind.table()).await?);
    }
    Ok(all)
}

/// Itself and all below it.
pub(super) fn below(orgs: &[Org], id: Uuid) -> Vec<Uuid> {
    let Some(top) = orgs.iter().find(|o| o.id == id) else { return vec![id] };
    orgs.iter().filter(|o| o.path.starts_with(&top.path)).map(|o| o.id).collect()
}

/// Who is judged: the organisations directly below the city, each with all below it, that exist in the period.
fn members(orgs: &[Org], span: Span) -> Vec<Member> {
    let city = |o: &&Org| o.kind == "city";
    let inside =
        |o: &Org| orgs.iter().filter(city).map(|c| c.path.clone()).any(|path| o.path.starts_with(&path));
    let is_top = |o: &&Org| {
        let above = o.parent_id.and_then(|p| orgs.iter().find(|a| a.id == p));
        above.is_none_or(|a| a.kind == "city") && (inside(o) || above.is_none())
    };
    orgs.iter()
        .filter(|o| {
            o.kind != "city" && o.valid_from <= span.to && o.valid_to.is_none_or(|to| to >= span.from)
        })
        .filter(is_top)
        .map(|o| Member { id: o.id, zh: o.name_zh.clone(), en: o.name_en.clone(), orgs: below(orgs, o.id) })
        .collect()
}

async fn limits_of(conn: &impl ConnectionTrait, orgs: &[Org], span: Span) -> Result<Limits> {
    let exemptions = limits::approved(conn, span.to).await?;
    let changes = limits::changes(conn, false).await?;
    Ok(Limits {
        exemptions: exemptions
            .into_iter()
            .map(|e| Exemption {
                id: e.id,
                orgs: below(orgs, e.org_id),
                resource: e.resource,
                record: e.record_id,
                from: e.from_day,
                to: e.to_day,
            })
            .collect(),
        changes: changes
            .into_iter()
            .map(|c| ScopeChange {
                id: c.id,
                orgs: c.org_id.map(|o| below(orgs, o)),
                resource: c.resource,
                counts: c.counts,
                from: c.from_day,
            })
            .collect(),
    })
}

/// The figures of a basis; counted once, then kept for a week.
///
/// # Errors
/// What the lake or the database says.
pub async fn counted(scorecard: &Scorecard, basis: &Basis) -> Result<Figures> {
    let (conn, digest) = (scorecard.intake.db.conn(), basis.digest()?);
    if let Some(figures) = facts::cached(conn, &digest).await? {
        return Ok(figures);
    }
    let figures = evaluate(scorecard, basis).await?;
    facts::cache(conn, &digest, &figures, scorecard.intake.clock.now()).await?;
    Ok(figures)
}
