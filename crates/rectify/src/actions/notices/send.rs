//! 发送: one message of the outbox goes out. Done twice, it goes out once, unless the process dies between the other end's answer
//! and our note of it; then both carry the same id, by which the other end can tell.

use kernel::{Error, ErrorKind, Lang, Result, Text};
use serde::{Deserialize, Serialize};
use serde_json::json;
use shell::beijing_time;
use store::jobs::{self, JobCx, NewJob};
use uuid::Uuid;

use crate::context::Rectify;
use crate::outgoing::{Delivery, Group, Outgoing};
use crate::store::notices::entity::{notice, outbox as message};
use crate::store::notices::{hooks, outbox, rules};
use crate::store::records::instant;

/// Kind of the job that sends one message.
pub(crate) const SEND: &str = "notice.send";
/// How often it is tried: after pauses of 1 s, 4 s, 16 s … up to an hour.
pub(crate) const ATTEMPTS: i32 = 8;

/// What the job works on.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Send {
    /// The message.
    pub outbox: Uuid,
}

/// Sends one message, or waits on where it is a quiet hour (again).
///
/// # Errors
/// What the other end said, without addresses; the message itself holds all of it, for the steward's page.
pub(crate) async fn send(rectify: &Rectify, outgoing: &Outgoing, cx: &JobCx, job: Send) -> Result<()> {
    let (conn, now) = (rectify.intake.db.conn(), rectify.intake.clock.now());
    let (message, notice) = match outbox::get(conn, job.outbox).await {
        Ok(found) => found,
        // Removed meanwhile with the account it was for.
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(e),
    };
    if message.state != "waiting" {
        return Ok(());
    }
    let rules = rules::rules(conn).await?.0;
    let until = rules.held_until(now);
    if until > now {
        let again = NewJob::new(SEND, format!("outbox:{}", message.id), &job)?
            .attempts(ATTEMPTS)
            .after(instant(until) - instant(now));
        return rectify
            .intake
            .db
            .tx(async |tx| {
                outbox::hold(tx, message.id, until).await?;
                jobs::enqueue(tx, again, now).await.map(drop)
            })
            .await;
    }
    let words = words(&notice, rules.lang, &rules.address);
    let done = match message.channel.as_str() {
        "mail" => mail(rectify, outgoing, &message, &words).await,
        _ => hook(rectify, outgoing, &message, (&notice, &words)).await,
    };
    let Err(e) = done else { return outbox::sent(conn, message.id, now).await };
    let for_good = matches!(e.kind(), ErrorKind::BadInput | ErrorKind::NotFound);
    outbox::not_taken(conn, message.id, e.text(), for_good || cx.last_attempt).await?;
    // The worker writes the failure into the log, where no mail address belongs.
    Err(Error::new(e.kind(), e.code(), Text::new("消息没有发出。", "A message was not sent.")))
}

/// Title, text and link in the language of what goes out.
struct Words {
    title: String,
    body: String,
    link: String,
}

fn words(notice: &notice::Model, lang: Lang, address: &str) -> Words {
    let (title, body) = match lang {
        Lang::Zh => (&notice.title_zh, &notice.body_zh),
        Lang::En => (&notice.title_en, &notice.body_en),
    };
    Words { title: title.clone(), body: body.clone(), link: format!("{address}{}", notice.href) }
}

async fn mail(rectify: &Rectify, outgoing: &Outgoing, message: &message::Model, words: &Words) -> Result<()> {
    let now = rectify.intake.clock.now();
    outgoing.mailer()?.send(message.id, (&message.address, &words.title, &words.body), now).await
}

async fn hook(
    rectify: &Rectify,
    outgoing: &Outgoing,
    message: &message::Model,
    (notice, words): (&notice::Model, &Words),
) -> Result<()> {
    let now = rectify.intake.clock.now();
    let id: Uuid = message.address.parse().map_err(Error::internal)?;
    let hook = hooks::get(rectify.intake.db.conn(), id).await?;
    let body = match Group::at(&hook.url) {
        Some(robot) => robot.body(&words.title, &words.body, &words.link),
        None => body(message.id, notice, words),
    };
    Delivery { id: message.id, address: &hook.url, secret: &hook.secret, body: &body }
        .send(outgoing, now)
        .await
}

/// What a webhook is sent.
fn body(id: Uuid, notice: &notice::Model, words: &Words) -> String {
    json!({
        "id": id,
        "kind": notice.kind,
        "day": notice.day,
        "org": notice.org_id,
        "resource": notice.resource,
        "due": notice.due,
        "title": words.title,
        "text": words.body,
        "link": words.link,
        "at": beijing_time(&notice.created_at),
    })
    .to_string()
}
