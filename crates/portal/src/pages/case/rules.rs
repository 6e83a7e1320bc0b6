//! `GET /case-rules`: the rules of each place, and which of them the city follows.

use askama::Template;
use axum::extract::{Form, State as Shared};
use axum::response::Response;
use kernel::Error;
use serde::Deserialize;
use shell::ui::Crumbs;
use shell::{Cx, Flash, Reply, Signed, page, redirect};
use standards::pack::CaseLimits;

use crate::actions::case::{MAY_CHOOSE, choose_profile, profile_in_force, profiles_chosen};
use crate::context::Portal;
use crate::store::case::entity::profile::Model;

/// One place.
struct Place {
    name: String,
    title: String,
    in_force: bool,
    limits: Vec<(String, CaseLimits, String)>,
}

#[derive(Template)]
#[template(path = "portal/case_rules.html")]
struct RulesPage {
    cx: Cx,
    places: Vec<Place>,
    chosen: Vec<(String, Model)>,
    may_choose: bool,
    today: String,
}

impl RulesPage {
    fn day(&self, day: &chrono::NaiveDate) -> String {
        self.cx.date(*day)
    }

    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("cases", "/cases").here("case-rules").to_string()
    }

    fn days(&self, n: &Option<u32>) -> String {
        n.map_or_else(|| "–".to_owned(), |n| self.cx.num(n))
    }
}

/// `GET /case-rules`
pub async fn show(cx: Cx, Signed(_): Signed, Shared(portal): Shared<Portal>) -> Reply {
    let rules = portal.intake.packs.cases();
    let lang = cx.lang();
    let now = profile_in_force(&portal).await?;
    let papers = |l: &CaseLimits| {
        rules.paper_lists.get(&l.papers).map_or_else(String::new, |p| p.title.get(lang).to_owned())
    };
    let places = rules.profiles.iter().map(|(name, p)| Place {
        in_force: *name == now,
        title: p.title.get(lang).to_owned(),
        limits: vec![
            (cx.t("case-kind-objection"), p.objection.clone(), papers(&p.objection)),
            (cx.t("case-kind-repair"), p.repair.clone(), papers(&p.repair)),
        ],
        name: name.clone(),
    });
    let title = |m: &Model| {
        rules.profiles.get(&m.profile).map_or(m.profile.clone(), |p| p.title.get(lang).to_owned())
    };
    let chosen = profiles_chosen(&portal).await?.into_iter().map(|m| (title(&m), m)).collect();
    page(&RulesPage {
        places: places.collect(),
        chosen,
        may_choose: cx.can(MAY_CHOOSE),
        today: portal.intake.clock.today().to_string(),
        cx: cx.clone(),
    })
}

/// What was chosen, from which day on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    profile: String,
    from: String,
}

/// `POST /case-rules`
pub async fn choose(
    cx: Cx,
    Signed(actor): Signed,
    Shared(portal): Shared<Portal>,
    Form(chosen): Form<Chosen>,
) -> Reply<Response> {
    let from = chosen.from.parse().map_err(|_| {
        Error::bad_input(
            "case-profile-day",
            "请填写从哪一天起适用。",
            "Fill in the day from which the rules apply.",
        )
    })?;
    choose_profile(&portal, &actor, &chosen.profile, from).await?;
    Ok(redirect(&cx, "/case-rules", Some(Flash::ok(cx.t("case-rules-chosen")))))
}
