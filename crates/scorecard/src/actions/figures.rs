//! 计算依据和结果: what a figure depends on today, and the figures, counted once for each basis.

use std::collections::BTreeMap;

use identity::org::Org;
use kernel::{Actor, Result, Scope};
use sea_orm::ConnectionTrait;
use serde_json::json;
use store::audit;
use uuid::Uuid;

use super::{STEWARD, news};
use crate::context::Scorecard;
use crate::evaluate::{Basis, Member, evaluate};
use crate::facts::{EVERY, Kind, Marks, REST, State, gather, gather_patiently};
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

/// Counts what the board shows first (看板预计算), this month and the one before, and then lets the board show it: whoever looks
/// at it meanwhile sees the state before, and nobody waits. Figures of an equal basis are not counted again. What cannot be counted
/// is not hidden behind the state before: pages count by themselves then, and say why they cannot.
///
/// # Errors
/// What the lake or the database says.
pub async fn count_board(scorecard: &Scorecard) -> Result<()> {
    let (conn, today) = (scorecard.intake.db.conn(), scorecard.intake.clock.today());
    let Some(looked) = facts::looked_at(conn).await? else { return Ok(()) };
    match facts::shown(conn).await? {
        // No facts came; indicators or their limits may have changed.
        Some(state) if state.looked_at == Some(looked) && state.as_of == today => {
            count_ahead(scorecard, &state).await
        }
        _ => show(scorecard, &newest(scorecard).await?).await,
    }
}

/// Counts a state ahead and lets the board show it.
async fn show(scorecard: &Scorecard, state: &State) -> Result<()> {
    count_ahead(scorecard, state).await?;
    facts::show(scorecard.intake.db.conn(), Some(state)).await
}

/// Counts this month and the one before. Where that fails, nothing is shown that was counted before.
async fn count_ahead(scorecard: &Scorecard, state: &State) -> Result<()> {
    let month = Span::month_of(scorecard.intake.clock.today());
    for span in [month, month.before()] {
        let done = counted(scorecard, &basis_of(scorecard, span, state).await?).await;
        if let Err(e) = done {
            facts::show(scorecard.intake.db.conn(), None).await?;
            return Err(e);
        }
    }
    Ok(())
}

/// Brings the facts up to date at once (立即更新). What has just come in is followed by decisions and issues first: else the facts
/// would hold the submission without what is in it until they are gathered again. Returns whether all of it could be followed.
///
/// # Errors
/// Forbidden without the role; `facts-busy` while another process does so; else as [`follow`] and [`count_board`].
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
    show(scorecard, &newest(scorecard).await?).await?;
    Ok(followed.is_ok())
}

/// The facts as the board shows them: as they stand where nobody has counted ahead.
///
/// # Errors
/// When the database or the lake cannot be read.
pub(crate) async fn shown(scorecard: &Scorecard) -> Result<State> {
    match facts::shown(scorecard.intake.db.conn()).await? {
        Some(state) => Ok(state),
        None => newest(scorecard).await,
    }
}

/// The facts as they stand at this moment.
async fn newest(scorecard: &Scorecard) -> Result<State> {
    let conn = scorecard.intake.db.conn();
    let (looked_at, marks) = (facts::looked_at(conn).await?, facts::marks(conn).await?);
    Ok(State {
        versions: versions(scorecard, &marks).await?,
        marks,
        as_of: scorecard.intake.clock.today(),
        looked_at,
    })
}

/// What figures of a stretch of days depend on, with the facts that the board shows.
///
/// # Errors
/// When the database or the lake cannot be read.
pub async fn basis(scorecard: &Scorecard, span: Span) -> Result<Basis> {
    basis_of(scorecard, span, &shown(scorecard).await?).await
}

/// The same with the facts as they stand at this moment, whether or not the board shows them yet.
pub(super) async fn newest_basis(scorecard: &Scorecard, span: Span) -> Result<Basis> {
    basis_of(scorecard, span, &newest(scorecard).await?).await
}

async fn basis_of(scorecard: &Scorecard, span: Span, state: &State) -> Result<Basis> {
    let conn = scorecard.intake.db.conn();
    let orgs = identity::org::list(conn, &Scope::City).await?;
    let revisions = indicators::revisions(conn).await?;
    Ok(Basis {
        span,
        as_of: state.as_of,
        versions: state.versions.clone(),
        marks: state.marks.clone(),
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
