//! 去向: every target a record went to, and whether its newest state was acknowledged there.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use kernel::{RecordId, Result, Text};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::make_deliveries::is_behind;
use crate::context::Sharing;
use crate::model::LineState;
use crate::store::{lines, marks, targets};

/// A target a record went to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WentTo {
    /// Code of the target.
    pub target: String,
    /// Its name.
    pub title: Text,
    /// Version of the table from which it was sent last; none when it was taken back by hand.
    pub sent_version: Option<u64>,
    /// When the target acknowledged what was sent last; none while it has not.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// Whether something is still to be sent or acknowledged there. Also true while the target is behind the table, because
    /// this very record may have changed, and while it has not been told of the record's mark.
    pub pending: bool,
    /// Whether it is in use; one that is not gets nothing at present.
    pub enabled: bool,
    /// Whether it was taken back there.
    pub withdrawn: bool,
    /// The delivery of which the target turned the newest state down.
    pub refused: Option<Uuid>,
}

/// The records that some records were made of by mappings, over however many steps: the same decisions as they were handed in.
///
/// # Errors
/// When the database cannot be read.
pub async fn sources_of(conn: &impl ConnectionTrait, records: &[RecordId]) -> Result<Vec<RecordId>> {
    let ids: Vec<Uuid> = records.iter().map(|r| r.0).collect();
    Ok(lines::sources(conn, &ids).await?.into_iter().map(RecordId).collect())
}

/// The records of which targets turned something down since a time, and those they were made of.
///
/// # Errors
/// When the database cannot be read.
pub async fn refused_since(conn: &impl ConnectionTrait, since: DateTime<Utc>) -> Result<HashSet<RecordId>> {
    let refused = lines::refused_since(conn, since).await?;
    let sources = lines::sources(conn, &refused).await?;
    Ok(sources.into_iter().chain(refused).map(RecordId).collect())
}

/// The targets that a record went to, itself or as what a mapping made of it. By code.
///
/// # Errors
/// When the lake or the database cannot be read.
pub async fn where_it_went(sharing: &Sharing, record: RecordId) -> Result<Vec<WentTo>> {
    let conn = sharing.intake.db.conn();
    let records = lines::with_offspring(conn, &[record.0]).await?;
    let all = targets::all(conn).await?;
    let wanted = marks::of(conn, &records).await?;
    let mut found: BTreeMap<String, WentTo> = BTreeMap::new();
    for d in lines::newest(conn, &records, None).await? {
        let Some(target) = all.iter().find(|t| t.id == d.target_id) else { continue };
        let taken = d.state == LineState::Acknowledged.name();
        let behind = target.enabled && is_behind(sharing, target.id, &d.resource).await?;
        let one = WentTo {
            target: target.code.clone(),
            title: target.title(),
            sent_version: d.version.and_then(|v| u64::try_from(v).ok()),
            acknowledged_at: d.answered_at.filter(|_| taken),
            pending: !taken || behind || !d.knows_mark(&wanted),
            enabled: target.enabled,
            withdrawn: d.withdrawn,
            refused: Some(d.delivery_id).filter(|_| d.state == LineState::Refused.name()),
        };
        // A target may hold several of one origin; it has acknowledged when it has all of them.
        match found.get_mut(&one.target) {
            Some(known) => {
                known.pending |= one.pending;
                known.withdrawn &= one.withdrawn;
                known.refused = known.refused.or(one.refused);
                known.sent_version = known.sent_version.max(one.sent_version);
                known.acknowledged_at = match (known.acknowledged_at, one.acknowledged_at) {
                    (Some(a), Some(b)) => Some(a.max(b)),
                    _ => None,
                };
            }
            None => {
                found.insert(one.target.clone(), one);
            }
        }
    }
    Ok(found.into_values().collect())
}
