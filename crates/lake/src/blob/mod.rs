//! The received bytes (原始报文): stored before anything else happens, under their SHA-256, so that nothing a department
//! sent can be lost and the same file twice is recognised. A file is written beside its place, synced and then named,
//! so that whatever has a name is complete.

use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use kernel::{Error, Result};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::table::error::{OrStorage, storage, unreachable};

/// A SHA-256 as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(String);

impl Digest {
    /// Reads a digest.
    ///
    /// # Errors
    /// `digest` when it is not 64 hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self> {
        if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase()) {
            return Ok(Self(text.to_owned()));
        }
        Err(Error::bad_input(
            "digest",
            "文件摘要应为 64 位小写十六进制数字（SHA-256）。",
            "A file digest is 64 lower-case hexadecimal digits (SHA-256).",
        ))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// SHA-256 of the bytes.
    pub digest: Digest,
    /// Number of bytes.
    pub size: u64,
    /// Whether the same bytes were here already.
    pub known: bool,
}

/// The store of received bytes under `<lake>/received`. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Blobs {
    folder: PathBuf,
}

const PLACE: &str = "received";

impl Blobs {
    pub(crate) async fn open(root: &Path) -> Result<Self> {
        let folder = root.join(PLACE);
        tokio::fs::create_dir_all(folder.join("incoming")).await.or_storage(PLACE)?;
        Ok(Self { folder })
    }

    /// Stores bytes as they come, up to `limit` of them.
    ///
    /// # Errors
    /// `too-large` beyond the limit, `lake-full`, `lake-unreadable`, or `upload-broken` when the sender's stream ends
    /// in an error. Nothing stays behind then.
    pub async fn put(&self, mut from: impl AsyncRead + Unpin + Send, limit: u64) -> Result<Stored> {
        let mut file = self.incoming()?;
        let mut hash = Sha256::new();
        let mut size = 0_u64;
        let mut buffer = vec![0_u8; 1 << 18];
        loop {
            let n = from.read(&mut buffer).await.map_err(broken)?;
            if n == 0 {
                break;
            }
            size += n as u64;
            if size > limit {
                return Err(too_large(limit));
            }
            hash.update(&buffer[..n]);
            // Small writes to the page cache; the sync at the end is the slow part and runs aside.
            file.write_all(&buffer[..n]).or_storage(PLACE)?;
        }
        self.settle(file, hex::encode(hash.finalize()), size).await
    }

    /// Stores bytes held in memory.
    ///
    /// # Errors
    /// `lake-full`, `lake-unreadable`.
    pub async fn put_bytes(&self, bytes: &[u8]) -> Result<Stored> {
        let mut file = self.incoming()?;
        file.write_all(bytes).or_storage(PLACE)?;
        self.settle(file, hex::encode(Sha256::digest(bytes)), bytes.len() as u64).await
    }

    /// Stores a file of this machine.
    ///
    /// # Errors
    /// As [`Blobs::put`]; `file-unreadable` when it cannot be opened.
    pub async fn put_file(&self, path: &Path, limit: u64) -> Result<Stored> {
        let file = tokio::fs::File::open(path).await.map_err(|e| {
            Error::bad_input(
                "file-unreadable",
                format!("无法打开文件“{}”，请检查路径和权限。", path.display()),
                format!("Cannot open `{}`; check the path and its permissions.", path.display()),
            )
            .because(e)
        })?;
        self.put(file, limit).await
    }

    fn incoming(&self) -> Result<tempfile::NamedTempFile> {
        // The folder was made when the lake was opened: if it is gone, so is the lake.
        tempfile::Builder::new().prefix("in-").tempfile_in(self.folder.join("incoming")).map_err(|e| match e
            .kind()
        {
            std::io::ErrorKind::NotFound => unreachable(PLACE, &e.to_string()),
            _ => storage(PLACE, e),
        })
    }

