//! 停止共享: a record that may not be shared any more is taken back from every target it went to, and goes to none until it is
//! shared again. Its row stays in the lake.

use chrono::{DateTime, Utc};
use kernel::{OrgId, RecordId, Result};
use store::OrFail as _;
use uuid::Uuid;

use super::draft::{Draft, Drafts, Made, put};
use super::taken_back::{as_delivered, brought_by, standing_now, withdrawal};
use crate::context::Sharing;
use crate::model::Stop;
use crate::store::entity::target;
use crate::store::lines::Delivered;
use crate::store::{lines, stops, targets};

/// Records looked at in one go.
const PART: usize = 500;

/// Stops a record, and what mappings made of it: every target that holds it gets a withdrawal, and none gets it again when its row
/// is handed in again or a target is added. Asked again, it makes nothing more.
///
/// # Errors
/// When the lake or the database fails; nothing was made then.
pub async fn withdraw_from_targets(sharing: &Sharing, record: RecordId, reason: &str) -> Result<()> {
    stop_all(sharing, &[record.0], Stop::Decided, reason).await
}

/// A mapping leaves records out that went before: they are stopped until their rows go again.
pub(super) async fn leave_out(sharing: &Sharing, records: &[Uuid], reason: &str) -> Result<()> {
    stop_all(sharing, records, Stop::LeftOut, reason).await
}

/// Stops records, and what mappings made of them.
pub(super) async fn stop_all(sharing: &Sharing, records: &[Uuid], kind: Stop, reason: &str) -> Result<()> {
    for part in records.chunks(PART) {
        let all = lines::with_offspring(sharing.intake.db.conn(), part).await?;
        Stopping::prepare(sharing, all, kind, reason).await?.carry_out(sharing).await?;
    }
    Ok(())
}

/// Records to be stopped, with the withdrawals for whoever holds them.
pub(super) struct Stopping {
    records: Vec<Uuid>,
    kind: Stop,
    made: Made,
}

impl Stopping {
    /// Makes the withdrawals; nothing is written down yet.
    pub(super) async fn prepare(
        sharing: &Sharing,
        records: Vec<Uuid>,
        kind: Stop,
        reason: &str,
    ) -> Result<Self> {
        let held = lines::newest(sharing.intake.db.conn(), &records, None).await?;
        let made = withdrawals(sharing, &held, reason).await?;
        Ok(Self { records, kind, made })
    }

    /// Writes it down, as a part of a transaction.
    pub(super) async fn write(self, tx: &store::Tx, now: DateTime<Utc>) -> Result<()> {
        stops::stop(tx, &self.records, self.kind, now).await?;
        put(tx, self.made).await
    }

    async fn carry_out(self, sharing: &Sharing) -> Result<()> {
        let tx = sharing.intake.db.begin().await?;
        self.write(&tx, sharing.intake.clock.now()).await?;
        tx.commit().await.or_fail()
    }
}

async fn withdrawals(sharing: &Sharing, held: &[Delivered], reason: &str) -> Result<Made> {
    let all = targets::all(sharing.intake.db.conn()).await?;
    let mut made = Vec::new();
    for d in held.iter().filter(|d| !d.withdrawn) {
        let Some(drafts) = Drafts::of(sharing, &all, d) else { continue };
        let lines = as_delivered(&drafts, std::slice::from_ref(d)).await?;
        let rows = lines
            .into_iter()
            .map(|(org, line)| (org, Draft { line: withdrawal(&drafts, line, reason), submission: None }));
        // Named by the line it takes back, so that it is made once.
        let name = format!("withdraw/{}/{}", d.delivery_id, d.ordinal);
        made.extend(drafts.made(rows.collect(), None, &name).await?);
    }
    Ok(made)
}

/// Shares a record again that was stopped: every target that was told to take it back gets the row that stands now, and so does one
/// that was not given it meanwhile. Asked again, it makes nothing more.
///
/// # Errors
/// When the lake or the database fails; nothing was made then.
pub async fn share_again(sharing: &Sharing, record: RecordId) -> Result<()> {
    again(sharing, record, Stop::Decided).await
}

/// As [`share_again`], where a reason for which it was stopped is over. What is stopped for another one stays so.
pub(super) async fn again(sharing: &Sharing, record: RecordId, kind: Stop) -> Result<()> {
    let conn = sharing.intake.db.conn();
    let records = lines::with_offspring(conn, &[record.0]).await?;
    let held = lines::newest(conn, &records, None).await?;
    let others: Vec<Stop> = Stop::ALL.into_iter().filter(|k| *k != kind).collect();
    let stopped = stops::among(conn, &records, &others).await?;
    let going: Vec<Uuid> = records.iter().copied().filter(|id| !stopped.contains(id)).collect();
    let all = targets::all(conn).await?;
    let mut made = Vec::new();
    for d in held.iter().filter(|d| d.withdrawn && going.contains(&d.record_id)) {
        let Some(drafts) = Drafts::of(sharing, &all, d) else { continue };
        let rows = standing_now(&drafts, std::slice::from_ref(d)).await?;
        let name = format!("again/{}/{}", d.delivery_id, d.ordinal);
        made.extend(drafts.made(rows, None, &name).await?);
    }
    made.extend(withheld(sharing, &going, &held, &all).await?);
    let tx = sharing.intake.db.begin().await?;
    stops::go_again(&tx, &records, kind).await?;
    stops::release(&tx, &going).await?;
    put(&tx, made).await?;
    tx.commit().await.or_fail()
}

/// What targets were not given while records were stopped: one that was given none of a record before gets the row that it was not
/// given, where that stands; a later row comes to it by itself.
async fn withheld(
    sharing: &Sharing,
    going: &[Uuid],
    held: &[Delivered],
    all: &[target::Model],
) -> Result<Made> {
    let conn = sharing.intake.db.conn();
    let mut made = Vec::new();
    for row in stops::withheld(conn, going).await? {
        let given = held.iter().any(|d| (d.record_id, d.target_id) == (row.record_id, row.target_id));
        let target = all.iter().find(|t| t.id == row.target_id);
        let (Some(target), Some((_, resource))) = (target, sharing.intake.packs.resource(&row.resource))
        else {
            continue;
        };
        if given || targets::feed(conn, target.id, &row.resource).await?.is_none() {
            continue;
        }
        let drafts = Drafts { sharing, target, resource };
        let draft = brought_by(&drafts, (row.submission_id, RecordId(row.record_id))).await?;
        let lines = draft.into_iter().map(|d| (OrgId(row.org_id), d)).collect();
        // It is given to the target for the first time, so that its name is never made again.
        made.extend(drafts.made(lines, None, &format!("withheld/{}", row.record_id)).await?);
    }
    Ok(made)
}
