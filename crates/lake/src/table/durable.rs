//! Local files that are on the disk before anybody is answered (落盘). `object_store` writes local files atomically
//! but leaves it to the system when they reach the disk; after a power cut a commit could be an empty file, and with
//! it the whole table unreadable. Here each file, and the folder that names it, is synced first.

use std::fs::File;
use std::io::Write;
use std::path::{Path as FsPath, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use deltalake_core::logstore::object_store::local::LocalFileSystem;
use deltalake_core::logstore::object_store::path::Path;
use deltalake_core::logstore::object_store::{
    self, CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result, UploadPart,
};
use futures::stream::BoxStream;

/// The local file system, synced.
pub(crate) fn store() -> Arc<dyn ObjectStore> {
    Arc::new(Durable(Arc::new(LocalFileSystem::new())))
}

#[derive(Debug)]
struct Durable(Arc<LocalFileSystem>);

impl std::fmt::Display for Durable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Durable({})", self.0)
    }
}

fn failed(path: &FsPath, source: std::io::Error) -> Error {
    if source.kind() == std::io::ErrorKind::AlreadyExists {
        return Error::AlreadyExists { path: path.display().to_string(), source: source.into() };
    }
    Error::Generic { store: "local", source: Box::new(source) }
}

async fn blocking<T: Send + 'static>(f: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(f).await {
        Ok(done) => done,
        Err(e) => Err(Error::JoinError { source: e }),
    }
}

/// Makes a file and its name durable.
pub(crate) fn sync_file(path: &FsPath) -> std::io::Result<()> {
    File::open(path)?.sync_all()?;
    sync_folder(path)
}

fn sync_folder(path: &FsPath) -> std::io::Result<()> {
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Writes beside the target, syncs, then names it; the name must not exist yet. The `#` keeps half-written files
/// out of listings, as `object_store` does itself.
fn create(path: &FsPath, payload: &PutPayload) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(FsPath::new("/"));
    std::fs::create_dir_all(folder)?;
    let mut staged = path.as_os_str().to_owned();
    staged.push(format!("#{}", uuid::Uuid::new_v4().as_fields().0));
    let staged = PathBuf::from(staged);
    let written = (|| {
        let mut file = File::options().write(true).create_new(true).open(&staged)?;
        for part in payload {
            file.write_all(part)?;
        }
        file.sync_all()?;
        std::fs::hard_link(&staged, path)
    })();
    // Whether it was named or not, the staged name is of no more use.
    let _ = std::fs::remove_file(&staged);
    written?;
    sync_folder(path)
}

#[async_trait]
impl ObjectStore for Durable {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        let path = self.0.path_to_filesystem(location)?;
        if opts.mode == PutMode::Create {
            return blocking(move || {
                create(&path, &payload).map_err(|e| failed(&path, e))?;
                Ok(PutResult { e_tag: None, version: None })
            })
            .await;
        }
        let done = self.0.put_opts(location, payload, opts).await?;
        blocking(move || sync_file(&path).map_err(|e| failed(&path, e))).await?;
        Ok(done)
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let path = self.0.path_to_filesystem(location)?;
        let upload = self.0.put_multipart_opts(location, opts).await?;
        Ok(Box::new(Upload { upload, path }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.0.get_opts(location, options).await
    }

    async fn get_ranges(
        &self,
        location: &Path,
        ranges: &[std::ops::Range<u64>],
    ) -> Result<Vec<bytes::Bytes>> {
        self.0.get_ranges(location, ranges).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.0.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.0.list(prefix)
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        self.0.list_with_offset(prefix, offset)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.0.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.0.copy_opts(from, to, options).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.0.rename_opts(from, to, options).await
    }
}

#[derive(Debug)]
struct Upload {
    upload: Box<dyn MultipartUpload>,
    path: PathBuf,
}

#[async_trait]
impl MultipartUpload for Upload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.upload.put_part(data)
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let done = self.upload.complete().await?;
        let path = self.path.clone();
        blocking(move || sync_file(&path).map_err(|e| failed(&path, e))).await?;
        Ok(done)
    }

    async fn abort(&mut self) -> object_store::Result<()> {
        self.upload.abort().await
    }
}