    async fn settle(&self, file: tempfile::NamedTempFile, digest: String, size: u64) -> Result<Stored> {
        let digest = Digest(digest);
        let path = self.path(&digest);
        let known = tokio::task::spawn_blocking(move || -> std::io::Result<bool> {
            if path.metadata().is_ok_and(|m| m.len() == size) {
                return Ok(true);
            }
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|e| e.error)?;
            crate::table::durable::sync_file(&path)?;
            Ok(false)
        })
        .await
        .map_err(Error::internal)?
        .or_storage(PLACE)?;
        Ok(Stored { digest, size, known })
    }

    /// Where the bytes lie: `received/ab/abcdef…`. For readers that need a path.
    #[must_use]
    pub fn path(&self, digest: &Digest) -> PathBuf {
        let head: String = digest.0.chars().take(2).collect();
        self.folder.join(head).join(&digest.0)
    }

    /// Whether the bytes are here.
    #[must_use]
    pub fn has(&self, digest: &Digest) -> bool {
        self.path(digest).is_file()
    }

    /// The path of bytes that must be here, because a submission was made of them.
    ///
    /// # Errors
    /// `lake-unreadable` when they are not: the disk is not mounted, or not all of it came back.
    pub fn require(&self, digest: &Digest) -> Result<PathBuf> {
        let path = self.path(digest);
        match path.metadata() {
            Ok(file) if file.is_file() => Ok(path),
            Ok(_) => Err(unreachable(PLACE, "a folder in the place of received bytes")),
            Err(e) => Err(unreachable(PLACE, &format!("{}: {e}", path.display()))),
        }
    }

    /// Opens the bytes for reading.
    ///
    /// # Errors
    /// `not-found`, `lake-unreadable`.
    pub fn open_read(&self, digest: &Digest) -> Result<impl Read + Seek + Send + use<>> {
        match std::fs::File::open(self.path(digest)) {
            Ok(file) => Ok(file),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                Err(Error::not_found("原始文件", "received file").because(digest))
            }
            Err(e) => Err(storage(PLACE, e)),
        }
    }

    /// Removes what uploads that were cut off left behind, when older than `age`. Returns how many.
    ///
    /// # Errors
    /// `lake-unreadable`
    pub fn sweep(&self, age: std::time::Duration) -> Result<usize> {
        let mut swept = 0;
        for entry in std::fs::read_dir(self.folder.join("incoming")).or_storage(PLACE)? {
            let entry = entry.or_storage(PLACE)?;
            let old = entry
                .metadata()
                .and_then(|m| m.modified())
                .is_ok_and(|t| t.elapsed().is_ok_and(|e| e >= age));
            if old && std::fs::remove_file(entry.path()).is_ok() {
                swept += 1;
            }
        }
        Ok(swept)
    }
}

fn broken(e: std::io::Error) -> Error {
    Error::bad_input(
        "upload-broken",
        "上传中断，文件没有收全。请重新上传。",
        "The upload broke off before the whole file had come. Upload it again.",
    )
    .because(e)
}

fn too_large(limit: u64) -> Error {
    let megabytes = limit / 1_000_000;
    Error::new(
        kernel::ErrorKind::TooLarge,
        "too-large",
        kernel::Text::new(
            format!("文件超过 {megabytes} MB 的上限。请拆分后分批上传，或压缩后上传。"),
            format!("The file is larger than the limit of {megabytes} MB. Split it, or compress it."),
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[tokio::test]
    async fn the_same_bytes_are_stored_once_under_their_digest() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path()).await.unwrap();
        let first = blobs.put(&b"abc"[..], 10).await.unwrap();
        assert_eq!((first.digest.as_str(), first.size, first.known), (ABC, 3, false));
        assert!(folder.path().join("received/ba").join(ABC).is_file());
        let second = blobs.put_bytes(b"abc").await.unwrap();
        assert_eq!((second.digest, second.known), (first.digest.clone(), true));
        let mut back = String::new();
        blobs.open_read(&first.digest).unwrap().read_to_string(&mut back).unwrap();
        assert_eq!(back, "abc");
        let left = std::fs::read_dir(folder.path().join("received/incoming")).unwrap().count();
        assert_eq!(left, 0, "nothing half-written stays");
    }

    #[tokio::test]
    async fn beyond_the_limit_nothing_stays() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path()).await.unwrap();
        assert_eq!(blobs.put(&b"abcdef"[..], 5).await.unwrap_err().code(), "too-large");
        assert_eq!(std::fs::read_dir(folder.path().join("received/incoming")).unwrap().count(), 0);
        assert_eq!(Digest::parse("../../etc/passwd").unwrap_err().code(), "digest");
    }

    #[tokio::test]
    async fn an_upload_cut_off_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path()).await.unwrap();
        std::fs::write(folder.path().join("received/incoming/in-cut"), "half").unwrap();
        assert_eq!(blobs.sweep(std::time::Duration::from_secs(3600)).unwrap(), 0);
        assert_eq!(blobs.sweep(std::time::Duration::ZERO).unwrap(), 1);
    }
}
