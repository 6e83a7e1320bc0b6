//! Search (检索): the index is made from the table of what is published, and can be made again from it at any time. It is a file of
//! its own beside the lake; several processes may read and write it.

mod tokens;
mod words;

use std::sync::Arc;

use chrono::Datelike as _;
use kernel::{Error, Result};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use store::{Db, OrFail as _};
use tokio::sync::OnceCell;
use uuid::Uuid;

pub use tokens::highlight;
pub use words::{MOST, Question};

use crate::context::Portal;
use crate::store::publication::lists::{self, Changed};
use crate::store::publication::write;
use words::{ASK, CLEAR, Entry, OPTIMIZE, PUT, REMOVE, SCHEMA, ranked};

/// Records taken up in one transaction.
const BATCH: u64 = 2_000;
/// Records after which the parts of the index are put together.
const MANY: u64 = 200_000;

/// The index of this process, opened when it is first asked.
#[derive(Clone, Default)]
pub(crate) struct Search(Arc<OnceCell<Db>>);

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// Places, the best first.
    pub places: Vec<i64>,
    /// Whether there are more than were looked at.
    pub more: bool,
}

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
    for sql in SCHEMA {
        db.conn().execute_unprepared(sql).await.or_fail()?;
    }
    Ok(db)
}

/// Answers a question.
///
/// # Errors
/// When the index cannot be read.
pub(crate) async fn find(portal: &Portal, question: &Question) -> Result<Found> {
    let Some(asked) = question.asked() else { return Ok(Found::default()) };
    let db = open(portal).await?;
    let mut all = places(db, &asked.all).await?;
    let more = all.len() > MOST;
    all.truncate(MOST);
    let mut first = Vec::with_capacity(asked.first.len());
    for words in &asked.first {
        first.push(places(db, words).await?);
    }
    let mut places = ranked(first, all);
    places.truncate(MOST);
    Ok(Found { places, more })
}

async fn places(db: &Db, words: &str) -> Result<Vec<i64>> {
    let most = i64::try_from(MOST).unwrap_or(i64::MAX) + 1;
    let rows = db.conn().query_all_raw(asking(ASK, [words.into(), most.into()])).await.or_fail()?;
    rows.iter().map(|r| r.try_get_by_index(0).or_fail()).collect()
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
            tx.execute_unprepared(CLEAR).await.or_fail()?;
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
    let statement = if row.shown {
        let entry = Entry {
            name: &row.subject,
            code: &row.code,
            document: &row.document,
            kind: &row.kind,
            authority: &row.authority,
            year: row.decided.year(),
        };
        asking(PUT, [row.place.into(), entry.words().into()])
    } else {
        asking(REMOVE, [row.place.into()])
    };
    conn.execute_raw(statement).await.or_fail()?;
    Ok(())
}
