//! `GET /public/help`: what is shown, for how long and by which rule, and what of it is hidden.

use askama::Template;
use axum::extract::State as Shared;
use shell::{Cx, Reply, page};

use super::files::{LONGEST_MONTH, LONGEST_SEARCH};
use crate::context::Portal;

/// One rule for how long records are shown.
struct Rule {
    title: String,
    days: String,
    grade: String,
    minimum: u32,
    maximum: Option<u32>,
    source: String,
}

#[derive(Template)]
#[template(path = "portal/public/help.html")]
struct Help {
    cx: Cx,
    /// What is public by which law.
    sources: Vec<(String, String)>,
    rules: Vec<Rule>,
    ceilings: Vec<(String, u32)>,
    longest_search: u64,
    longest_month: u64,
}

/// `GET /public/help`
pub async fn show(cx: Cx, Shared(portal): Shared<Portal>) -> Reply {
    portal.limits.page(&cx)?;
    let lang = cx.lang();
    let packs = &portal.intake.packs;
    let mut rules = Vec::new();
    let mut ceilings = Vec::new();
    for retention in packs.packs().iter().flat_map(|p| p.retention.values()) {
        for period in &retention.periods {
            let to = period.valid_to.map_or_else(String::new, |d| cx.date(d));
            for grade in &period.grades {
                rules.push(Rule {
                    title: period.title.get(lang).to_owned(),
                    days: format!("{} – {to}", cx.date(period.valid_from)),
                    grade: grade.title.get(lang).to_owned(),
                    minimum: grade.minimum,
                    maximum: grade.maximum,
                    source: period.source.clone(),
                });
            }
        }
        ceilings.extend(retention.ceilings.iter().map(|c| (c.source.clone(), c.months)));
    }
    let sources = packs
        .resources()
        .filter_map(|(_, r)| Some((r.title.get(lang).to_owned(), r.publicity.as_ref()?.source.clone())))
        .collect();
    page(&Help {
        cx,
        sources,
        rules,
        ceilings,
        longest_search: LONGEST_SEARCH as u64,
        longest_month: LONGEST_MONTH as u64,
    })
}
