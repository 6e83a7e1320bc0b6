//! 同一决定的其他记录: a decision may stand in several records, once its code or its day was put right. What people decide of one holds
//! for the later ones, and pages point them out.

use chrono::{DateTime, Utc};
use kernel::{RecordId, Result, Scope};
use rectify::actions::{case_came_to_nothing, find_record, later_of_decision, same_decision};
use sea_orm::ConnectionTrait;
use store::Tx;
use uuid::Uuid;

use super::publicity::some;
use crate::actions::publish::is_down_by_decision;
use crate::context::Portal;
use crate::model::publication::State;
use crate::store::case::cases;
use crate::store::case::entity::file::Model;
use crate::store::publication::write;

/// Whether a case on a record is running, or was granted: people decide what becomes of the record.
pub(crate) async fn people_decide(conn: &impl ConnectionTrait, record: RecordId) -> Result<bool> {
    let decides = |c: &Model| c.outcome.is_some() || c.closed_at.is_none();
    Ok(cases::on_record(conn, record).await?.iter().any(decides))
}

/// A case is over: where none decides about its record any more, the record stands as any other again.
pub(super) async fn came_to_nothing(tx: &Tx, record: RecordId, now: DateTime<Utc>) -> Result<()> {
    let row = write::by_ids(tx, &[record.0]).await?.remove(&record.0);
    if people_decide(tx, record).await? || row.is_some_and(|row| is_down_by_decision(&row)) {
        return Ok(());
    }
    case_came_to_nothing(tx, record, now).await
}

/// One other record of the decision of a record (同一决定的另一条记录).
pub(crate) struct Beside {
    pub id: Uuid,
    pub document: String,
    /// How it stands on the public site; none where it is not there.
    pub state: Option<State>,
    /// Whether it came first: what is decided of it holds for the later ones.
    pub original: bool,
}

impl Beside {
    /// The text that leads to it.
    pub(crate) const fn key(&self) -> &'static str {
        if self.original { "beside-original" } else { "beside-later" }
    }

    /// Its page: of what is not on the site that of its clock.
    pub(crate) fn href(&self) -> String {
        let under = if self.state.is_some() { "publication" } else { "records" };
        format!("/{under}/{}", self.id)
    }
}

/// The other records of the decision of a record, where people decide about one of them, of those a scope has.
pub(crate) async fn beside(portal: &Portal, scope: &Scope, record: RecordId) -> Result<Vec<Beside>> {
    let conn = portal.intake.db.conn();
    let first = same_decision(conn, &[record.0]).await?.first().map(|found| found.original);
    let later = later_of_decision(conn, first.unwrap_or(record)).await?.into_iter().map(|found| found.record);
    let ids: Vec<RecordId> = first.into_iter().chain(later).filter(|id| *id != record).collect();
    let stands = write::by_ids(conn, &ids.iter().map(|r| r.0).collect::<Vec<_>>()).await?;
    let mut found = Vec::new();
    for id in ids {
        let Some(of) = some(find_record(conn, scope, id).await)? else { continue };
        let state = stands.get(&id.0).and_then(|row| row.state.parse().ok());
        found.push(Beside { id: id.0, document: of.document, state, original: Some(id) == first });
    }
    Ok(found)
}
