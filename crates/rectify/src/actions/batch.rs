//! Records and receipts on their way into the database, some thousand at a time.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use intake::actions::follow::counted_at_source;
use kernel::{Result, SubmissionId};
use store::OrFail as _;
use uuid::Uuid;

use super::settle_replaced::settle_replaced;
use super::settle_returns::settle_returns;
use crate::context::Rectify;
use crate::store::entity::{attempt, record};
use crate::store::{attempts, record_notes, records, recount};

/// One receipt of a record.
pub(super) struct Receipt {
    pub submission: SubmissionId,
    pub at: DateTime<Utc>,
    /// A digest of its values, where it is valid.
    pub content: Option<String>,
    /// Whether it counts where it was handed in ([`made_elsewhere`]).
    pub derived: bool,
    /// Whether the department gave it up.
    pub given_up: bool,
    /// Of a wrong row that waits, its place in the submission.
    pub ordinal: Option<i64>,
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
    /// Of receipts that were given up: they tell nothing new of a record that is there.
    given_up: Vec<record::Model>,
    attempts: Vec<(Uuid, Receipt)>,
    /// The record that a row named before, and the one it names now.
    renamed: Vec<(Uuid, Uuid)>,
}

impl Batch {
    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    /// A record, and the receipt that tells of it where it was received.
    pub(super) fn add(&mut self, record: record::Model, receipt: Option<Receipt>) {
        let of =
            if receipt.as_ref().is_some_and(|r| r.given_up) { &mut self.given_up } else { &mut self.records };
        if let Some(receipt) = receipt {
            self.attempts.push((record.id, receipt));
        }
        of.push(record);
    }

    /// A row names another record now: what was said of the one before goes with it.
    pub(super) fn rename(&mut self, old: Uuid, new: Uuid) {
        self.renamed.push((old, new));
    }

    /// Writes what was gathered in one transaction.
    pub(super) async fn write(&mut self, rectify: &Rectify, valid: bool) -> Result<()> {
        if self.records.is_empty() && self.given_up.is_empty() {
            return Ok(());
        }
        let tx = rectify.intake.db.begin().await?;
        let now = rectify.intake.clock.now();
        self.put(&tx, valid, now).await?;
        // Before the records that nothing tells of any more go.
        record_notes::move_on(&tx, &self.renamed).await?;
        let ids: Vec<Uuid> = self.records.iter().chain(&self.given_up).map(|r| r.id).collect();
        let concerned = settle_replaced(&tx, &ids, now).await?;
        if valid {
            settle_returns(&tx, &concerned, now).await?;
        }
        tx.commit().await.or_fail()?;
        self.records.clear();
        self.given_up.clear();
        self.attempts.clear();
        self.renamed.clear();
        Ok(())
    }

    async fn put(
        &mut self,
        conn: &impl sea_orm::ConnectionTrait,
        valid: bool,
        now: DateTime<Utc>,
    ) -> Result<()> {
        // The same key twice in one statement would meet itself.
        for records in [&mut self.records, &mut self.given_up] {
            records.sort_by_key(|r| r.id);
            records.dedup_by_key(|r| r.id);
        }
        // What still stands comes first where one submission has both, and of wrong rows the first that waits.
        self.attempts.sort_by_key(|(record, r)| (*record, r.submission.0, r.given_up, r.ordinal.is_none()));
        self.attempts.dedup_by_key(|(record, r)| (*record, r.submission.0));
        records::upsert(conn, &self.records).await?;
        records::insert_new(conn, &self.given_up).await?;
        let rows: Vec<attempt::Model> = self
            .attempts
            .iter()
            .map(|(record, receipt)| attempt::Model {
                record_id: *record,
                submission_id: receipt.submission.0,
                valid,
                at: records::instant(receipt.at),
                content: receipt.content.clone(),
                derived: receipt.derived,
                given_up: receipt.given_up,
                ordinal: receipt.ordinal,
            })
            .collect();
        attempts::add(conn, &rows).await?;
        let ids: Vec<Uuid> = self.records.iter().chain(&self.given_up).map(|r| r.id).collect();
        recount::recount(conn, &ids, now).await
    }
}
