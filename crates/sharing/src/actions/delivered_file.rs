//! 下载推送文件: the file of a delivery, written anew from what was kept.

use kernel::{Actor, Error, Result};
use serde_json::json;
use store::audit;
use uuid::Uuid;

use super::deliver::file_name;
use super::make_deliveries::lines_of;
use super::take_receipt::MAY_DELIVER;
use crate::context::Sharing;
use crate::model::Format;
use crate::pages::delivery::media;
use crate::store::{deliveries, targets};

/// Name, media type and bytes of a delivery's file. Who took it is written down. For an interface or a table, what went there as a CSV file.
///
/// # Errors
/// Forbidden without the role: the file holds what identifies persons in the clear. Not found.
pub async fn delivered_file(
    sharing: &Sharing,
    actor: &Actor,
    id: Uuid,
) -> Result<(String, &'static str, Vec<u8>)> {
    actor.require(MAY_DELIVER)?;
    let conn = sharing.intake.db.conn();
    let row = deliveries::get(conn, actor, id).await?;
    let format: Format = targets::get(conn, row.target_id).await?.format.parse()?;
    let (_, resource) = sharing.intake.resource(&row.resource)?;
    let lines = lines_of(sharing, &row.digest).await?;
    let resource = resource.clone();
    let bytes = tokio::task::spawn_blocking(move || format.write(&resource, &lines))
        .await
        .map_err(Error::internal)??;
    let name = file_name(&row, format);
    let (now, subject) = (sharing.intake.clock.now(), format!("delivery:{id}"));
    let detail = json!({ "file": name });
    sharing
        .intake
        .db
        .tx(async |tx| audit::record(tx, now, actor, "delivery.download", &subject, &detail).await.map(drop))
        .await?;
    Ok((name, media(format), bytes))
}
