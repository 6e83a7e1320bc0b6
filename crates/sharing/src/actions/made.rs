//! What a mapping makes of one submission for one department: NDJSON, in memory as long as it is small.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use intake::MAX_UPLOAD;
use kernel::{Error, OrgId, Result, SubmissionId};
use lake::Lake;
use lake::blob::Stored;
use lake::map::{FromRow, Mapper};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// Bytes kept in memory; more goes into a file.
const SMALL: usize = 1 << 20;

/// Rows on their way.
pub(super) struct Made {
    pub rows: u64,
    pub left_out: u64,
    pub waiting: u64,
    bytes: Vec<u8>,
    path: PathBuf,
    file: Option<BufWriter<File>>,
}

impl Made {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { rows: 0, left_out: 0, waiting: 0, bytes: Vec::new(), path, file: None }
    }

    /// Takes a row: it goes, stays, or waits for a person.
    pub(super) fn add(&mut self, mapper: &Mapper, row: &FromRow) -> Result<()> {
        if !row.mapped.goes {
            self.left_out += 1;
            return Ok(());
        }
        if !row.mapped.by_hand.is_empty() {
            self.waiting += 1;
            return Ok(());
        }
        self.rows += 1;
        write_row(&mut self.bytes, mapper, &row.mapped.cells)?;
        if self.bytes.len() >= SMALL {
            self.spill()?;
        }
        Ok(())
    }

    fn spill(&mut self) -> Result<()> {
        let gone = |e: std::io::Error| Error::unavailable("存储", "storage", e);
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(BufWriter::new(File::create(&self.path).map_err(gone)?)),
        };
        file.write_all(&self.bytes).map_err(gone)?;
        self.bytes.clear();
        Ok(())
    }

    /// Puts the rows among the lake's blobs.
    pub(super) async fn store(mut self, lake: &Lake) -> Result<Stored> {
        if self.file.is_none() {
            return lake.blobs().put_bytes(&self.bytes).await;
        }
        self.spill()?;
        if let Some(mut file) = self.file.take() {
            file.flush().map_err(|e| Error::unavailable("存储", "storage", e))?;
        }
        let stored = lake.blobs().put_file(&self.path, MAX_UPLOAD).await?;
        // It has served; one that stays is written over the next time.
        let _ = tokio::fs::remove_file(&self.path).await;
        Ok(stored)
    }
}

/// Writes a row with every field of the target: a file in which a column is missing would be turned away as a whole.
pub(super) fn write_row(out: &mut Vec<u8>, mapper: &Mapper, cells: &[String]) -> Result<()> {
    let fields = mapper.target().fields.iter().map(|f| f.code.clone());
    let row: Map<String, Value> = fields.zip(cells.iter().map(|c| Value::from(c.as_str()))).collect();
    serde_json::to_writer(&mut *out, &row).map_err(Error::internal)?;
    out.push(b'\n');
    Ok(())
}

/// The id of what is made: the same whenever it is made again, and still a UUID of version 7 of its source's time.
pub(super) fn derived_id(mapping: &str, source: SubmissionId, org: OrgId) -> SubmissionId {
    SubmissionId(told_apart(source.0, &format!("{mapping}/{source}/{org}")))
}

/// The id of a row that waits for a person.
pub(super) fn held_id(mapping: &str, source: SubmissionId, row: i64) -> Uuid {
    told_apart(source.0, &format!("{mapping}/{source}#{row}"))
}

fn told_apart(of: Uuid, by: &str) -> Uuid {
    let mut bytes = of.into_bytes();
    let hash = Sha256::digest(by.as_bytes());
    bytes[8..].copy_from_slice(&hash[..8]);
    // The variant's bits.
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    Uuid::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_the_same_again_and_differ_by_mapping_and_department() {
        let (source, org) = (SubmissionId::new(), OrgId::new());
        let id = derived_id("a", source, org);
        assert_eq!(id, derived_id("a", source, org));
        assert_ne!(id, derived_id("b", source, org));
        assert_ne!(id, derived_id("a", source, OrgId::new()));
        assert_ne!(id, source);
        assert_eq!((id.0.get_version_num(), id.0.get_variant()), (7, uuid::Variant::RFC4122));
        assert_ne!(held_id("a", source, 1), held_id("a", source, 2));
    }
}
