//! 共享对象: the bureau says who gets rows of which resources, in which way and by when.

use kernel::{Actor, Error, Result};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use store::{OrFail as _, audit};
use uuid::Uuid;

use super::post::allowed;
use super::take_receipt::MAY_DELIVER;
use crate::context::Sharing;
use crate::model::{Format, Way};
use crate::store::entity::{feed, target};
use crate::store::{instant, targets};

/// What the bureau says of a target.
#[derive(Debug, Clone, Default)]
pub struct TargetDraft {
    /// Small letters, digits and hyphens; it names folders and tables. Fixed once given.
    pub code: String,
    /// Name in Chinese.
    pub title_zh: String,
    /// Name in English; the Chinese one where empty.
    pub title_en: String,
    /// See [`Way`].
    pub way: String,
    /// See [`Format`]; for files.
    pub format: String,
    /// For interfaces.
    pub address: String,
    /// For interfaces: the name of its credential in the environment; empty for none.
    pub secret: String,
    /// Codes of the resources it takes.
    pub resources: Vec<String>,
    /// Its own limit in working days; empty where that of the standard counts.
    pub workdays: String,
    /// Whether the day of the decision is the first of them.
    pub count_first_day: bool,
    /// Where the limit is laid down.
    pub limit_source: String,
    /// Whether what is in the tables already is delivered too.
    pub from_start: bool,
}

impl TargetDraft {
    fn judged(&self, sharing: &Sharing, id: Uuid) -> Result<target::Model> {
        let way: Way = self.way.parse()?;
        let format: Format = if way == Way::File { self.format.parse()? } else { Format::Csv };
        if self.title_zh.trim().is_empty() {
            return Err(Error::bad_input("target-title", "请填写名称。", "Give it a name."));
        }
        if self.resources.is_empty() {
            return Err(Error::bad_input(
                "target-resources",
                "请至少选择一种要共享的数据。",
                "Choose at least one resource to be delivered.",
            ));
        }
        for code in &self.resources {
            sharing.intake.resource(code)?;
        }
        if way == Way::Api {
            allowed(sharing, &self.address)?;
        }
        let secret = self.secret.trim();
        if !secret.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_') {
            return Err(Error::bad_input(
                "target-secret-name",
                "凭证名称只能用大写字母、数字和下划线，例如 CREDIT_CHINA。请不要在这里填写凭证本身。",
                "The name of the credential takes capitals, digits and underscores, like CREDIT_CHINA. Do not type the credential itself here.",
            ));
        }
        let workdays = match self.workdays.trim() {
            "" => None,
            text => Some(text.parse::<i64>().ok().filter(|n| (1..=250).contains(n)).ok_or_else(|| {
                Error::bad_input(
                    "target-workdays",
                    "期限请填1到250之间的工作日数，或留空。",
                    "Give the limit as 1 to 250 working days, or leave it empty.",
                )
            })?),
        };
        let title_en = Some(self.title_en.trim()).filter(|t| !t.is_empty());
        let api = way == Way::Api;
        Ok(target::Model {
            id,
            code: code(&self.code)?,
            title_zh: self.title_zh.trim().to_owned(),
            title_en: title_en.unwrap_or(self.title_zh.trim()).to_owned(),
            way: way.name().to_owned(),
            format: format.name().to_owned(),
            address: if api { self.address.trim().to_owned() } else { String::new() },
            secret: Some(secret.to_owned()).filter(|s| api && !s.is_empty()),
            workdays,
            count_first_day: self.count_first_day,
            limit_source: self.limit_source.trim().to_owned(),
            enabled: true,
            created_by: String::new(),
            created_at: instant(sharing.intake.clock.now()),
        })
    }

    /// What it takes, and from which version on.
    async fn feeds(&self, sharing: &Sharing, id: Uuid) -> Result<Vec<feed::Model>> {
        let mut feeds = Vec::new();
        for resource in &self.resources {
            let lake = &sharing.intake.lake;
            let newest = match lake.has_table(resource) && !self.from_start {
                true => lake.version(resource).await?,
                false => 0,
            };
            feeds.push(feed::Model {
                target_id: id,
                resource: resource.clone(),
                followed: i64::try_from(newest).map_err(Error::internal)?,
            });
        }
        Ok(feeds)
    }
}

