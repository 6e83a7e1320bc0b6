//! 更正的保持: what a case put right in a record stays right; whoever sends the old value again is told so (E123).

use chrono::{DateTime, Utc};
use kernel::Result;
use lake::check::{CorrectedField, fingerprint};
use sea_orm::ConnectionTrait;
use store::Tx;

use crate::store::corrections;

/// A record: its resource, and its business key as the lake holds it.
pub type RecordKey<'a> = (&'a str, &'a str);

/// Holds what a case put right: field codes, each with what stood there before.
///
/// # Errors
/// When the database fails.
pub async fn hold_correction(
    tx: &Tx,
    record: RecordKey<'_>,
    case: &str,
    before: &[(String, String)],
    now: DateTime<Utc>,
) -> Result<()> {
    let held = before.iter().map(|(field, old)| CorrectedField {
        field: field.clone(),
        wrong: fingerprint(record.1, field, old),
        case: case.to_owned(),
    });
    corrections::keep(tx, record, held.collect(), now).await
}

/// Lets go of values that a later case finds right after all: field codes, each with the value.
///
/// # Errors
/// When the database fails.
pub async fn release_correction(
    conn: &impl ConnectionTrait,
    record: RecordKey<'_>,
    after: &[(String, String)],
) -> Result<()> {
    for (field, new) in after {
        let wrong = fingerprint(record.1, field, new);
        corrections::release(conn, record, (field, &wrong)).await?;
    }
    Ok(())
}
