//! Webhook: where the bureau has reminders sent, for a department or for the whole city.

use chrono::{DateTime, Utc};
use identity::org;
use kernel::{Actor, Error, OrgId, Result};
use rand::RngCore as _;
use serde_json::json;
use store::{Db, audit};
use uuid::Uuid;

use super::MAY_STEER;
use crate::outgoing::{Delivery, Group, Outgoing, check_address};
use crate::store::notices::entity::webhook;
use crate::store::notices::{hooks, rules};
use crate::store::records::instant;

/// Longest name, in characters.
const LONGEST_TITLE: usize = 60;

/// A webhook to be added.
#[derive(Debug, Clone, Default)]
pub struct NewWebhook {
    /// None for the whole city.
    pub org: Option<OrgId>,
    /// What people call it.
    pub title: String,
    /// Where it is.
    pub url: String,
}

/// A webhook as made. The secret is shown this once.
#[derive(Debug, Clone)]
pub struct Made {
    /// Its id.
    pub id: Uuid,
    /// The key of its signatures.
    pub secret: String,
}

/// Adds a webhook.
///
/// # Errors
/// Forbidden without the role; not found outside the scope; `webhook-title` without a name; `webhook-address` when the address may
/// not be reached; `notice-address` while the platform's own address is not set.
pub async fn add_webhook(
    db: &Db,
    outgoing: &Outgoing,
    actor: &Actor,
    new: NewWebhook,
    now: DateTime<Utc>,
) -> Result<Made> {
    actor.require(MAY_STEER)?;
    let title = new.title.trim();
    if title.is_empty() || title.chars().count() > LONGEST_TITLE {
        return Err(Error::bad_input(
            "webhook-title",
            format!("请给它起个名字，最多 {LONGEST_TITLE} 字。"),
            format!("Give it a name of at most {LONGEST_TITLE} characters."),
        ));
    }
    let url = check_address(outgoing, &new.url)?;
    rules::rules(db.conn()).await?.0.require_address()?;
    if let Some(id) = new.org {
        org::require_in_scope(db.conn(), &actor.scope, id).await?;
    }
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    let made = Made { id: Uuid::now_v7(), secret: hex::encode(bytes) };
    let row = webhook::Model {
        id: made.id,
        org_id: new.org.map(|o| o.0),
        title: title.to_owned(),
        url: url.to_string(),
        secret: made.secret.clone(),
        made_by: actor.name.clone(),
        created_at: instant(now),
    };
    db.tx(async |tx| {
        hooks::insert(tx, row).await?;
        // The path may hold a token of the receiver's.
        let detail = json!({ "title": title, "org": new.org, "host": url.host_str() });
        audit::record(tx, now, actor, "webhook.add", &format!("webhook:{}", made.id), &detail).await
    })
    .await?;
    Ok(made)
}

/// Removes a webhook.
///
/// # Errors
/// Forbidden without the role; not found.
pub async fn remove_webhook(db: &Db, actor: &Actor, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    actor.require(MAY_STEER)?;
    let hook = hooks::get(db.conn(), id).await?;
    db.tx(async |tx| {
        hooks::remove(tx, id).await?;
        let detail = json!({ "title": hook.title });
        audit::record(tx, now, actor, "webhook.remove", &format!("webhook:{id}"), &detail).await
    })
    .await?;
    Ok(())
}

/// Sends a trial message at once, quiet hours or not.
///
/// # Errors
/// Forbidden without the role; not found; what the other end said.
pub async fn test_webhook(
    db: &Db,
    outgoing: &Outgoing,
    actor: &Actor,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    actor.require(MAY_STEER)?;
    let hook = hooks::get(db.conn(), id).await?;
    let delivery = Uuid::now_v7();
    let text = "一数：这是一条测试消息。 Yishu: this is a trial message.";
    let body = match Group::at(&hook.url) {
        Some(robot) => robot.body(&hook.title, text, ""),
        None => json!({ "id": delivery, "kind": "test", "title": hook.title, "text": text }).to_string(),
    };
    let trial = Delivery { id: delivery, address: &hook.url, secret: &hook.secret, body: &body };
    let done = trial.send(outgoing, now).await;
    let detail = json!({ "taken": done.is_ok() });
    db.tx(async |tx| audit::record(tx, now, actor, "webhook.test", &format!("webhook:{id}"), &detail).await)
        .await?;
    done
}
