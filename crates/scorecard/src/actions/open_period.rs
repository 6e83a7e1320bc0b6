//! 征求意见: the bureau counts a period and shows the draft to the departments.

use kernel::{Actor, Error, Result};
use rectify::actions::notices::address_scores;
use sea_orm::ActiveValue::Set;
use sea_orm::ConnectionTrait;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use standards::calendar;
use store::audit;
use uuid::Uuid;

use super::figures::newest_basis;
use super::{STEWARD, counted, news, regulation};
use crate::context::Scorecard;
use crate::evaluate::Basis;
use crate::facts::gather_patiently;
use crate::model::{Figures, PeriodState, Span, Standing, standings};
use crate::store::entity::period::{ActiveModel, Model};
use crate::store::{instant, periods};

/// What a count writes down: basis, figures, their digest. What has just come in is followed first, so that decisions and submissions
/// are of the same moment.
async fn count(scorecard: &Scorecard, span: Span) -> Result<(Basis, String, String)> {
    rectify::actions::follow(&news::rectify(scorecard)).await?;
    gather_patiently(scorecard).await?;
    let basis: Basis = newest_basis(scorecard, span).await?;
    let figures: Figures = counted(scorecard, &basis).await?;
    let figures = serde_json::to_string(&figures).map_err(Error::internal)?;
    let digest = digest_of(&figures);
    Ok((basis, figures, digest))
}

/// The digest by which equal figures are known.
pub(super) fn digest_of(figures: &str) -> String {
    hex::encode(Sha256::digest(figures.as_bytes()))
}

/// A period to open.
#[derive(Debug, Clone, Copy)]
pub struct NewPeriod<'a> {
    /// How people call it; its days where nothing is said.
    pub name: &'a str,
    /// Its days.
    pub span: Span,
    /// Whether it is meant although other periods judge some of the same days.
    pub anyway: bool,
}

/// Counts a period and shows it to the departments, which are told, and may object for as many working days as the regulation says.
///
/// # Errors
/// Forbidden without the role; `period-ahead` before its last day is over; `period-there` where it was opened before; `period-overlaps`
/// naming the periods that judge some of the same days, unless that is meant; `calendar-unpublished` where the window runs beyond
/// the published calendar.
pub async fn open_period(scorecard: &Scorecard, actor: &Actor, new: NewPeriod<'_>) -> Result<Uuid> {
    actor.require(STEWARD)?;
    let NewPeriod { name, span, anyway } = new;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    let (conn, today) = (intake.db.conn(), intake.clock.today());
    if span.to >= today {
        return Err(Error::bad_input(
            "period-ahead",
            format!("周期最后一天是 {}，尚未结束。请在次日以后再计算。", span.to),
            format!("The period ends on {}, which is not over. Count it from the next day on.", span.to),
        ));
    }
    apart(conn, span, anyway).await?;
    let window = regulation(conn).await?.1.window;
    let object_until = calendar::add_workdays(today, window).map_err(super::unpublished)?;
    let (basis, figures, digest) = count(scorecard, span).await?;
    let name = match name.trim() {
        "" => format!("{} – {}", span.from, span.to),
        name => name.chars().take(60).collect(),
    };
    let row = Model {
        id: Uuid::now_v7(),
        name,
        from_day: span.from,
        to_day: span.to,
        state: PeriodState::Draft.name().to_owned(),
        object_until,
        basis: serde_json::to_string(&basis).map_err(Error::internal)?,
        figures,
        digest: digest.clone(),
        edition: 1,
        opened_by: actor.name.clone(),
        opened_at: instant(now),
        published_by: None,
        published_at: None,
        compared: false,
        before_id: None,
    };
    let id = row.id;
    let post = address_scores(&news::rectify(scorecard), news::opened(&row, &basis)).await?;
    intake
        .db
        .tx(async |tx| {
            apart(tx, span, anyway).await?;
            periods::insert(tx, row.clone()).await?;
            post.send(tx).await?;
            let detail = json!({ "from": span.from, "to": span.to, "digest": digest, "objections_until": object_until,
                "overlap_meant": anyway });
            audit::record(tx, now, actor, "period.open", &format!("period:{id}"), &detail).await?;
            Ok(())
        })
        .await?;
    Ok(id)
}