/// The code names a folder and, with a resource, a table.
fn code(text: &str) -> Result<String> {
    let text = text.trim();
    let fits = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.len() <= 40
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if fits {
        return Ok(text.to_owned());
    }
    Err(Error::bad_input(
        "target-code",
        "代码请以小写字母开头，只用小写字母、数字和连字符，不超过40个，例如 credit-china。",
        "Begin the code with a small letter; use small letters, digits and hyphens, at most 40, like credit-china.",
    ))
}

/// Adds a target.
///
/// # Errors
/// Forbidden without the role; `target-…` for what does not fit, `already-exists` for a code that is taken.
pub async fn create_target(sharing: &Sharing, actor: &Actor, draft: &TargetDraft) -> Result<Uuid> {
    actor.require(MAY_DELIVER)?;
    let id = Uuid::now_v7();
    let row = target::Model { created_by: actor.name.clone(), ..draft.judged(sharing, id)? };
    let feeds = draft.feeds(sharing, id).await?;
    let now = sharing.intake.clock.now();
    let detail =
        json!({ "code": row.code, "way": row.way, "address": row.address, "resources": draft.resources });
    sharing
        .intake
        .db
        .tx(async |tx| {
            targets::insert(tx, row, feeds).await?;
            audit::record(tx, now, actor, "target.create", &format!("target:{id}"), &detail).await?;
            Ok(id)
        })
        .await
}

/// Changes a target; its code stays. What it took before goes on from where it stood.
///
/// # Errors
/// As [`create_target`]; not found.
pub async fn edit_target(sharing: &Sharing, actor: &Actor, id: Uuid, draft: &TargetDraft) -> Result<()> {
    actor.require(MAY_DELIVER)?;
    let before = targets::get(sharing.intake.db.conn(), id).await?;
    let draft = TargetDraft { code: before.code.clone(), ..draft.clone() };
    let row = draft.judged(sharing, id)?;
    let feeds = draft.feeds(sharing, id).await?;
    let now = sharing.intake.clock.now();
    let detail = json!({
        "way": row.way, "address": row.address, "resources": draft.resources, "before": before.address,
    });
    let change = target::ActiveModel {
        title_zh: Set(row.title_zh),
        title_en: Set(row.title_en),
        way: Set(row.way),
        format: Set(row.format),
        address: Set(row.address),
        secret: Set(row.secret),
        workdays: Set(row.workdays),
        count_first_day: Set(row.count_first_day),
        limit_source: Set(row.limit_source),
        ..Default::default()
    };
    let tx = sharing.intake.db.begin().await?;
    targets::update(&tx, id, change).await?;
    targets::set_feeds(&tx, id, feeds).await?;
    audit::record(&tx, now, actor, "target.edit", &format!("target:{id}"), &detail).await?;
    tx.commit().await.or_fail()
}

/// Stops deliveries to a target, or takes them up again from where they stopped.
///
/// # Errors
/// Forbidden without the role; not found.
pub async fn switch_target(sharing: &Sharing, actor: &Actor, id: Uuid, enabled: bool) -> Result<()> {
    actor.require(MAY_DELIVER)?;
    targets::get(sharing.intake.db.conn(), id).await?;
    let now = sharing.intake.clock.now();
    let action = if enabled { "target.enable" } else { "target.disable" };
    let change = target::ActiveModel { enabled: Set(enabled), ..Default::default() };
    let tx = sharing.intake.db.begin().await?;
    targets::update(&tx, id, change).await?;
    audit::record(&tx, now, actor, action, &format!("target:{id}"), &json!({})).await?;
    tx.commit().await.or_fail()
}
