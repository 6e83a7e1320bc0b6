//! Records and receipts on their way into the database, some thousand at a time.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use intake::actions::follow::counted_at_source;
use kernel::{Result, SubmissionId};
use store::OrFail as _;
use uuid::Uuid;

use super::settle_returns::settle_returns;
use crate::context::Rectify;
use crate::store::entity::{attempt, record};
use crate::store::{records, recount};

/// One receipt of a record.
pub(super) struct Receipt {
    pub submission: SubmissionId,
    pub at: DateTime<Utc>,
    /// A digest of its values, where it is valid.
    pub content: Option<String>,
    /// Whether it counts where it was handed in ([`made_elsewhere`]).
    pub derived: bool,
}

/// Which of these submissions a mapping made of decisions whose clock runs where they were handed in. Their records are kept, because
/// they are published, corrected and sent back as they are; they do not count a second time.
///
/// # Errors
/// When the database fails.
pub(super) async fn made_elsewhere(
    rectify: &Rectify,
    submissions: &[SubmissionId],
) -> Result<HashSet<SubmissionId>> {
    counted_at_source(&rectify.intake, submissions, |source| source.time_limit.is_some()).await
}

/// Records and attempts on their way into the database.
#[derive(Default)]
pub(super) struct Batch {
    records: Vec<record::Model>,
    attempts: Vec<(Uuid, Receipt)>,
}

impl Batch {
    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    /// A record, and the receipt that tells of it where it was received.
    pub(super) fn add(&mut self, record: record::Model, receipt: Option<Receipt>) {
        if let Some(receipt) = receipt {
            self.attempts.push((record.id, receipt));
        }
        self.records.push(record);
    }

    /// Writes what was gathered in one transaction.
    pub(super) async fn write(&mut self, rectify: &Rectify, valid: bool) -> Result<()> {
        if self.records.is_empty() {
            return Ok(());
        }
        let tx = rectify.intake.db.begin().await?;
        self.put(&tx, valid).await?;
        if valid {
            let ids: Vec<Uuid> = self.attempts.iter().map(|(id, _)| *id).collect();
            settle_returns(&tx, &ids, rectify.intake.clock.now()).await?;
        }
        tx.commit().await.or_fail()?;
        self.records.clear();
        self.attempts.clear();
        Ok(())
    }

    async fn put(&mut self, conn: &impl sea_orm::ConnectionTrait, valid: bool) -> Result<()> {
        // The same key twice in one statement would meet itself.
        self.records.sort_by_key(|r| r.id);
        self.records.dedup_by_key(|r| r.id);
        records::upsert(conn, &self.records).await?;
        let attempts: Vec<attempt::Model> = self
            .attempts
            .iter()
            .map(|(record, receipt)| attempt::Model {
                record_id: *record,
                submission_id: receipt.submission.0,
                valid,
                at: records::instant(receipt.at),
                content: receipt.content.clone(),
                derived: receipt.derived,
            })
            .collect();
        records::add_attempts(conn, &attempts).await?;
        let ids: Vec<Uuid> = self.records.iter().map(|r| r.id).collect();
        recount::recount(conn, &ids).await
    }
}