/// Periods named in a refusal at most.
const NAMED: usize = 5;

/// Refuses a period that is there already, and one that judges days of another unless that is meant.
async fn apart(conn: &impl ConnectionTrait, span: Span, anyway: bool) -> Result<()> {
    if periods::of_days(conn, span).await?.is_some() {
        return Err(there());
    }
    let mut found = periods::overlapping(conn, span).await?;
    found.retain(|(_, _, other)| span.clashes(*other));
    if anyway || found.is_empty() {
        return Ok(());
    }
    let days = |(_, name, s): &(Uuid, String, Span)| (name.clone(), format!("{} – {}", s.from, s.to));
    let named: Vec<(String, String)> = found.iter().take(NAMED).map(days).collect();
    let zh: Vec<String> = named.iter().map(|(name, days)| format!("“{name}”（{days}）")).collect();
    let en: Vec<String> = named.iter().map(|(name, days)| format!("“{name}” ({days})")).collect();
    let more = if found.len() > NAMED { "等" } else { "" };
    Err(Error::conflict(
        "period-overlaps",
        format!(
            "与{}{more}共 {} 个周期有重叠的日期，公布后同样的数据会被考核两次。请核对起止日期；确有需要的，勾选“仍要开启”后再提交。",
            zh.join("、"),
            found.len()
        ),
        format!(
            "Some of these days are judged by {} {} too; published, the same facts count twice. Check the first and last day; where it is meant, tick “open it anyway” and send the form again.",
            match found.len() {
                1 => "one other period:".to_owned(),
                n => format!("{n} other periods, among them"),
            },
            en.join(", ")
        ),
    ))
}

fn there() -> Error {
    Error::conflict(
        "period-there",
        "这个周期已经计算过。请在周期列表中打开它。",
        "This period has been counted before. Open it in the list of periods.",
    )
}

/// The scores and ranks that follow from a period's figures by its own indicators.
fn scores(basis: &str, figures: &str) -> Result<Vec<Standing>> {
    let basis: Basis = serde_json::from_str(basis).map_err(Error::internal)?;
    let figures: Figures = serde_json::from_str(figures).map_err(Error::internal)?;
    Ok(standings(&basis.indicators, &figures))
}

/// Counts a draft anew, from the facts as they stand now (重新计算). Where a figure or a score changed, the departments are told and
/// may object for as many working days again: nothing is published that they have not seen.
///
/// # Errors
/// Forbidden without the role; `period-moved` where it is published or was counted anew meanwhile; `calendar-unpublished` where the
/// window runs beyond the published calendar.
pub async fn recount_period(scorecard: &Scorecard, actor: &Actor, id: Uuid) -> Result<()> {
    actor.require(STEWARD)?;
    let (intake, now) = (&scorecard.intake, scorecard.intake.clock.now());
    let seen = periods::get(intake.db.conn(), id).await?;
    let (basis, figures, digest) = count(scorecard, Span { from: seen.from_day, to: seen.to_day }).await?;
    let mut object_until = seen.object_until;
    let mut told = Vec::new();
    let after = serde_json::to_string(&basis).map_err(Error::internal)?;
    if figures != seen.figures || scores(&after, &figures)? != scores(&seen.basis, &seen.figures)? {
        let window = regulation(intake.db.conn()).await?.1.window;
        let again = calendar::add_workdays(intake.clock.today(), window).map_err(super::unpublished)?;
        object_until = object_until.max(again);
        told = news::recounted(&Model { object_until, ..seen.clone() }, &basis);
    }
    let basis = after;
    let post = address_scores(&news::rectify(scorecard), told).await?;
    intake
        .db
        .tx(async |tx| {
            let change = ActiveModel {
                basis: Set(basis.clone()),
                figures: Set(figures.clone()),
                digest: Set(digest.clone()),
                edition: Set(seen.edition + 1),
                object_until: Set(object_until),
                ..Default::default()
            };
            periods::change_draft(tx, &seen, change).await?;
            post.send(tx).await?;
            let detail = json!({ "edition": seen.edition + 1, "before": seen.digest, "digest": digest,
                "objections_until": object_until });
            audit::record(tx, now, actor, "period.recount", &format!("period:{id}"), &detail).await?;
            Ok(())
        })
        .await
}
