//! Entries are written to a file.

use ::store::Db;
use kernel::{Actor, Error, Lang, Result};

use crate::exchange::{Format, write};
use crate::model::Entry;
use crate::store::entries::{self, Find};

/// Most entries of a file; a city has about ten thousand.
const MOST: u64 = 50_000;

/// The entries that the actor sees under these filters, as a file. Reading changes nothing and needs no record.
///
/// # Errors
/// `catalogue-file` when there are more than a file can hold.
pub(crate) async fn export_entries(
    db: &Db,
    actor: &Actor,
    find: &Find,
    format: Format,
    lang: Lang,
) -> Result<Vec<u8>> {
    let (rows, total) = entries::list(db.conn(), actor, find, ("code", false), (0, MOST)).await?;
    if total > MOST {
        return Err(Error::bad_input(
            "catalogue-file",
            format!("符合条件的目录有 {total} 条，超过 {MOST} 条。请筛选后分几次导出。"),
            format!("{total} entries match, more than {MOST}. Narrow the list and export in parts."),
        ));
    }
    let orgs = entries::orgs_of(db.conn(), &rows).await?;
    let found: Vec<Entry> =
        rows.iter().zip(&orgs).map(|(row, org)| row.entry(org.as_ref())).collect::<Result<_>>()?;
    write(format, &found, lang)
}
