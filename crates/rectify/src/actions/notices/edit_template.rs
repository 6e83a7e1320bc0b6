//! 修改提醒模板: texts with variables, as stewards want them.

use chrono::{DateTime, Utc};
use kernel::{Actor, Error, Lang, Result};
use serde_json::json;
use store::{Db, audit};

use super::MAY_STEER;
use crate::model::{NoticeKind, template};
use crate::store::notices::rules;

/// A text in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edited {
    /// The title, also the subject of the mail.
    pub title: String,
    /// The text.
    pub body: String,
}

impl Edited {
    /// The text, or why it cannot be used.
    ///
    /// # Errors
    /// `template-empty`, `template-long`, `template-variable`.
    pub fn checked(&self, kind: NoticeKind) -> Result<(&str, &str)> {
        let (title, body) = (self.title.trim(), self.body.trim());
        if title.is_empty() || body.is_empty() {
            return Err(Error::bad_input(
                "template-empty",
                "标题和正文都要填写；想恢复原来的文字，请用“恢复默认”。",
                "Give both a title and a text; to go back to the text shipped, restore it.",
            ));
        }
        for (text, most) in [(title, template::LONGEST_TITLE), (body, template::LONGEST_BODY)] {
            let n = text.chars().count();
            if n > most {
                return Err(Error::bad_input(
                    "template-long",
                    format!("最多 {most} 字，现在有 {n} 字。请写简短些。"),
                    format!("At most {most} characters; there are {n}. Make it shorter."),
                ));
            }
            template::check(text, kind.variables())?;
        }
        if title.contains(['\n', '\r']) {
            return Err(Error::bad_input(
                "template-title",
                "标题只能有一行。",
                "The title has one line only.",
            ));
        }
        Ok((title, body))
    }
}

/// Puts a text in force, for everything that is told from now on.
///
/// # Errors
/// Forbidden without the role; as [`Edited::checked`].
pub async fn edit_template(
    db: &Db,
    actor: &Actor,
    (kind, lang): (NoticeKind, Lang),
    new: &Edited,
    now: DateTime<Utc>,
) -> Result<()> {
    actor.require(MAY_STEER)?;
    let (title, body) = new.checked(kind)?;
    db.tx(async |tx| {
        rules::set_template(tx, (kind, lang), (title, body), &actor.name, now).await?;
        let detail = json!({ "lang": lang.tag(), "title": title, "body": body });
        audit::record(tx, now, actor, "notice.template", &subject(kind), &detail).await
    })
    .await?;
    Ok(())
}

/// Puts the text shipped in force again.
///
/// # Errors
/// Forbidden without the role.
pub async fn restore_template(
    db: &Db,
    actor: &Actor,
    (kind, lang): (NoticeKind, Lang),
    now: DateTime<Utc>,
) -> Result<()> {
    actor.require(MAY_STEER)?;
    db.tx(async |tx| {
        rules::forget_template(tx, kind, lang).await?;
        let detail = json!({ "lang": lang.tag(), "restored": true });
        audit::record(tx, now, actor, "notice.template", &subject(kind), &detail).await
    })
    .await?;
    Ok(())
}

fn subject(kind: NoticeKind) -> String {
    format!("notice-template:{}", kind.name())
}
