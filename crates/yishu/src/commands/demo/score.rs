//! The bureau's part of the three months (考核): each month is counted, shown to the departments, published, and told of in a
//! circular. The circular of the newest published month is left a draft, for whoever tries the demo.

use chrono::NaiveDate;
use intake::Intake;
use kernel::{Actor, Result};
use scorecard::Scorecard;
use scorecard::actions::{draft_circular, issue_circular, open_period, publish_period};
use scorecard::model::Span;
use uuid::Uuid;

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
    /// What is due on a day, at its end.
    ///
    /// # Errors
    /// When a use case fails.
    pub(super) async fn day(&mut self, intake: &Intake) -> Result<()> {
        let (scorecard, bureau) = (Scorecard { intake: intake.clone() }, Actor::system());
        let today: NaiveDate = intake.clock.today();
        let first = *self.first.get_or_insert_with(|| Span::month_of(today));
        if let Some(period) = self.shown {
            match publish_period(&scorecard, &bureau, period).await {
                Ok(()) => {
                    let drafted = draft_circular(&scorecard, &bureau, period).await?;
                    if let Some(before) = self.drafted.replace(drafted) {
                        issue_circular(&scorecard, &bureau, (before, 1)).await?;
                    }
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
            match open_period(&scorecard, &bureau, &month.from.format("%Y年%-m月").to_string(), month).await
            {
                Ok(period) => (self.shown, self.last) = (Some(period), Some(month)),
                // Without the coming year's calendar there is no last day to object.
                Err(e) if e.code() == "calendar-unpublished" => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }
}
