//! 接收上传: the bytes are stored first; then a submission is written down and its reading enqueued.

use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use kernel::{Actor, Error, Event, OrgId, Result, Role, SubmissionId};
use serde_json::json;
use store::{Tx, audit, events, jobs};
use tokio::io::AsyncRead;

use super::map_headers::{map_headers, verify_mapping};
use super::provider::require_provider;
use crate::context::{Intake, MAX_UPLOAD};
use crate::jobs::process_job;
use crate::model::{State, Way};
use crate::store::entity::submission::Model;
use crate::store::submissions;

/// Who may hand in.
pub const MAY_HAND_IN: &[Role] = &[Role::DataOfficer, Role::BureauSteward];

/// A file as it comes.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The department it is handed in for.
    pub org: OrgId,
    /// Resource code; found by the headers when absent.
    pub resource: Option<String>,
    /// The name the sender gave it.
    pub file_name: String,
    /// How it came in.
    pub way: Way,
    /// Sender's key: the same key again answers with the same submission.
    pub key: Option<String>,
    /// Take the file even though the same bytes were handed in before.
    pub again: bool,
    /// What the sender says of headers: header → field code, empty for "leave out". Goes before what is remembered.
    pub mapping: IndexMap<String, String>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// A new submission.
    New(SubmissionId),
    /// The same key or the same bytes came before, as this submission.
    Known(SubmissionId),
}

impl Received {
    /// The submission in either case.
    #[must_use]
    pub const fn id(self) -> SubmissionId {
        match self {
            Self::New(id) | Self::Known(id) => id,
        }
    }
}

/// Stores the bytes and begins a submission.
///
/// # Errors
/// Forbidden for other roles, not found for other departments, `resource-unknown`, `resource-provider`, `mapping-field`, `mapping-twice`,
/// `too-large`, `empty-file`, `push-key-reused`, `lake-full`.
pub async fn receive_upload(
    intake: &Intake,
    actor: &Actor,
    upload: Upload,
    bytes: impl AsyncRead + Unpin + Send,
) -> Result<Received> {
    actor.require(MAY_HAND_IN)?;
    let org = identity::org::require_in_scope(intake.db.conn(), &actor.scope, upload.org).await?;
    if let Some(code) = &upload.resource {
        let (_, resource) = intake.resource(code)?;
        verify_mapping(resource, &upload.mapping)?;
        require_provider(intake, actor, resource, &org).await?;
    }
    let mapping = match upload.mapping.is_empty() {
        true => None,
        false => Some(serde_json::to_value(&upload.mapping).map_err(Error::internal)?),
    };
    let stored = intake.lake.blobs().put(bytes, MAX_UPLOAD).await?;
    if let Some(key) = &upload.key
        && let Some(known) = submissions::by_key(intake.db.conn(), org.id, key).await?
    {
        // Answering for another file would lose this one without a word.
        return match known.digest == stored.digest.as_str() {
            true => Ok(Received::Known(SubmissionId(known.id))),
            false => Err(key_reused(key)),
        };
    }
    if stored.size == 0 {
        return Err(Error::bad_input(
            "empty-file",
            format!("文件“{}”是空的，没有任何内容。请检查后重新上传。", upload.file_name),
            format!("The file “{}” is empty. Check it and upload it again.", upload.file_name),
        ));
    }
    if stored.known
        && !upload.again
        && let Some(known) = submissions::same_bytes(intake.db.conn(), org.id, stored.digest.as_str()).await?
        && upload.resource.as_ref().is_none_or(|r| *r == known.resource)
    {
        let id = SubmissionId(known.id);
        // The file waits for someone to say what its headers mean, and that has come now.
        if known.state == State::Mapping.name() && !upload.mapping.is_empty() {
            let resource = upload.resource.unwrap_or(known.resource);
            map_headers(intake, actor, id, &resource, upload.mapping).await?;
        }
        return Ok(Received::Known(id));
    }
    let now = intake.clock.now();
    let id = SubmissionId::new();
    let row = Model {
        resource: upload.resource.unwrap_or_default(),
        way: upload.way.name().to_owned(),
        file_name: upload.file_name,
        digest: stored.digest.to_string(),
        size: i64::try_from(stored.size).map_err(Error::internal)?,
        created_by: actor.name.clone(),
        idempotency_key: upload.key,
        mapping,
        ..Model::begun(id, upload.org, State::Received, now)
    };
    intake.db.tx(async |tx| write_down(tx, actor, row, now).await).await?;
    Ok(Received::New(id))
}

/// The key came with other content before.
pub(super) fn key_reused(key: &str) -> Error {
    Error::conflict(
        "push-key-reused",
        format!("幂等键“{key}”以前用于另一批内容，请为新内容换一个键。"),
        format!("The idempotency key “{key}” came with another body before; use a new key for new rows."),
    )
}

/// Writes a received submission with its job, event and record. The record is the last thing a transaction writes.
pub(super) async fn write_down(tx: &Tx, actor: &Actor, row: Model, now: DateTime<Utc>) -> Result<()> {
    let row = submissions::insert(tx, row).await?;
    let id = SubmissionId(row.id);
    jobs::enqueue(tx, process_job(id)?, now).await?;
    let event = Event {
        kind: "received".to_owned(),
        at: now,
        org: Some(OrgId(row.org_id)),
        resource: Some(row.resource.clone()),
        submission: Some(id),
        data: json!({ "resource": row.resource, "size": row.size, "way": row.way }),
    };
    events::append(tx, &event).await?;
    let detail =
        json!({ "file": row.file_name, "sha256": row.digest, "size": row.size, "resource": row.resource });
    audit::record(tx, now, actor, "submission.receive", &format!("submission:{id}"), &detail).await?;
    Ok(())
}
