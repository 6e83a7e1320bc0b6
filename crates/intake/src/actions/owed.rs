//! 应报情况: what was promised in the catalogue, held against what came in.

use catalogue::actions::{Promise, promised};
use chrono::NaiveDate;
use kernel::{Actor, OrgId, Result};

use crate::context::Intake;
use crate::model::Standing;
use crate::store::figures::{self, Delivered};

/// A promise and how it is kept.
#[derive(Debug, Clone)]
pub struct Owed {
    /// What was promised.
    pub promise: Promise,
    /// The last day on which rows of it landed, in Beijing.
    pub last: Option<NaiveDate>,
    /// When the next delivery is due, and how that stands today. None where the cycle promises nothing.
    pub due: Option<(NaiveDate, Standing)>,
    /// Rows landed so far.
    pub rows: i64,
    /// Rows that wait to be mended.
    pub open: i64,
}

impl Owed {
    /// Whether a delivery is due today or late.
    #[must_use]
    pub fn presses(&self) -> bool {
        self.due.is_some_and(|(_, s)| s.presses())
    }

    /// Whether a delivery is late.
    #[must_use]
    pub fn is_late(&self) -> bool {
        matches!(self.due, Some((_, Standing::Late(_))))
    }
}

/// The promises of the actor's scope below `org` (or of all of it), what is due first standing first.
///
/// A delivery of a unit below the promising organisation counts for it.
///
/// # Errors
/// When the database cannot be read.
pub async fn owed(intake: &Intake, actor: &Actor, org: Option<OrgId>) -> Result<Vec<Owed>> {
    let conn = intake.db.conn();
    let promises = promised(conn, actor).await?;
    let delivered = figures::deliveries(conn, actor).await?;
    let orgs = identity::org::list(conn, &actor.scope).await?;
    let path = |id: OrgId| orgs.iter().find(|o| o.org_id() == id).map(|o| o.path.as_str());
    let delivered: Vec<(&str, &Delivered)> =
        delivered.iter().filter_map(|d| Some((path(OrgId(d.org_id))?, d))).collect();
    let below = org.and_then(path);
    let today = intake.clock.today();
    let mut all = Vec::new();
    for promise in promises {
        let Some(own) = path(promise.org) else { continue };
        if below.is_some_and(|b| !own.starts_with(b)) {
            continue;
        }
        let of_it = || {
            delivered
                .iter()
                .filter(|(p, d)| p.starts_with(own) && d.resource == promise.resource)
                .map(|(_, d)| d)
        };
        let last = of_it().filter_map(|d| d.day.parse::<NaiveDate>().ok()).max();
        all.push(Owed {
            due: Standing::on(today, promise.cycle, last, promise.since),
            last,
            rows: of_it().map(|d| d.rows).sum(),
            open: of_it().map(|d| d.open).sum(),
            promise,
        });
    }
    // What promises nothing stands last.
    all.sort_by_key(|o| (o.due.is_none(), o.due.map(|(day, _)| day)));
    Ok(all)
}
