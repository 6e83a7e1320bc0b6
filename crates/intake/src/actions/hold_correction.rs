//! 更正的保持: what a case put right in a record stays right; whoever sends the old value again is told so (E123).

use chrono::{DateTime, Utc};
use kernel::{Result, SubmissionId};
use lake::check::{CorrectedField, fingerprint};
use store::Tx;

use crate::store::corrections;

/// What a case put right in a record.
#[derive(Debug, Clone)]
pub struct Correction {
    /// The record's resource.
    pub resource: String,
    /// Its business key, as the lake holds it.
    pub key: String,
    /// Number of the case.
    pub case: String,
    /// The submission that brought the right values.
    pub submission: SubmissionId,
    /// Field code, what stood there before, what is right.
    pub fields: Vec<(String, String, String)>,
}

/// Holds what a case put right, and lets go of values that an earlier case had found wrong and this one finds right.
///
/// # Errors
/// When the database fails.
pub async fn hold_correction(tx: &Tx, correction: &Correction, now: DateTime<Utc>) -> Result<()> {
    let Correction { resource, key, case, submission, fields } = correction;
    let record = (resource.as_str(), key.as_str());
    for (field, _, new) in fields {
        corrections::release(tx, record, (field, &fingerprint(key, field, new))).await?;
    }
    let held = fields.iter().map(|(field, old, _)| CorrectedField {
        field: field.clone(),
        wrong: fingerprint(key, field, old),
        case: case.clone(),
    });
    corrections::keep(tx, record, (*submission, held.collect()), now).await
}

/// Holds that a case deleted a record: it is not taken again.
///
/// # Errors
/// When the database fails.
pub async fn hold_deletion(
    tx: &Tx,
    (resource, key): (&str, &str),
    case: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let deleted = CorrectedField { field: String::new(), wrong: String::new(), case: case.to_owned() };
    corrections::keep(tx, (resource, key), (SubmissionId(uuid::Uuid::nil()), vec![deleted]), now).await
}
