//! What is known of the facts in the lake: a digest of each, and the last batch of each kind; figures counted before.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Error, Result};
use sea_orm::{ConnectionTrait, Statement, Value};
use store::OrFail as _;
use uuid::Uuid;

use super::instant;
use crate::facts::{Kind, Marks, State};
use crate::model::Figures;

/// After this time a run that did not end is taken for broken off.
const BROKEN_OFF: TimeDelta = TimeDelta::minutes(30);
/// How long figures are kept that can be counted again.
const KEPT: TimeDelta = TimeDelta::days(7);
/// Lines of one statement: below SQLite's limit of bound values.
const BATCH: usize = 300;

fn ask(conn: &impl ConnectionTrait, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(conn.get_database_backend(), sql, values)
}

/// When facts were last looked through.
pub(crate) async fn looked_at(conn: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>> {
    Ok(last_run(conn).await?.map(|(at, _)| at))
}

/// When facts were last looked through, and how long that took.
pub(crate) async fn last_run(conn: &impl ConnectionTrait) -> Result<Option<(DateTime<Utc>, TimeDelta)>> {
    let sql = "select looked_at, took_ms from fact_run where id = 1 and looked_at is not null";
    let Some(row) = conn.query_one_raw(ask(conn, sql, [])).await.or_fail()? else { return Ok(None) };
    let took: i64 = row.try_get("", "took_ms").or_fail()?;
    Ok(Some((row.try_get("", "looked_at").or_fail()?, TimeDelta::milliseconds(took))))
}

/// Takes the one place of a run; false where another has it.
pub(crate) async fn begin(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<bool> {
    let sql = "update fact_run set begun_at = $1 where id = 1 and (begun_at is null or begun_at < $2)";
    let values = [instant(now).into(), instant(now - BROKEN_OFF).into()];
    Ok(conn.execute_raw(ask(conn, sql, values)).await.or_fail()?.rows_affected() == 1)
}

/// Gives the place of a run back; `done` tells how long it took, where it came to its end.
pub(crate) async fn end(
    conn: &impl ConnectionTrait,
    now: DateTime<Utc>,
    done: Option<std::time::Duration>,
) -> Result<()> {
    let asked = match done {
        Some(took) => ask(
            conn,
            "update fact_run set begun_at = null, looked_at = $1, took_ms = $2 where id = 1",
            [instant(now).into(), i64::try_from(took.as_millis()).unwrap_or(i64::MAX).into()],
        ),
        None => ask(conn, "update fact_run set begun_at = null where id = 1", []),
    };
    conn.execute_raw(asked).await.or_fail()?;
    Ok(())
}

/// The last batch of a kind.
pub(crate) async fn mark(conn: &impl ConnectionTrait, kind: Kind) -> Result<Option<i64>> {
    let asked = ask(conn, "select batch from fact_mark where kind = $1", [kind.name().into()]);
    conn.query_one_raw(asked).await.or_fail()?.map(|r| r.try_get("", "batch")).transpose().or_fail()
}

/// The last batch of every kind.
pub(crate) async fn marks(conn: &impl ConnectionTrait) -> Result<Marks> {
    let mut all = Marks::default();
    for kind in Kind::ALL {
        if let Some(batch) = mark(conn, kind).await? {
            all.0.insert(kind, batch);
        }
    }
    Ok(all)
}

/// What the board shows; nothing where its figures are not counted ahead.
pub(crate) async fn shown(conn: &impl ConnectionTrait) -> Result<Option<State>> {
    let sql = "select shown from fact_run where id = 1 and shown is not null";
    let Some(row) = conn.query_one_raw(ask(conn, sql, [])).await.or_fail()? else { return Ok(None) };
    let text: String = row.try_get("", "shown").or_fail()?;
    serde_json::from_str(&text).map(Some).map_err(Error::internal)
}

/// Lets the board show a state; none: whatever stands when somebody looks.
pub(crate) async fn show(conn: &impl ConnectionTrait, state: Option<&State>) -> Result<()> {
    let text = state.map(serde_json::to_string).transpose().map_err(Error::internal)?;
    conn.execute_raw(ask(conn, "update fact_run set shown = $1 where id = 1", [text.into()]))
        .await
        .or_fail()?;
    Ok(())
}

/// Writes down the last batch of a kind.
pub(crate) async fn set_mark(conn: &impl ConnectionTrait, kind: Kind, batch: i64) -> Result<()> {
    let sql = "insert into fact_mark (kind, batch) values ($1, $2) on conflict (kind) do update set batch = excluded.batch";
    conn.execute_raw(ask(conn, sql, [kind.name().into(), batch.into()])).await.or_fail()?;
    Ok(())
}

/// Digests of the facts known between two ids, the first excluded, the last included; to the end where there is none.
pub(crate) async fn between(
    conn: &impl ConnectionTrait,
    kind: Kind,
    after: Option<Uuid>,
    until: Option<Uuid>,
) -> Result<HashMap<Uuid, i64>> {
    let mut sql = "select id, digest from fact_known where kind = $1".to_owned();
    let mut values: Vec<Value> = vec![kind.name().into()];
    for (id, sign) in [(after, ">"), (until, "<=")] {
        if let Some(id) = id {
            values.push(id.into());
            sql.push_str(&format!(" and id {sign} ${}", values.len()));
        }
    }
    let mut all = HashMap::new();
    for row in conn.query_all_raw(ask(conn, &sql, values)).await.or_fail()? {
        all.insert(row.try_get("", "id").or_fail()?, row.try_get("", "digest").or_fail()?);
    }
    Ok(all)
}

/// Remembers the digests of what was written; facts that are gone are forgotten.
pub(crate) async fn remember(
    conn: &impl ConnectionTrait,
    kind: Kind,
    facts: &[(Uuid, Option<i64>)],
) -> Result<()> {
    for batch in facts.chunks(BATCH) {
        let (there, gone): (Vec<_>, Vec<_>) = batch.iter().partition(|(_, digest)| digest.is_some());
        if !there.is_empty() {
            let places: Vec<String> =
                (0..there.len()).map(|i| format!("($1, ${}, ${})", i * 2 + 2, i * 2 + 3)).collect();
            let mut values: Vec<Value> = vec![kind.name().into()];
            values
                .extend(there.iter().flat_map(|(id, digest)| [Value::from(*id), digest.unwrap_or(0).into()]));
            let sql = format!(
                "insert into fact_known (kind, id, digest) values {} on conflict (kind, id) do update set digest = excluded.digest",
                places.join(", ")
            );
            conn.execute_raw(ask(conn, &sql, values)).await.or_fail()?;
        }
        if !gone.is_empty() {
            let places: Vec<String> = (0..gone.len()).map(|i| format!("${}", i + 2)).collect();
            let mut values: Vec<Value> = vec![kind.name().into()];
            values.extend(gone.iter().map(|(id, _)| Value::from(*id)));
            let sql = format!("delete from fact_known where kind = $1 and id in ({})", places.join(", "));
            conn.execute_raw(ask(conn, &sql, values)).await.or_fail()?;
        }
    }
    Ok(())
}

/// Figures counted before from an equal basis.
pub(crate) async fn cached(conn: &impl ConnectionTrait, digest: &str) -> Result<Option<Figures>> {
    let asked = ask(conn, "select figures from figure_cache where digest = $1", [digest.into()]);
    let Some(row) = conn.query_one_raw(asked).await.or_fail()? else { return Ok(None) };
    let text: String = row.try_get("", "figures").or_fail()?;
    serde_json::from_str(&text).map(Some).map_err(Error::internal)
}

/// Keeps figures that can be counted again; old ones go.
pub(crate) async fn cache(
    conn: &impl ConnectionTrait,
    digest: &str,
    figures: &Figures,
    now: DateTime<Utc>,
) -> Result<()> {
    let old = ask(conn, "delete from figure_cache where at < $1", [instant(now - KEPT).into()]);
    conn.execute_raw(old).await.or_fail()?;
    let text = serde_json::to_string(figures).map_err(Error::internal)?;
    let sql =
        "insert into figure_cache (digest, figures, at) values ($1, $2, $3) on conflict (digest) do nothing";
    conn.execute_raw(ask(conn, sql, [digest.into(), text.into(), instant(now).into()])).await.or_fail()?;
    Ok(())
}
