//! Search (检索): the index is made from the table of what is published, and can be made again from it at any time. It is a file of
//! its own beside the lake; several processes may read and write it.

mod plan;
#[cfg(test)]
mod tests;
mod tokens;
mod words;

use std::sync::Arc;

use chrono::Datelike as _;
use kernel::{Error, Result};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use store::{Db, OrFail as _};
use tokio::sync::OnceCell;
use uuid::Uuid;

pub(crate) use plan::Found;
pub use tokens::highlight;
pub use words::{MOST, Question};

use crate::context::Portal;
use crate::store::publication::lists::{self, Changed};
use crate::store::publication::write;
use plan::{Reader, SCALE, Sql};
use words::{ASK_VERSION, BATCH, CLEAR, Entry, OPTIMIZE, PUT, PUT_ENTRY, REMOVE, SCHEMA, Texts, VERSION};

/// Records after which the parts of the index are put together.
const MANY: u64 = 200_000;

/// The index of this process, opened when it is first asked.
#[derive(Clone, Default)]
pub(crate) struct Search(Arc<OnceCell<Db>>);

fn asking(sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
}

async fn open(portal: &Portal) -> Result<&Db> {
    let make = async || {
        let file = portal.intake.lake.work_folder("search")?.join("search.db");
        match connect(&file).await {
            Ok(db) => Ok(db),
            Err(e) => {
                // Nothing is lost with it.
                tracing::warn!(error = ?e, "the search index cannot be read and is made anew");
                for end in ["", "-wal", "-shm"] {
                    let _ = std::fs::remove_file(format!("{}{end}", file.display()));
                }
                connect(&file).await
            }
        }
    };
    portal.search.0.get_or_try_init(make).await
}

async fn connect(file: &std::path::Path) -> Result<Db> {
    let db = Db::connect(&format!("sqlite://{}", file.display())).await?;
    if version(db.conn()).await? != VERSION {
        db.tx(async |tx| {
            // Another process may have been quicker.
            if version(tx).await? != VERSION {
                for sql in SCHEMA {
                    tx.execute_unprepared(sql).await.or_fail()?;
                }
            }
            Ok(())
        })
        .await?;
    }
    Ok(db)
}

async fn version(conn: &impl ConnectionTrait) -> Result<i64> {
    let row = conn.query_one_raw(asking(ASK_VERSION, [])).await.or_fail()?;
    row.map_or(Ok(0), |r| r.try_get_by_index(0).or_fail())
}

impl Reader for Db {
    type Error = Error;

    async fn ask(&self, sql: Sql) -> Result<Option<String>> {
        let statement = asking(&sql.text, sql.values.into_iter().map(Value::from));
        let row = self.conn().query_one_raw(statement).await.or_fail()?;
        row.map_or(Ok(None), |r| r.try_get_by_index(0).or_fail())
    }
}

/// Answers a question.
///
/// # Errors
/// When the index cannot be read.
pub(crate) async fn find(portal: &Portal, question: &Question) -> Result<Found> {
    let reader = open(portal).await?;
    let found = plan::find(reader, question, SCALE).await?;
    if !found.places.is_empty() {
        return Ok(found);
    }
    // What is typed is taken as it stands before it is read as something else.
    match tokens::joined(&question.typed) {
        Some(typed) => plan::find(reader, &Question { typed, ..question.clone() }, SCALE).await,
        None => plan::find_begun(reader, question, SCALE).await,
    }
}

/// Where the index stands: revision and record.
async fn reached(conn: &impl ConnectionTrait) -> Result<(i64, Uuid)> {
    let row = conn.query_one_raw(asking("select rev, record from reached", [])).await.or_fail()?;
    let Some(row) = row else { return Ok((0, Uuid::nil())) };
    let record: Vec<u8> = row.try_get_by_index(1).or_fail()?;
    Ok((row.try_get_by_index(0).or_fail()?, Uuid::from_slice(&record).map_err(Error::internal)?))
}

async fn set_reached(conn: &impl ConnectionTrait, (rev, record): (i64, Uuid)) -> Result<()> {
    let values = [rev.into(), record.as_bytes().to_vec().into()];
    conn.execute_raw(asking("update reached set rev = $1, record = $2", values)).await.or_fail()?;
    Ok(())
}

/// Whether everything published can be found.
///
/// # Errors
/// When index or database cannot be read.
pub(crate) async fn is_in_step(portal: &Portal) -> Result<bool> {
    let rev = write::rev(portal.intake.db.conn()).await?;
    Ok(reached(open(portal).await?.conn()).await?.0 >= rev)
}

/// Forgets everything; the next round makes the index anew. While it is made, the search finds a part only.
///
/// # Errors
/// When the index cannot be written.
pub(crate) async fn forget(portal: &Portal) -> Result<()> {
    open(portal)
        .await?
        .tx(async |tx| {
            for sql in CLEAR {
                tx.execute_unprepared(sql).await.or_fail()?;
            }
            set_reached(tx, (0, Uuid::nil())).await
        })
        .await
}

/// Brings the index in step with what is published. Several may do so at once: each batch begins where the last one, whoever
/// wrote it, has ended. Killed at any instant, it goes on from its last batch.
///
/// # Errors
/// When index or database fails; what was taken up stays.
pub(crate) async fn sync(portal: &Portal) -> Result<()> {
    let conn = portal.intake.db.conn();
    let db = open(portal).await?;
    let rev = write::rev(conn).await?;
    let at = reached(db.conn()).await?;
    if at.0 == rev {
        return Ok(());
    }
    if at.0 > rev {
        // It belongs to another database.
        forget(portal).await?;
    }
    let mut taken = 0;
    loop {
        let n = db
            .tx(async |tx| {
                let mut at = reached(tx).await?;
                let changed = lists::changed_after(conn, at, BATCH).await?;
                for row in &changed {
                    take_up(tx, row).await?;
                }
                if let Some(last) = changed.last() {
                    at = (last.rev, last.id);
                }
                // A revision may have no records left, all of them changed again since: then all up to it are in.
                if (changed.len() as u64) < BATCH && at.0 < rev {
                    at = (rev, Uuid::max());
                }
                set_reached(tx, at).await?;
                Ok(changed.len() as u64)
            })
            .await?;
        taken += n;
        if n < BATCH {
            break;
        }
    }
    if taken >= MANY {
        db.conn().execute_unprepared(OPTIMIZE).await.or_fail()?;
    }
    Ok(())
}

async fn take_up(conn: &impl ConnectionTrait, row: &Changed) -> Result<()> {
    let place = || Value::from(row.place);
    if !row.shown {
        for sql in REMOVE {
            conn.execute_raw(asking(sql, [place()])).await.or_fail()?;
        }
        return Ok(());
    }
    let entry = Entry {
        name: &row.subject,
        code: &row.code,
        document: &row.document,
        kind: &row.kind,
        authority: &row.authority,
        year: row.decided.year(),
    };
    conn.execute_raw(asking(PUT, [place(), entry.words().into()])).await.or_fail()?;
    let Texts { name, document, authority, repeats } = entry.texts();
    let (kind, year) = (entry.kind.to_owned().into(), entry.year.into());
    let values = [place(), name.into(), document.into(), kind, authority.into(), year, repeats.into()];
    conn.execute_raw(asking(PUT_ENTRY, values)).await.or_fail()?;
    Ok(())
}
