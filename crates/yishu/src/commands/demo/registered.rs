//! The bureau enters figures of what is done outside the platform, and takes back what was a mistake.

use chrono::NaiveDate;
use kernel::Result;
use scorecard::Scorecard;
use scorecard::actions::{NewFigure, record_figure, revoke_figure};
use simulator::Registered;

use super::life::steward;
use super::play::Play;

impl Play<'_> {
    /// A figure of the ledger is entered.
    pub(super) async fn register(&mut self, (n, figure): (usize, &Registered), day: NaiveDate) -> Result<()> {
        let scorecard = Scorecard { intake: self.at(day, 13) };
        let (_, org) = self.officer(&figure.org)?;
        let new = NewFigure {
            org,
            indicator: figure.indicator.clone(),
            day: figure.day,
            whole: figure.whole,
            part: figure.part,
            basis: figure.basis.clone(),
            note: String::new(),
        };
        let id = record_figure(&scorecard, &steward(), new).await?;
        self.registered.insert(n, id);
        Ok(())
    }

    /// A figure that was a mistake is taken back.
    pub(super) async fn unregister(&self, n: usize, day: NaiveDate) -> Result<()> {
        let Some(id) = self.registered.get(&n) else { return Ok(()) };
        revoke_figure(&Scorecard { intake: self.at(day, 14) }, &steward(), *id).await
    }
}
