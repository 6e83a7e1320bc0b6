//! The audit log (审计日志): append-only and hash-chained. Every record carries the SHA-256 of itself and of the
//! record before it, so that a change to a stored value breaks the chain at that record.

pub mod entity;
mod list;
pub mod migration;

use chrono::{DateTime, SubsecRound, Utc};
use kernel::{Actor, Error, Result};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement,
};
use sha2::{Digest, Sha256};

use crate::{Db, OrFail, Tx};

pub use entity::Model as Record;
pub use list::{Find, find};

/// How many records [`verify`] reads at a time.
const STEP: u64 = 1_000;

/// Writes one record in the caller's transaction, so that an act and its record stand or fall together.
///
/// `action` is `noun.verb`, `subject` is `noun:id`. On PostgreSQL the head of the chain stays locked until the
/// transaction ends: record last.
///
/// # Errors
/// When the database refuses.
pub async fn record(
    tx: &Tx,
    at: DateTime<Utc>,
    actor: &Actor,
    action: &str,
    subject: &str,
    detail: &serde_json::Value,
) -> Result<i64> {
    // PostgreSQL keeps microseconds; the hash must be over what is read back.
    let at = at.trunc_subsecs(6);
    let backend = tx.get_database_backend();
    let head = tx
        .query_one_raw(Statement::from_string(
            backend,
            "update audit_head set seq = seq + 1 where id = 1 returning seq, hash",
        ))
        .await
        .or_fail()?
        .ok_or_else(|| Error::internal("audit_head is empty"))?;
    let seq: i64 = head.try_get("", "seq").or_fail()?;
    let previous: String = head.try_get("", "hash").or_fail()?;
    let mut row = Record {
        seq,
        at,
        actor: actor.name.clone(),
        user_id: actor.user.map(|u| u.0),
        credential_id: actor.credential.map(|c| c.0),
        org_id: actor.org.map(|o| o.0),
        action: action.to_owned(),
        subject: subject.to_owned(),
        detail: detail.to_string(),
        previous,
        hash: String::new(),
    };
    row.hash = hash(&row);
    tx.execute_raw(Statement::from_sql_and_values(
        backend,
        "update audit_head set hash = $1 where id = 1",
        [row.hash.clone().into()],
    ))
    .await
    .or_fail()?;
    entity::ActiveModel {
        seq: Set(row.seq),
        at: Set(row.at),
        actor: Set(row.actor),
        user_id: Set(row.user_id),
        credential_id: Set(row.credential_id),
        org_id: Set(row.org_id),
        action: Set(row.action),
        subject: Set(row.subject),
        detail: Set(row.detail),
        previous: Set(row.previous),
        hash: Set(row.hash),
    }
    .insert(tx)
    .await
    .or_fail()?;
    Ok(seq)
}

/// SHA-256 over the fields, each preceded by its length so that no two records share one text.
fn hash(r: &Record) -> String {
    let id = |u: Option<uuid::Uuid>| u.map(|u| u.to_string()).unwrap_or_default();
    let mut sha = Sha256::new();
    for part in [
        &r.previous,
        &r.seq.to_string(),
        &r.at.timestamp_micros().to_string(),
        &r.actor,
        &id(r.user_id),
        &id(r.credential_id),
        &id(r.org_id),
        &r.action,
        &r.subject,
        &r.detail,
    ] {
        sha.update((part.len() as u64).to_be_bytes());
        sha.update(part.as_bytes());
    }
    hex::encode(sha.finalize())
}

/// What [`verify`] found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Verdict {
    /// Every record is as it was written.
    Intact {
        /// How many.
        records: i64,
    },
    /// The first record that is not as it was written, or is missing.
    Altered {
        /// Its position in the chain.
        seq: i64,
    },
}

/// Reads the whole log again and names the first record that was altered or removed.
///
/// # Errors
/// When the database cannot be read.
pub async fn verify(db: &Db) -> Result<Verdict> {
    let mut previous = String::new();
    let mut seq = 0_i64;
    loop {
        let rows = entity::Entity::find()
            .filter(entity::Column::Seq.gt(seq))
            .order_by_asc(entity::Column::Seq)
            .limit(STEP)
            .all(db.conn())
            .await
            .or_fail()?;
        for row in &rows {
            seq += 1;
            if row.seq != seq || row.previous != previous || row.hash != hash(row) {
                return Ok(Verdict::Altered { seq });
            }
            previous.clone_from(&row.hash);
        }
        if rows.is_empty() {
            break;
        }
    }
    // Records cut off at the end leave no gap; the head still knows them.
    let head = db
        .conn()
        .query_one_raw(Statement::from_string(db.backend(), "select seq, hash from audit_head where id = 1"))
        .await
        .or_fail()?
        .ok_or_else(|| Error::internal("audit_head is empty"))?;
    let (last, hash): (i64, String) =
        (head.try_get("", "seq").or_fail()?, head.try_get("", "hash").or_fail()?);
    if last > seq || hash != previous {
        return Ok(Verdict::Altered { seq: seq + i64::from(last > seq) });
    }
    Ok(Verdict::Intact { records: seq })
}
