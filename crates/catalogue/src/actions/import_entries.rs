//! A file of entries is read in: all of it, or nothing.

use ::store::{Db, audit};
use chrono::{DateTime, Utc};
use kernel::{Actor, Error, ErrorKind, Result, Text};
use serde_json::json;

use super::edit_entry::Edited;
use super::{EDIT, create_entry, edit_entry};
use crate::exchange::{Format, read};

/// What an import did, or why it did nothing.
#[derive(Debug, Default)]
pub struct Imported {
    /// Codes of the entries made.
    pub created: Vec<String>,
    /// Codes of the entries changed; a published one has a new version now.
    pub changed: Vec<String>,
    /// How many were equal to what is there.
    pub unchanged: usize,
    /// Every place that is wrong, with its reason. When there is one, nothing was imported.
    pub wrong: Vec<(Text, Text)>,
}

/// Imports a file. A row with a code changes the entry of that code, one without makes a new draft.
///
/// # Errors
/// Forbidden without the role; `catalogue-file`, `workbook-unreadable`, `workbook-too-large` when the file as a whole
/// cannot be read. Wrong rows are no error: they are in the answer.
pub async fn import_entries(
    db: &Db,
    actor: &Actor,
    format: Format,
    bytes: &[u8],
    now: DateTime<Utc>,
) -> Result<Imported> {
    actor.require(EDIT)?;
    let given = read(format, bytes)?;
    if given.is_empty() {
        return Err(Error::bad_input(
            "catalogue-file",
            "文件里没有目录。请在“目录”工作表中填写后上传。",
            "The file holds no entries. Fill them into the sheet of entries and upload it again.",
        ));
    }
    let mut done = Imported::default();
    let count = given.len();
    let outcome = db
        .tx(async |tx| {
            let mut seen = std::collections::HashSet::new();
            for one in given {
                let entry = match one.entry {
                    Ok(entry) => entry,
                    Err(reasons) => {
                        done.wrong.extend(reasons.into_iter().map(|r| (one.place.clone(), r)));
                        continue;
                    }
                };
                let code = entry.code.trim().to_owned();
                if !code.is_empty() && !seen.insert(code.clone()) {
                    done.wrong.push((one.place, twice(&code)));
                    continue;
                }
                let result = if code.is_empty() {
                    create_entry::insert(tx, actor, entry, now).await.map(|row| done.created.push(row.code))
                } else {
                    edit_entry::update(tx, actor, &code, None, entry, now).await.map(|(edited, _)| match edited {
                        Edited::Unchanged => done.unchanged += 1,
                        _ => done.changed.push(code.clone()),
                    })
                };
                match result {
                    Ok(()) => {}
                    Err(e) if e.kind() == ErrorKind::NotFound => done.wrong.push((one.place, unknown(&code))),
                    Err(e) if matches!(e.kind(), ErrorKind::BadInput | ErrorKind::Conflict | ErrorKind::Forbidden) => {
                        done.wrong.push((one.place, e.text().clone()));
                    }
                    Err(e) => return Err(e),
                }
            }
            if !done.wrong.is_empty() {
                // Ends the transaction, so that nothing of the file stays.
                return Err(Error::conflict("catalogue-file", "文件有误，未导入。", "The file is wrong; nothing was imported."));
            }
            let detail = json!({ "entries": count, "created": done.created, "changed": done.changed, "unchanged": done.unchanged });
            audit::record(tx, now, actor, "entry.import", "catalogue", &detail).await?;
            Ok(())
        })
        .await;
    match outcome {
        Ok(()) => Ok(done),
        Err(_) if !done.wrong.is_empty() => Ok(Imported { wrong: done.wrong, ..Imported::default() }),
        Err(e) => Err(e),
    }
}

fn twice(code: &str) -> Text {
    Text::new(
        format!("信息资源代码“{code}”在文件里出现了两次，请只保留一行。"),
        format!("The resource code “{code}” stands twice in the file; keep one row."),
    )
}

fn unknown(code: &str) -> Text {
    Text::new(
        format!("没有代码为“{code}”的目录，或您无权修改。代码由平台生成，新目录请把代码留空。"),
        format!(
            "There is no entry “{code}”, or you may not change it. Codes are given by the platform: leave the code of a new entry empty."
        ),
    )
}
