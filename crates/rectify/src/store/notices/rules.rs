//! The rules in force, the texts in force, and when each round was last made.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Error, Lang, Result};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _, Statement};
use serde::{Deserialize, Serialize};
use store::OrFail as _;

use super::entity::template;
use crate::model::{NoticeKind, NoticeRules};
use crate::store::records::instant;

/// The rules as they are kept, with the kinds there were when they were set.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    rules: NoticeRules,
    #[serde(default = "first_kinds")]
    known: Vec<String>,
}

/// The kinds of the time when rules were kept without them.
fn first_kinds() -> Vec<String> {
    ["near", "today", "overdue", "returned", "disputed", "answered", "escalated", "digest"]
        .map(str::to_owned)
        .to_vec()
}

/// The rules in force, with who set them and when.
pub(crate) async fn rules(
    conn: &impl ConnectionTrait,
) -> Result<(NoticeRules, Option<(String, DateTime<Utc>)>)> {
    let sql = "select rules, by_name, at from notice_rules where id = 1";
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await.or_fail()?;
    let Some(row) = row else { return Ok((NoticeRules::default(), None)) };
    let text: String = row.try_get("", "rules").or_fail()?;
    let Kept { mut rules, known } = serde_json::from_str(&text).map_err(Error::internal)?;
    // A kind that came with a newer release than the rules is sent as by default: nobody has said otherwise.
    let new = NoticeKind::ALL.iter().map(|k| k.name()).filter(|k| !known.iter().any(|known| known == k));
    for kind in new.map(str::to_owned) {
        rules.mail_kinds.push(kind.clone());
        rules.hook_kinds.push(kind);
    }
    Ok((rules, Some((row.try_get("", "by_name").or_fail()?, row.try_get("", "at").or_fail()?))))
}

/// Writes the rules.
pub(crate) async fn set_rules(
    conn: &impl ConnectionTrait,
    rules: &NoticeRules,
    by: &str,
    at: DateTime<Utc>,
) -> Result<()> {
    let known = NoticeKind::ALL.iter().map(|k| k.name().to_owned()).collect();
    let text = serde_json::to_string(&Kept { rules: rules.clone(), known }).map_err(Error::internal)?;
    let sql = "insert into notice_rules (id, rules, by_name, at) values (1, $1, $2, $3)
               on conflict (id) do update set rules = excluded.rules, by_name = excluded.by_name, at = excluded.at";
    let values = [text.into(), by.into(), instant(at).into()];
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values))
        .await
        .or_fail()?;
    Ok(())
}

/// Whether a round has come: its last one was `every` ago. It counts as made from now on; of two that ask, one is told so.
pub(crate) async fn round_has_come(
    conn: &impl ConnectionTrait,
    name: &str,
    every: TimeDelta,
    now: DateTime<Utc>,
) -> Result<bool> {
    let now = instant(now);
    // A clock that was set back does not stop the rounds.
    if last_round(conn, name).await?.is_some_and(|at| at > now - every && at <= now) {
        return Ok(false);
    }
    let sql = "insert into notice_round (name, at) values ($1, $2) on conflict (name) do update set at = excluded.at
               where notice_round.at <= $3 or notice_round.at > $2";
    let values = [name.into(), now.into(), (now - every).into()];
    let done = conn
        .execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values))
        .await
        .or_fail()?;
    Ok(done.rows_affected() == 1)
}

/// When a round was last made.
pub(crate) async fn last_round(conn: &impl ConnectionTrait, name: &str) -> Result<Option<DateTime<Utc>>> {
    let sql = "select at from notice_round where name = $1";
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), sql, [name.into()]);
    conn.query_one_raw(asked).await.or_fail()?.map(|r| r.try_get("", "at")).transpose().or_fail()
}

/// Writes down that a round is made.
pub(crate) async fn set_round(conn: &impl ConnectionTrait, name: &str, at: DateTime<Utc>) -> Result<()> {
    let sql = "insert into notice_round (name, at) values ($1, $2) on conflict (name) do update set at = excluded.at";
    let values = [name.into(), instant(at).into()];
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values))
        .await
        .or_fail()?;
    Ok(())
}

/// What stewards wrote in place of the texts shipped.
pub(crate) async fn templates(conn: &impl ConnectionTrait) -> Result<Vec<template::Model>> {
    template::Entity::find().all(conn).await.or_fail()
}

/// The stored name of a language.
pub(crate) const fn lang_name(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "zh",
        Lang::En => "en",
    }
}

/// Writes a text.
pub(crate) async fn set_template(
    conn: &impl ConnectionTrait,
    (kind, lang): (NoticeKind, Lang),
    (title, body): (&str, &str),
    by: &str,
    at: DateTime<Utc>,
) -> Result<()> {
    let row = template::Model {
        kind: kind.name().to_owned(),
        lang: lang_name(lang).to_owned(),
        title: title.to_owned(),
        body: body.to_owned(),
        by_name: by.to_owned(),
        at: instant(at),
    };
    use template::Column;
    let changed = [Column::Title, Column::Body, Column::ByName, Column::At];
    template::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(OnConflict::columns([Column::Kind, Column::Lang]).update_columns(changed).to_owned())
        .exec_without_returning(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Takes a text away, so that the one shipped holds again.
pub(crate) async fn forget_template(conn: &impl ConnectionTrait, kind: NoticeKind, lang: Lang) -> Result<()> {
    let key = (kind.name().to_owned(), lang_name(lang).to_owned());
    template::Entity::delete_by_id(key).exec(conn).await.or_fail()?;
    Ok(())
}
