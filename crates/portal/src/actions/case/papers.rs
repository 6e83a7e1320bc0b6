//! Papers of a case (申请材料): judged, kept sealed under the digest of what is kept, given to the desks alone.

use std::io::Read as _;

use kernel::{Actor, Error, Result};
use lake::blob::Digest;
use serde_json::json;
use store::audit;
use uuid::Uuid;

use super::MAY_WORK;
use crate::context::Portal;
use crate::model::case::{Attachment, FileKind, MOST, check_attachment, safe_name};
use crate::model::guard::hide;
use crate::seal::Seal;
use crate::store::case::entity::paper::Model;
use crate::store::case::{cases, parts};
use crate::store::instant;

/// Files judged, with their kinds.
///
/// # Errors
/// Every file that is refused, in order.
pub(super) fn judge(files: &[Attachment]) -> Result<Vec<FileKind>, Vec<Error>> {
    let mut wrong = Vec::new();
    if files.len() > MOST {
        wrong.push(Error::bad_input(
            "attachment-many",
            format!("一次最多上传 {MOST} 个附件，现在有 {} 个。请合并后再上传。", files.len()),
            format!("At most {MOST} attachments at once; there are {}. Merge some of them.", files.len()),
        ));
    }
    let mut kinds = Vec::new();
    for file in files {
        match check_attachment(file) {
            Ok(kind) => kinds.push(kind),
            Err(e) => wrong.push(e),
        }
    }
    if wrong.is_empty() { Ok(kinds) } else { Err(wrong) }
}

/// Keeps the bytes of judged files, sealed; the rows are written with the case. Their names are shown to whoever sees the case: without
/// numbers of persons and without `names`.
pub(super) async fn keep(
    portal: &Portal,
    case: Uuid,
    (files, kinds): (&[Attachment], &[FileKind]),
    names: &[String],
) -> Result<Vec<Model>> {
    let today = portal.intake.clock.today();
    let at = instant(portal.intake.clock.now());
    let seal = Seal::of(&portal.intake.lake)?;
    let mut rows = Vec::new();
    for (file, kind) in files.iter().zip(kinds) {
        let stored = portal.intake.lake.blobs().put_bytes(&seal.close(case, &file.bytes)?).await?;
        rows.push(Model {
            id: Uuid::now_v7(),
            case_id: case,
            paper: file.paper.clone(),
            name: safe_name(&hide(&file.name, names, today), Some(*kind)),
            ending: kind.ending().to_owned(),
            digest: stored.digest.to_string(),
            size: i64::try_from(file.bytes.len()).map_err(Error::internal)?,
            at,
        });
    }
    Ok(rows)
}

/// A paper original seen at the hall.
pub(super) fn seen(case: Uuid, paper: &str, at: chrono::DateTime<chrono::Utc>) -> Model {
    Model {
        id: Uuid::now_v7(),
        case_id: case,
        paper: paper.to_owned(),
        name: String::new(),
        ending: String::new(),
        digest: String::new(),
        size: 0,
        at: instant(at),
    }
}

/// A paper to be read by a desk.
#[derive(Debug)]
pub struct PaperFile {
    /// Its name, safe to save under.
    pub name: String,
    /// Media type by its content.
    pub media: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// One paper of a case, and a record of who took it.
///
/// # Errors
/// Forbidden to whoever does not work on cases: papers tell who the applicant is. Not found outside the scope or for a paper original.
pub async fn paper_of(portal: &Portal, actor: &Actor, case: Uuid, paper: Uuid) -> Result<PaperFile> {
    actor.require(MAY_WORK)?;
    let missing = || Error::not_found("这份材料", "paper");
    let row = cases::get(portal.intake.db.conn(), actor, case).await?;
    let found = parts::papers(portal.intake.db.conn(), case).await?.into_iter().find(|p| p.id == paper);
    let found = found.ok_or_else(missing)?;
    let kind = FileKind::by_ending(&found.ending).ok_or_else(missing)?;
    let digest = Digest::parse(&found.digest)?;
    let blobs = portal.intake.lake.blobs().clone();
    let bytes = tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        blobs
            .open_read(&digest)?
            .read_to_end(&mut bytes)
            .map_err(|e| Error::unavailable("存储", "storage", e))?;
        Ok::<_, Error>(bytes)
    });
    let sealed = bytes.await.map_err(Error::internal)??;
    let bytes = Seal::of(&portal.intake.lake)?.open(case, &sealed)?;
    let now = portal.intake.clock.now();
    let detail = json!({ "paper": found.id, "sha256": found.digest });
    portal
        .intake
        .db
        .tx(async |tx| {
            audit::record(tx, now, actor, "case.read-paper", &super::subject(&row), &detail).await?;
            Ok(())
        })
        .await?;
    Ok(PaperFile { name: found.name, media: kind.media(), bytes })
}
