//! 修订指标: a new version of an indicator from a day on, tried before it is kept; taken back while it does not apply yet.

use chrono::NaiveDate;
use kernel::{Actor, Error, Result};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use store::audit;
use uuid::Uuid;

use super::{STEWARD, basis, counted, said};
use crate::context::Scorecard;
use crate::evaluate::{Basis, evaluate};
use crate::model::{Figures, Indicator, Indicators, PeriodState, Span, Standing, Terms, applied, standings};
use crate::store::entity::indicator_version::{ActiveModel, Model};
use crate::store::{indicators, instant, periods};

/// What a version would have made of the month before this one.
pub struct Tried {
    /// On what it was counted.
    pub basis: Basis,
    /// The indicator as it applied then, and as it would have.
    pub indicators: (Indicator, Indicator),
    /// Figures as they are, and as they would have been.
    pub figures: (Figures, Figures),
    /// Scores and ranks as they are, and as they would have been.
    pub standings: (Vec<Standing>, Vec<Standing>),
}

/// A refusal with the field it concerns; empty where it concerns all.
pub type Refused = (&'static str, Error);

/// The indicator of a code.
///
/// # Errors
/// Not found.
pub fn indicator(code: &str) -> Result<Indicator> {
    Indicators::builtin()?.find(code).cloned().ok_or_else(|| Error::not_found("这项指标", "indicator"))
}

/// Counts the month before with other terms (试算). Nothing is kept.
///
/// # Errors
/// Forbidden without the role; what [`Terms::check`] refuses; `formula-refused` with what the engine says.
pub async fn try_terms(
    scorecard: &Scorecard,
    actor: &Actor,
    code: &str,
    terms: &Terms,
) -> std::result::Result<Tried, Refused> {
    let all = |e: Error| ("", e);
    actor.require(STEWARD).map_err(all)?;
    terms.check(&indicator(code).map_err(all)?)?;
    let span = Span::month_of(scorecard.intake.clock.today()).before();
    let now = basis(scorecard, span).await.map_err(all)?;
    let figures = counted(scorecard, &now).await.map_err(all)?;
    let old = now.indicator(code).cloned().ok_or_else(|| ("", Error::not_found("这项指标", "indicator")))?;
    let new = terms.applied(&old, (u32::MAX, span.from));
    // Only what changes is counted anew.
    let alone = Basis { indicators: vec![new.clone()], ..now.clone() };
    let told = evaluate(scorecard, &alone).await.map_err(|e| ("", refused(&e)))?;
    let mut then = figures.clone();
    for (member, own) in &mut then.0 {
        own.insert(code.to_owned(), told.of(*member, code));
    }
    let changed: Vec<Indicator> =
        now.indicators.iter().map(|i| if i.code == code { new.clone() } else { i.clone() }).collect();
    let ranks = (standings(&now.indicators, &figures), standings(&changed, &then));
    Ok(Tried { basis: now, indicators: (old, new), figures: (figures, then), standings: ranks })
}

fn refused(e: &Error) -> Error {
    Error::bad_input(
        "formula-refused",
        format!("公式无法计算：{}", e.text().zh),
        format!("The formula cannot be counted: {}", e.text().en),
    )
}

/// A version to be kept.
#[derive(Debug, Clone)]
pub struct NewVersion {
    /// Newest version that was seen.
    pub seen: u32,
    /// First day of the periods to which it applies.
    pub from: NaiveDate,
    /// What it says.
    pub terms: Terms,
    /// Why, with the decision it rests on.
    pub reason: String,
}

/// Number of the newest version there ever was.
///
/// # Errors
/// Not found; when the database cannot be read.
pub async fn newest(scorecard: &Scorecard, code: &str) -> Result<u32> {
    let shipped = indicator(code)?.versions.iter().map(|f| f.version).max().unwrap_or(0);
    let own = indicators::all(scorecard.intake.db.conn(), Some(code)).await?;
    let own = own.first().and_then(|r| u32::try_from(r.version).ok()).unwrap_or(0);
    Ok(shipped.max(own))
}

/// The points of all indicators together in periods that begin on a day: a hundred, where they fit together.
///
/// # Errors
/// When the database cannot be read.
pub async fn points_from(scorecard: &Scorecard, from: NaiveDate) -> Result<u32> {
    let revisions = indicators::revisions(scorecard.intake.db.conn()).await?;
    let all = Indicators::builtin()?;
    Ok(all.0.iter().filter_map(|i| applied(i, &revisions, from)).map(|i| i.weight).sum())
}

/// Keeps a new version (保存新版本). It applies to periods that begin on its first day or later; what is published keeps its own.
///
/// # Errors
/// As [`try_terms`]; `indicator-from` for a day on or before the end of what is published, or before the version that applies
/// last; `indicator-same` where nothing changes; `score-reason`; `indicator-moved` where the version seen is not the newest.
pub async fn revise_indicator(
    scorecard: &Scorecard,
    actor: &Actor,
    code: &str,
    new: &NewVersion,
) -> std::result::Result<u32, Refused> {
    let all = |e: Error| ("", e);
    actor.require(STEWARD).map_err(all)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    let conn = intake.db.conn();
    let reason = said(&new.reason).map_err(|e| ("reason", e))?;
    super::sensible(new.from).map_err(|e| ("from", e))?;
    let published = periods::list(conn).await.map_err(all)?.into_iter();
    let published = published.filter(|p| p.state == PeriodState::Published.name()).map(|p| p.to_day).max();
    let revisions = indicators::revisions(conn).await.map_err(all)?;
    let last = revisions.iter().filter(|r| r.indicator == code).map(|r| r.from).max();
    let first = published.and_then(|day| day.succ_opt()).max(last);
    if let Some(first) = first.filter(|first| new.from < *first) {
        let e = Error::bad_input(
            "indicator-from",
            format!("适用日期不能早于 {first}：之前的周期已经公布，或者已有更晚适用的版本。"),
            format!(
                "The first day cannot lie before {first}: earlier periods are published, or another version applies later."
            ),
        );
        return Err(("from", e));
    }
    let there = crate::model::applied(&indicator(code).map_err(all)?, &revisions, new.from);
    if there.as_ref().and_then(Terms::of).as_ref() == Some(&new.terms) {
        let e = Error::bad_input("indicator-same", "没有任何改动。", "Nothing was changed.");
        return Err(("", e));
    }
    // The number is ours to give: one that a form brings could leave numbers out.
    let newest = newest(scorecard, code).await.map_err(all)?;
    if new.seen != newest {
        return Err(("", indicators::moved()));
    }
    try_terms(scorecard, actor, code, &new.terms).await?;
    let version = newest + 1;
    let row = Model {
        id: Uuid::now_v7(),
        indicator: code.to_owned(),
        version: i32::try_from(version).map_err(|e| ("", Error::internal(e)))?,
        from_day: new.from,
        terms: serde_json::to_string(&new.terms).map_err(|e| ("", Error::internal(e)))?,
        reason,
        by_name: actor.name.clone(),
        at: instant(now),
        revoked_by: None,
        revoked_at: None,
    };
    intake
        .db
        .tx(async |tx| {
            indicators::add(tx, row.clone()).await?;
            let detail =
                json!({ "version": version, "from": new.from, "terms": new.terms, "reason": row.reason });
            audit::record(tx, now, actor, "indicator.revise", &format!("indicator:{code}"), &detail).await?;
            Ok(())
        })
        .await
        .map_err(all)?;
    Ok(version)
}

/// Takes a version back before its first day (撤销未适用的版本); the code of its indicator.
///
/// # Errors
/// Forbidden without the role; not found; `indicator-applies` from its first day on.
pub async fn revoke_version(scorecard: &Scorecard, actor: &Actor, id: Uuid) -> Result<String> {
    actor.require(STEWARD)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    let row = indicators::get(intake.db.conn(), id).await?;
    let today = intake.clock.today();
    intake
        .db
        .tx(async |tx| {
            let change = ActiveModel {
                revoked_by: Set(Some(actor.name.clone())),
                revoked_at: Set(Some(instant(now))),
                ..Default::default()
            };
            indicators::revoke(tx, (id, today), change).await?;
            let (detail, subject) =
                (json!({ "version": row.version }), format!("indicator:{}", row.indicator));
            audit::record(tx, now, actor, "indicator.revoke", &subject, &detail).await?;
            Ok(())
        })
        .await?;
    Ok(row.indicator)
}
