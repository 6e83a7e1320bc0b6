//! 考核告知: what people are told of scores and points.

use kernel::{OrgId, Result, Scope, Text};
use rectify::Rectify;
use rectify::actions::notices::{ScoreAudience, ScoreNews};
use uuid::Uuid;

use super::figures::below;
use crate::context::Scorecard;
use crate::evaluate::Basis;
use crate::model::PointRules;
use crate::store::entity::exemption::Model as Exemption;
use crate::store::entity::period::Model as Period;
use crate::store::entity::point_entry::Model as Entry;

/// The capability that tells people.
pub(super) fn rectify(scorecard: &Scorecard) -> Rectify {
    Rectify { intake: scorecard.intake.clone() }
}

/// What news about a period are about.
pub(super) fn period(id: Uuid) -> String {
    format!("period:{id}")
}

/// What news about an entry of the points ledger are about.
pub(super) fn points(id: Uuid) -> String {
    format!("points:{id}")
}

fn of_period(row: &Period, org: OrgId, parts: Vec<OrgId>) -> ScoreNews {
    ScoreNews {
        about: period(row.id),
        org,
        parts,
        to: ScoreAudience::Department,
        what: Text::new("考核评分征求意见", "Draft score to look at"),
        title: Text::new(row.name.clone(), row.name.clone()),
        until: None,
        href: format!("/periods/{}", row.id),
    }
}

/// A draft score is open to objections: each member is told.
pub(super) fn opened(row: &Period, basis: &Basis) -> Vec<ScoreNews> {
    let to = |m: &crate::evaluate::Member| {
        let parts = m.orgs.iter().copied().map(OrgId).collect();
        ScoreNews { until: Some(row.object_until), ..of_period(row, OrgId(m.id), parts) }
    };
    basis.members.iter().map(to).collect()
}

/// A draft was counted anew and a figure changed: each member is told, and may object again.
pub(super) fn recounted(row: &Period, basis: &Basis) -> Vec<ScoreNews> {
    let what = Text::new("考核评分已重算，请再次核对", "Draft score counted anew");
    opened(row, basis).into_iter().map(|news| ScoreNews { what: what.clone(), ..news }).collect()
}

/// What became of an exemption.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exempted {
    Approved,
    Refused,
    /// Approved, and taken back later.
    Revoked,
}

/// An exemption was decided or taken back: the department is told.
///
/// # Errors
/// When the database cannot be read.
pub(super) async fn exempted(scorecard: &Scorecard, row: &Exemption, what: Exempted) -> Result<ScoreNews> {
    let days = format!("{} – {}", row.from_day, row.to_day);
    Ok(ScoreNews {
        about: format!("exemption:{}", row.id),
        org: OrgId(row.org_id),
        parts: parts(scorecard, row.org_id).await?,
        to: ScoreAudience::Department,
        what: match what {
            Exempted::Approved => Text::new("豁免申请已批准", "Exemption approved"),
            Exempted::Refused => Text::new("豁免申请未批准", "Exemption refused"),
            Exempted::Revoked => Text::new("已批准的豁免被撤销", "Approved exemption taken back"),
        },
        title: Text::new(days.clone(), days),
        until: None,
        href: "/exemptions".to_owned(),
    })
}

/// A department objects: the bureau is told.
pub(super) fn objected(row: &Period, org: OrgId) -> ScoreNews {
    ScoreNews {
        to: ScoreAudience::Bureau,
        what: Text::new("对考核评分提出异议", "Objection to a draft score"),
        ..of_period(row, org, Vec::new())
    }
}

/// The bureau has answered an objection, by counting anew or by keeping the figures: the department is told.
///
/// # Errors
/// When the period's basis cannot be read.
pub(super) fn answered(row: &Period, org: OrgId, recounted: bool) -> Result<ScoreNews> {
    let basis: Basis = serde_json::from_str(&row.basis).map_err(kernel::Error::internal)?;
    let own = basis.member(org.0).map(|m| m.orgs.iter().copied().map(OrgId).collect());
    let what = match recounted {
        true => Text::new("考核评分异议已答复，评分已重算", "Objection answered, draft score counted anew"),
        false => Text::new("考核评分异议已答复", "Objection to a draft score answered"),
    };
    let until = recounted.then_some(row.object_until);
    Ok(ScoreNews { what, until, ..of_period(row, org, own.unwrap_or_default()) })
}

fn of_entry(entry: &Entry, to: ScoreAudience, (what, parts): (Text, Vec<OrgId>)) -> Result<ScoreNews> {
    let rules = PointRules::builtin()?;
    let title = rules.find(&entry.rule).map_or_else(Text::default, |r| r.title.clone());
    let signed = format!("{:+}", entry.points);
    Ok(ScoreNews {
        about: points(entry.id),
        org: OrgId(entry.org_id),
        parts,
        to,
        what,
        title: Text::new(format!("{}（{signed}）", title.zh), format!("{} ({signed})", title.en)),
        until: None,
        href: "/points".to_owned(),
    })
}

async fn parts(scorecard: &Scorecard, org: Uuid) -> Result<Vec<OrgId>> {
    let orgs = identity::org::list(scorecard.intake.db.conn(), &Scope::City).await?;
    Ok(below(&orgs, org).into_iter().map(OrgId).collect())
}

/// Points were given or taken: the department is told.
///
/// # Errors
/// When the database cannot be read.
pub(super) async fn given(scorecard: &Scorecard, entry: &Entry) -> Result<ScoreNews> {
    let what = Text::new("积分变动", "Points given or taken");
    of_entry(entry, ScoreAudience::Department, (what, parts(scorecard, entry.org_id).await?))
}

/// A department appeals against points: the bureau is told.
///
/// # Errors
/// Never in a released program.
pub(super) fn appealed(entry: &Entry) -> Result<ScoreNews> {
    of_entry(entry, ScoreAudience::Bureau, (Text::new("积分申诉", "Appeal against points"), Vec::new()))
}

/// The bureau has answered an appeal: the department is told.
///
/// # Errors
/// When the database cannot be read.
pub(super) async fn appeal_answered(scorecard: &Scorecard, entry: &Entry) -> Result<ScoreNews> {
    let what = Text::new("积分申诉已答复", "Appeal against points answered");
    of_entry(entry, ScoreAudience::Department, (what, parts(scorecard, entry.org_id).await?))
}
