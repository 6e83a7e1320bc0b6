//! 推送: what is queued for a target is sent, oldest first, until the target cannot be reached; then again after growing pauses.

use std::collections::BTreeMap;

use kernel::{Actor, Error, Result, SubmissionId, Text};
use lake::table::{Column, ColumnType, Provenance, Rows, TableSpec};
use sea_orm::ActiveValue::Set;
use serde_json::{Map, Value, json};
use standards::pack::{LandingMode, Resource};
use store::{OrFail as _, audit};
use uuid::Uuid;

use super::make_deliveries::lines_of;
use super::post::post;
use crate::context::Sharing;
use crate::model::{DeliveryState, Format, Line, LineState, Way, pause};
use crate::store::entity::delivery::{ActiveModel, Model};
use crate::store::entity::target;
use crate::store::{deliveries, instant, lines, targets};

/// The column of a delivered table that says whether a record was taken back: 1, else nothing.
pub const WITHDRAWN: &str = "WITHDRAWN";
/// The column that says what a case on the record says of it: `objection`, `repair`, `repaired`, else nothing.
pub const MARK: &str = "MARK";

/// What came of sending.
pub(super) enum Outcome {
    /// It is on its way; a receipt will follow.
    Sent,
    /// Answered: code and words, and the lines turned down.
    Answered { code: String, said: Text, refused: BTreeMap<i64, String> },
    /// The whole delivery was turned down.
    Refused { code: String, said: Text },
}

/// Sends what is queued for a target and due. Sent again after a crash, a delivery carries the same number, by which the
/// target knows it.
///
/// # Errors
/// When the lake or the database fails. A target that cannot be reached is no error: the delivery says so and waits.
pub async fn deliver(sharing: &Sharing, target: Uuid) -> Result<()> {
    let conn = sharing.intake.db.conn();
    let target = targets::get(conn, target).await?;
    if !target.enabled {
        return Ok(());
    }
    let lease = target.way.parse::<Way>()?.lease();
    loop {
        let now = sharing.intake.clock.now();
        let Some(next) = deliveries::next_of(conn, target.id).await? else { break };
        if next.next_try_at > instant(now) || !deliveries::claim(conn, next.id, now, lease).await? {
            break;
        }
        match send(sharing, &target, &next).await {
            Ok(outcome) => settle(sharing, &next, outcome).await?,
            Err(e) => {
                failed(sharing, &next, &e).await?;
                break;
            }
        }
    }
    Ok(())
}

async fn send(sharing: &Sharing, target: &target::Model, delivery: &Model) -> Result<Outcome> {
    let (_, resource) = sharing.intake.resource(&delivery.resource)?;
    let lines = lines_of(sharing, &delivery.digest).await?;
    match target.way.parse()? {
        Way::File => {
            put(sharing, target, delivery, resource, &lines).await?;
            Ok(Outcome::Sent)
        }
        Way::Table => land(sharing, target, delivery, resource, &lines).await,
        Way::Api => post(sharing, target, delivery, resource, &lines).await,
    }
}

/// The name of a delivery's file.
pub(crate) fn file_name(delivery: &Model, format: Format) -> String {
    format!("{}_{}.{}", delivery.number, delivery.resource, format.name())
}

/// Places the file in the outbox: below the target's code and the day. It appears whole or not at all.
async fn put(
    sharing: &Sharing,
    target: &target::Model,
    delivery: &Model,
    resource: &Resource,
    lines: &[Line],
) -> Result<()> {
    let format: Format = target.format.parse()?;
    let bytes = format.write(resource, lines)?;
    let outbox = match &sharing.intake.pull.outbox {
        Some(folder) => folder.clone(),
        None => sharing.intake.lake.work_folder("outbox")?,
    };
    let day = kernel::beijing_date(delivery.created_at).format("%Y%m%d").to_string();
    let folder = outbox.join(&target.code).join(day);
    let gone = |e: std::io::Error| Error::unavailable("推送文件夹", "folder of deliveries", e);
    tokio::fs::create_dir_all(&folder).await.map_err(gone)?;
    let path = folder.join(file_name(delivery, format));
    let part = path.with_extension("part");
    tokio::fs::write(&part, bytes).await.map_err(gone)?;
    tokio::fs::rename(&part, &path).await.map_err(gone)
}

