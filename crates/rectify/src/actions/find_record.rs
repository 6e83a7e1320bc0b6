//! 查找决定: one decision by its id or by its document number, for capabilities further down the flow.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Error, OrgId, RecordId, Result, Scope};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::store::entity::record::Model;
use crate::store::records;

/// A decision as others know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRecord {
    /// Its id.
    pub id: RecordId,
    /// Code of the resource.
    pub resource: String,
    /// The organisation that hands it in.
    pub org: OrgId,
    /// Document number; may be empty.
    pub document: String,
    /// Name of the subject, a natural person's masked.
    pub subject: String,
    /// Day of the decision.
    pub decision_date: NaiveDate,
    /// When it was first received in a form that passed; none while nothing of it stands in the lake.
    pub first_valid_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

impl From<Model> for FoundRecord {
    fn from(row: Model) -> Self {
        Self {
            id: RecordId(row.id),
            resource: row.resource,
            org: OrgId(row.org_id),
            document: row.document,
            subject: row.subject,
            decision_date: row.decision_date,
            first_valid_at: row.first_valid_at,
            withdrawn_at: row.withdrawn_at,
        }
    }
}

/// One decision of a scope.
///
/// # Errors
/// Not found, also outside the scope.
pub async fn find_record(conn: &impl ConnectionTrait, scope: &Scope, id: RecordId) -> Result<FoundRecord> {
    let found = records::find(conn, scope, id).await?;
    found.map(FoundRecord::from).ok_or_else(|| Error::not_found("这条决定", "decision"))
}

/// Those of some decisions that a scope has, by id.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_records(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, FoundRecord>> {
    let found = records::find_all(conn, scope, ids).await?;
    Ok(found.into_iter().map(|row| (row.id, row.into())).collect())
}

/// Decisions with exactly this document number, the newest first, at most `limit`.
///
/// # Errors
/// When the database cannot be read.
pub async fn by_document(
    conn: &impl ConnectionTrait,
    document: &str,
    limit: u64,
) -> Result<Vec<FoundRecord>> {
    Ok(records::by_document(conn, document, limit).await?.into_iter().map(FoundRecord::from).collect())
}
