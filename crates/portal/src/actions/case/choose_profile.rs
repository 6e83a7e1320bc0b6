//! 选择办理规则: the city follows the rules of one place from a day on.

use chrono::NaiveDate;
use kernel::{Actor, Error, Result, Role};
use serde_json::json;
use store::audit;
use uuid::Uuid;

use crate::context::Portal;
use crate::store::case::entity::profile::Model;
use crate::store::case::profiles;
use crate::store::instant;

/// Who chooses.
pub const MAY_CHOOSE: &[Role] = &[Role::BureauSteward];

/// Chooses a profile from a day on. Cases opened before keep the rules of their day.
///
/// # Errors
/// Forbidden without the role; `case-profile` for one that does not exist or is not in force on that day; `case-profile-past` for a day
/// that has begun.
pub async fn choose_profile(portal: &Portal, actor: &Actor, profile: &str, from: NaiveDate) -> Result<()> {
    actor.require(MAY_CHOOSE)?;
    let known = portal.intake.packs.cases().profiles.get(profile);
    let in_force = known.filter(|p| p.valid_from <= from && p.valid_to.is_none_or(|to| from <= to));
    if in_force.is_none() {
        return Err(Error::bad_input(
            "case-profile",
            format!("没有这套办理规则，或它在 {from} 尚未施行或已经失效。请选择列表中的一套。"),
            format!("There are no such rules, or they are not in force on {from}. Choose from the list."),
        ));
    }
    let today = portal.intake.clock.today();
    if from < today {
        return Err(Error::bad_input(
            "case-profile-past",
            "办理规则不能从已经过去的日子起改变：那时提交的办件已按当时的规则计时。请选择今天或以后。",
            "Rules cannot change from a day that is past: cases of that day run by the rules of that day. Choose today or later.",
        ));
    }
    let now = portal.intake.clock.now();
    let row = Model {
        id: Uuid::now_v7(),
        profile: profile.to_owned(),
        valid_from: from,
        by_name: actor.name.clone(),
        at: instant(now),
    };
    portal
        .intake
        .db
        .tx(async |tx| {
            profiles::insert(tx, row).await?;
            let detail = json!({ "profile": profile, "from": from });
            audit::record(tx, now, actor, "case.choose-rules", "case-rules:city", &detail).await?;
            Ok(())
        })
        .await
}