/// The resource's table as a target reads it: `out-<target>-<resource>`.
#[must_use]
pub fn table_name(target: &str, resource: &str) -> String {
    format!("out-{target}-{resource}")
}

/// Lands the lines in the target's table: one commit, which carries the delivery's id and so is made once.
async fn land(
    sharing: &Sharing,
    target: &target::Model,
    delivery: &Model,
    resource: &Resource,
    lines: &[Line],
) -> Result<Outcome> {
    let mut spec = TableSpec::of(resource)?;
    spec.code = table_name(&target.code, &resource.resource);
    spec.fields
        .extend([WITHDRAWN, MARK].map(|name| Column { name: name.to_owned(), kind: ColumnType::Text }));
    let rows: Vec<Map<String, Value>> = lines
        .iter()
        .map(|line| {
            let mut row: Map<String, Value> =
                line.cells.iter().map(|(k, v)| (k.clone(), Value::from(v.as_str()))).collect();
            if line.withdrawn {
                row.insert(WITHDRAWN.to_owned(), Value::from("1"));
            }
            if let Some(mark) = line.mark {
                row.insert(MARK.to_owned(), Value::from(mark.name()));
            }
            row
        })
        .collect();
    let rows = Rows::from_json(&spec, &rows)?;
    let from = Provenance {
        submission: SubmissionId(delivery.id),
        source: delivery.number.clone(),
        received_at: delivery.created_at,
    };
    let landed = sharing.intake.lake.land_rows(&spec, LandingMode::Upsert, &from, rows).await?;
    let said = Text::new(
        format!("已写入数据表“{}”第 {} 版。", spec.code, landed.version),
        format!("Written to the table “{}”, version {}.", spec.code, landed.version),
    );
    Ok(Outcome::Answered { code: "200".to_owned(), said, refused: BTreeMap::new() })
}

/// Words are kept in both languages.
pub(super) fn kept(said: &Text) -> Result<String> {
    serde_json::to_string(said).map_err(Error::internal)
}

async fn settle(sharing: &Sharing, delivery: &Model, outcome: Outcome) -> Result<()> {
    let now = instant(sharing.intake.clock.now());
    let mut change = ActiveModel {
        sent_at: Set(Some(now)),
        claimed_until: Set(None),
        attempts: Set(0),
        ..Default::default()
    };
    let tx = sharing.intake.db.begin().await?;
    let state = match &outcome {
        Outcome::Sent => DeliveryState::Sent,
        Outcome::Answered { refused, .. } if refused.is_empty() => DeliveryState::Acknowledged,
        Outcome::Answered { .. } | Outcome::Refused { .. } => DeliveryState::Refused,
    };
    match &outcome {
        Outcome::Sent => {}
        Outcome::Answered { code, said, refused } => {
            change.answered_at = Set(Some(now));
            change.answer_code = Set(code.clone());
            change.answer = Set(kept(said)?);
            change.rows_refused = Set(lines::answer(&tx, delivery.id, refused).await?);
        }
        Outcome::Refused { code, said } => {
            change.answered_at = Set(Some(now));
            change.answer_code = Set(code.clone());
            change.answer = Set(kept(said)?);
            change.rows_refused = Set(delivery.rows_total);
            lines::set_all(&tx, delivery.id, LineState::Refused, "").await?;
        }
    }
    change.state = Set(state.name().to_owned());
    deliveries::update(&tx, delivery.id, change).await?;
    let detail = json!({ "number": delivery.number, "rows": delivery.rows_total, "state": state.name() });
    let subject = format!("delivery:{}", delivery.id);
    audit::record(&tx, now, &Actor::system(), "delivery.send", &subject, &detail).await?;
    tx.commit().await.or_fail()
}

/// It could not be sent now: the delivery says why, and when it is tried again.
async fn failed(sharing: &Sharing, delivery: &Model, why: &Error) -> Result<()> {
    tracing::warn!(delivery = %delivery.number, error = ?why, "a delivery could not be sent");
    let failures = delivery.attempts + 1;
    let change = ActiveModel {
        attempts: Set(failures),
        next_try_at: Set(instant(sharing.intake.clock.now() + pause(failures))),
        claimed_until: Set(None),
        answer_code: Set(why.code().to_owned()),
        answer: Set(kept(why.text())?),
        ..Default::default()
    };
    deliveries::update(sharing.intake.db.conn(), delivery.id, change).await
}
