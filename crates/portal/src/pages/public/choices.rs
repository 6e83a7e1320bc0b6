//! What a search can be narrowed by (筛选项): kept for a minute, because counting them over and over is most of a fast search.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use kernel::Result;

use crate::context::Portal;
use crate::store::publication::counts;

/// Authorities that may be chosen.
const AUTHORITIES: usize = 200;
/// How long the choices are kept.
const KEPT: TimeDelta = TimeDelta::minutes(1);

/// Authorities, the one with the most records first, and years, the newest first.
#[derive(Debug, Default)]
pub(crate) struct Choices {
    pub authorities: Vec<String>,
    pub years: Vec<String>,
}

/// The choices counted last, and when.
#[derive(Debug, Default)]
pub(crate) struct KeptChoices(Mutex<Option<(DateTime<Utc>, Arc<Choices>)>>);

/// The choices as they stand, at most a minute old.
///
/// # Errors
/// When the database fails.
pub(super) async fn choices(portal: &Portal) -> Result<Arc<Choices>> {
    let (conn, now) = (portal.intake.db.conn(), portal.intake.clock.now());
    let kept = &portal.choices.0;
    if let Some((at, choices)) = &*kept.lock().unwrap_or_else(PoisonError::into_inner)
        && now >= *at
        && now - *at < KEPT
    {
        return Ok(Arc::clone(choices));
    }
    let all = counts::Of::default();
    let names = counts::by_authority(conn, &all).await?.into_iter().map(|f| f.name);
    let months = counts::by_month(conn, &all).await?;
    let years: BTreeSet<String> = months.iter().filter_map(|f| f.name.get(..4)).map(str::to_owned).collect();
    let choices = Arc::new(Choices {
        authorities: names.take(AUTHORITIES).collect(),
        years: years.into_iter().rev().collect(),
    });
    *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&choices)));
    Ok(choices)
}
