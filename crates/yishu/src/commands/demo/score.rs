//! The bureau's part of the three months (考核): each month is counted, shown to the departments, published, and told of in a
//! circular. The newest month is counted and shown only: whoever tries the demo publishes it and writes its circular.

use std::collections::HashMap;
use std::path::Path;

use chrono::NaiveDate;
use intake::Intake;
use kernel::{Actor, Error, OrgId, Result};
use scorecard::Scorecard;
use scorecard::actions::{
    NewPeriod, basis, counted, draft_circular, issue_circular, open_period, publish_period, refresh,
};
use scorecard::model::Span;
use serde_json::{Value, json};
use uuid::Uuid;

use super::life::steward;

/// What the bureau has under way.
#[derive(Default)]
pub(super) struct Scores {
    /// The first month of which anything is known.
    first: Option<Span>,
    /// The month counted last.
    last: Option<Span>,
    /// A period that the departments look at.
    shown: Option<Uuid>,
    /// A circular that is drafted.
    drafted: Option<Uuid>,
}

impl Scores {
    /// What is due on a day, at its end; `last` is the last day of the city's history.
    ///
    /// # Errors
    /// When a use case fails.
    pub(super) async fn day(&mut self, intake: &Intake, last: NaiveDate) -> Result<()> {
        let (scorecard, bureau) = (Scorecard { intake: intake.clone() }, Actor::system());
        let today: NaiveDate = intake.clock.today();
        let first = *self.first.get_or_insert_with(|| Span::month_of(today));
        // Somebody reads a draft over before it goes out.
        if let Some(drafted) = self.drafted.take() {
            issue_circular(&scorecard, &bureau, (drafted, 1)).await?;
        }
        let newest = Span::month_of(last).before();
        if let Some(period) = self.shown.filter(|_| self.last != Some(newest)) {
            match publish_period(&scorecard, &bureau, period).await {
                Ok(()) => {
                    self.drafted = Some(draft_circular(&scorecard, &bureau, period).await?);
                    self.shown = None;
                }
                // The departments may still object.
                Err(e) if e.code() == "period-window" => {}
                Err(e) => return Err(e),
            }
        }
        let month = Span::month_of(today).before();
        if self.shown.is_none()
            && month.from >= first.from
            && self.last.is_none_or(|last| last.from < month.from)
        {
            let name = month.from.format("%Y年%-m月").to_string();
            let new = NewPeriod { name: &name, span: month, anyway: false };
            match open_period(&scorecard, &bureau, new).await {
                Ok(period) => (self.shown, self.last) = (Some(period), Some(month)),
                // Without the coming year's calendar there is no last day to object.
                Err(e) if e.code() == "calendar-unpublished" => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }
}

/// Writes the platform's figures of each month and of all months together, beside the ledger.
/// Organisations bear the codes of the ledger.
///
/// # Errors
/// When a figure cannot be counted or the file not be written.
pub(super) async fn write_figures(
    intake: &Intake,
    first: NaiveDate,
    orgs: &HashMap<String, OrgId>,
    path: &Path,
) -> Result<()> {
    let scorecard = Scorecard { intake: intake.clone() };
    refresh(&scorecard, &steward()).await?;
    let last = intake.clock.today();
    let mut spans = vec![Span { from: first, to: last }];
    let mut month = Span::month_of(last);
    while month.to >= first {
        spans.push(month);
        month = month.before();
    }
    let codes: HashMap<OrgId, &str> = orgs.iter().map(|(code, id)| (*id, code.as_str())).collect();
    let mut told = Vec::with_capacity(spans.len());
    for span in spans {
        let basis = basis(&scorecard, span).await?;
        let figures = counted(&scorecard, &basis).await?;
        let mut lines: Vec<Value> = Vec::new();
        for indicator in &basis.indicators {
            let mut line = |org: Option<&str>, figure: scorecard::model::Figure| {
                let (part, whole) = (figure.numerator, figure.denominator);
                lines.push(json!({ "indicator": indicator.code, "org": org, "part": part, "whole": whole }));
            };
            for member in &basis.members {
                if let Some(code) = codes.get(&OrgId(member.id)) {
                    line(Some(code), figures.of(member.id, &indicator.code));
                }
            }
            line(None, figures.city(&indicator.code));
        }
        told.push(json!({ "from": span.from, "to": span.to, "as_of": basis.as_of, "figures": lines }));
    }
    let text = serde_json::to_vec_pretty(&told).map_err(Error::internal)?;
    std::fs::write(path, text).map_err(Error::internal)
}
