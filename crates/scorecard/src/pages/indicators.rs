//! `GET /indicators`: what is counted and how, word for word (指标口径).

use askama::Template;
use axum::extract::State as Shared;
use shell::ui::Crumbs;
use shell::{Cx, Reply, Signed, page};

use crate::actions;
use crate::context::Scorecard;
use crate::model::{Indicator, Span};

#[derive(Template)]
#[template(path = "scorecard/indicators.html")]
struct Page {
    cx: Cx,
    /// Indicators by subject.
    groups: Vec<(String, Vec<Indicator>)>,
    /// Points of all together.
    sum: u32,
}

impl Page {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("board", "/board").here("indicators").to_string()
    }

    /// Whether the points of all do not make a hundred.
    fn uneven(&self) -> bool {
        self.sum != 100
    }

    fn direction(&self, indicator: &Indicator) -> String {
        self.cx.t(&format!("indicator-{}", indicator.direction.name()))
    }
}

/// `GET /indicators`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(scorecard): Shared<Scorecard>) -> Reply {
    actor.require(super::READERS)?;
    let basis = actions::basis(&scorecard, Span::month_of(scorecard.intake.clock.today())).await?;
    let sum = basis.indicators.iter().map(|i| i.weight).sum();
    let mut groups: Vec<(String, Vec<Indicator>)> = Vec::new();
    for indicator in basis.indicators {
        match groups.iter_mut().find(|(subject, _)| *subject == indicator.subject) {
            Some((_, all)) => all.push(indicator),
            None => groups.push((indicator.subject.clone(), vec![indicator])),
        }
    }
    page(&Page { groups, sum, cx })
}
