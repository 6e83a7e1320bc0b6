//! 撤回推送: a record that may not be shown any more is taken back from every target it went to. Its row stays in the lake.

use kernel::{RecordId, Result};
use store::OrFail as _;

use super::draft::{Draft, Drafts};
use super::taken_back::{as_delivered, withdrawal};
use crate::context::Sharing;
use crate::store::{deliveries, lines, targets};

/// Makes a withdrawal for every target that holds the record, or one that was made of it by a mapping. Asked again, it makes
/// nothing more. Should the row be handed in again, it is delivered again.
///
/// # Errors
/// When the lake or the database fails; nothing was made then.
pub async fn withdraw_from_targets(sharing: &Sharing, record: RecordId, reason: &str) -> Result<()> {
    let conn = sharing.intake.db.conn();
    let records = lines::with_offspring(conn, record.0).await?;
    let held = lines::newest(conn, &records, None).await?;
    let mut made = Vec::new();
    for d in held.iter().filter(|d| !d.withdrawn) {
        let Some((_, resource)) = sharing.intake.packs.resource(&d.resource) else { continue };
        let target = targets::get(conn, d.target_id).await?;
        let drafts = Drafts { sharing, target: &target, resource };
        let lines = as_delivered(&drafts, std::slice::from_ref(d)).await?;
        let all = lines
            .into_iter()
            .map(|(org, line)| (org, Draft { line: withdrawal(&drafts, line, reason), submission: None }));
        // Named by the line it takes back, so that it is made once.
        let name = format!("withdraw/{}/{}", d.delivery_id, d.ordinal);
        made.extend(drafts.made(all.collect(), None, &name).await?);
    }
    let tx = sharing.intake.db.begin().await?;
    for (row, its_lines) in made {
        if deliveries::insert(&tx, row).await? {
            lines::insert(&tx, &its_lines).await?;
        }
    }
    tx.commit().await.or_fail()
}
