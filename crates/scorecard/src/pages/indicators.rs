//! `GET /indicators`: what is counted and how, word for word (指标口径).

use askama::Template;
use axum::extract::State as Shared;
use shell::ui::Crumbs;
use shell::{Cx, Reply, Signed, page};

use crate::context::Scorecard;
use crate::model::{Direction, Indicator, Indicators};

#[derive(Template)]
#[template(path = "scorecard/indicators.html")]
struct Page {
    cx: Cx,
    indicators: Vec<Indicator>,
}

impl Page {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("board", "/board").here("indicators").to_string()
    }

    fn direction(&self, indicator: &Indicator) -> String {
        let key = match indicator.direction {
            Direction::Higher => "indicator-higher",
            Direction::Lower => "indicator-lower",
        };
        self.cx.t(key)
    }
}

/// `GET /indicators`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(_): Shared<Scorecard>) -> Reply {
    actor.require(super::READERS)?;
    page(&Page { indicators: Indicators::builtin()?.0.clone(), cx })
}
