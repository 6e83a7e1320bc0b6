//! 撤销跟踪: rows that a submission brought and that were taken out of a table again go to the target as withdrawals, or as what
//! stands in their place.

use std::collections::{BTreeMap, HashMap};

use kernel::{OrgId, RecordId, Result, SubmissionId};
use lake::query::Query;
use lake::table::{KEY, SUBMISSION};
use rectify::model::record_id;
use serde_json::Value;

use super::draft::{Draft, Drafts};
use super::make_deliveries::lines_of;
use crate::model::{Line, plain};
use crate::store::lines::{self, Delivered};

/// Records looked at in one go.
const PART: usize = 500;

/// Delivers what became of the rows of a submission that was taken back. Done again, it finds nothing left to do.
pub(super) async fn taken_back(drafts: &Drafts<'_>, submission: SubmissionId, version: u64) -> Result<()> {
    let conn = drafts.sharing.intake.db.conn();
    let records = lines::of_submission(conn, submission.0, drafts.target.id).await?;
    for (n, part) in records.chunks(PART).enumerate() {
        let newest = lines::newest(conn, part, Some(drafts.target.id)).await?;
        let held: Vec<Delivered> = newest
            .into_iter()
            .filter(|d| !d.withdrawn && d.submission_id == Some(submission.0))
            .filter(|d| d.resource == drafts.resource.resource)
            .collect();
        let found = instead(drafts, &held, "").await?;
        drafts.write(found, version, &format!("{version}/undo/{submission}/{n}"), None).await?;
    }
    Ok(())
}

/// For each line that a target holds: the row that has its key in the table now, or its withdrawal.
async fn instead(drafts: &Drafts<'_>, held: &[Delivered], reason: &str) -> Result<Vec<(OrgId, Draft)>> {
    let before = as_delivered(drafts, held).await?;
    let keys: Vec<&str> = before.iter().map(|(_, line)| line.key.as_str()).collect();
    let rows = by_key(drafts, &keys).await?;
    let all = before.into_iter().map(|(org, line)| match rows.get(&line.key) {
        Some((submission, cells)) => {
            let cells = cells.clone().into_iter().collect();
            (org, Draft { line: Line { cells, ..line }, submission: *submission })
        }
        None => (org, Draft { line: withdrawal(drafts, line, reason), submission: None }),
    });
    Ok(all.collect())
}

/// The rows that stand in the table now for records a target was told to take back; nothing for one that has none.
pub(super) async fn standing_now(drafts: &Drafts<'_>, held: &[Delivered]) -> Result<Vec<(OrgId, Draft)>> {
    let all = instead(drafts, held, "").await?;
    let stands = |(org, mut draft): (OrgId, Draft)| {
        (draft.submission.is_some()).then(|| {
            draft.line.withdrawn = false;
            draft.line.reason = String::new();
            (org, draft)
        })
    };
    Ok(all.into_iter().filter_map(stands).collect())
}

/// The row that a submission brought of a record, as long as it stands; none once another one has taken its place.
pub(super) async fn brought_by(
    drafts: &Drafts<'_>,
    (submission, record): (uuid::Uuid, RecordId),
) -> Result<Option<Draft>> {
    let (code, lake) = (&drafts.resource.resource, &drafts.sharing.intake.lake);
    let sql = format!("SELECT \"{KEY}\" FROM \"{code}\" WHERE \"{SUBMISSION}\" = $1");
    let of = Query::new(sql).bind([Value::from(submission.to_string())]).limit(usize::MAX);
    let found = lake.query(of).await?;
    let mut keys = found.rows.iter().map(|row| plain(row.first()));
    let Some(key) = keys.find(|key| record_id(code, key) == record) else { return Ok(None) };
    let row = by_key(drafts, &[&key]).await?.remove(&key);
    Ok(row.map(|(submission, cells)| {
        let cells = cells.into_iter().collect();
        let line = Line { record, key, withdrawn: false, reason: String::new(), mark: None, cells };
        Draft { line, submission }
    }))
}

/// The lines as the target has them.
pub(super) async fn as_delivered(drafts: &Drafts<'_>, held: &[Delivered]) -> Result<Vec<(OrgId, Line)>> {
    let mut by_digest: BTreeMap<&str, Vec<&Delivered>> = BTreeMap::new();
    for d in held {
        by_digest.entry(&d.digest).or_default().push(d);
    }
    let mut out = Vec::with_capacity(held.len());
    for (digest, wanted) in by_digest {
        let lines = lines_of(drafts.sharing, digest).await?;
        for d in wanted {
            let at = usize::try_from(d.ordinal - 1).unwrap_or(usize::MAX);
            if let Some(line) = lines.get(at) {
                out.push((OrgId(d.org_id), line.clone()));
            }
        }
    }
    Ok(out)
}

/// A line that takes a record back: nothing but what names it.
pub(super) fn withdrawal(drafts: &Drafts<'_>, mut line: Line, reason: &str) -> Line {
    let key: Vec<&str> = drafts.resource.business_key.iter().flat_map(|k| k.split('|')).collect();
    line.cells.retain(|field, _| key.contains(&field.as_str()));
    Line { withdrawn: true, reason: reason.to_owned(), mark: None, ..line }
}

type Row = (Option<uuid::Uuid>, Vec<(String, String)>);

/// The rows that have these keys now.
async fn by_key(drafts: &Drafts<'_>, keys: &[&str]) -> Result<HashMap<String, Row>> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let code = &drafts.resource.resource;
    let lake = &drafts.sharing.intake.lake;
    let stored = lake.columns(code).await?;
    let fields: Vec<&str> = drafts.resource.fields.iter().map(|f| f.code.as_str()).collect();
    let fields: Vec<&str> = fields.into_iter().filter(|f| stored.iter().any(|c| c.name == *f)).collect();
    let names = [KEY, SUBMISSION].iter().chain(&fields).map(|n| format!("\"{n}\""));
    let names: Vec<String> = names.collect();
    let places: Vec<String> = (1..=keys.len()).map(|n| format!("${n}")).collect();
    let sql =
        format!("SELECT {} FROM \"{code}\" WHERE \"{KEY}\" IN ({})", names.join(", "), places.join(", "));
    let found = lake.query(Query::new(sql).bind(keys.iter().map(|k| Value::from(*k)))).await?;
    let row = |row: Vec<Value>| {
        let cells = fields.iter().zip(row.iter().skip(2)).map(|(f, v)| ((*f).to_owned(), plain(Some(v))));
        let cells = cells.filter(|(_, v)| !v.is_empty()).collect();
        (plain(row.first()), (plain(row.get(1)).parse().ok(), cells))
    };
    Ok(found.rows.into_iter().map(row).collect())
}
