//! The lake (数据湖): one Delta table for each resource, under one address.

use async_recursion::async_recursion;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use deltalake_core::kernel::transaction::CommitProperties;
use deltalake_core::operations::create::CreateBuilder;
use deltalake_core::protocol::SaveMode;
use deltalake_core::{DeltaTable, DeltaTableBuilder, DeltaTableError};
use kernel::{Clock, Error, Result, SystemClock};
use url::Url;

use super::commit::Digest;
use super::damage;
use super::durable;
use super::error::{OrStorage, storage, unreachable};
use super::push::Group;
use super::spec::{TableSpec, check_code};
use crate::blob::Blobs;
use crate::engine::Engine;

/// Settings of a lake with their defaults.
#[derive(Debug, Clone)]
pub struct LakeSettings {
    /// For how many days replaced files and the log stay, and so how far back time travel, [`Lake::changes`] and
    /// [`Lake::undo`] reach. Also the longest time after which a push may be retried.
    pub retention_days: u32,
    /// Data files are written and compacted to about this size, in bytes.
    pub file_size: u64,
    /// Memory that all queries together may take, in bytes; beyond it they spill to disk or fail.
    pub query_memory: usize,
}

impl Default for LakeSettings {
    fn default() -> Self {
        Self { retention_days: 90, file_size: 64 << 20, query_memory: 1 << 30 }
    }
}

/// The lake. Cheap to clone.
#[derive(Clone)]
pub struct Lake {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) root: PathBuf,
    pub(crate) engine: Engine,
    pub(crate) settings: LakeSettings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) blobs: Blobs,
    pub(crate) runtime: Arc<datafusion::execution::runtime_env::RuntimeEnv>,
    tables: Mutex<HashMap<String, Arc<Slot>>>,
}

/// What this process knows of one table.
pub(crate) struct Slot {
    pub(crate) code: String,
    /// One writer at a time inside the process; other processes are met by the optimistic commit.
    pub(crate) writing: tokio::sync::Mutex<()>,
    /// The newest snapshot seen.
    pub(crate) newest: Mutex<Option<DeltaTable>>,
    /// What recent commits landed, by version.
    pub(crate) digests: Mutex<std::collections::BTreeMap<u64, Arc<Digest>>>,
    /// Where single pushes are gathered.
    pub(crate) group: Group,
}

impl Slot {
    /// Forgets what was read: the log is not what it was.
    fn forget(&self) {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.digests.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Lake {
    /// Opens the lake at `url` (`file:///path` or a plain path; the folder is made when missing).
    ///
    /// # Errors
    /// `lake-address` for an address of another kind, `engine-unsupported`, `lake-unreadable`, `lake-full`.
    #[async_recursion]
    pub async fn open(url: &str, engine: &str) -> Result<Self> {
        Self::open_with(url, engine, LakeSettings::default(), Arc::new(SystemClock)).await
    }

    /// [`Lake::open`] with settings and a clock.
    ///
    /// # Errors
    /// As [`Lake::open`].
    #[async_recursion]
    pub async fn open_with(
        url: &str,
        engine: &str,
        settings: LakeSettings,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        let engine = Engine::parse(engine)?;
        let root = local_path(url)?;
        let place = root.display().to_string();
        let made = tokio::fs::create_dir_all(root.join("tables")).await;
        made.map_err(|e| reach(&place, e))?;
        let root = tokio::fs::canonicalize(&root).await.map_err(|e| reach(&place, e))?;
        mark(&root).map_err(|e| reach(&place, e))?;
        let blobs = Blobs::open(&root).await?;
        let runtime = crate::query::runtime(settings.query_memory)?;
        Ok(Self {
            inner: Arc::new(Inner {
                root,
                engine,
                settings,
                clock,
                blobs,
                runtime,
                tables: Mutex::default(),
            }),
        })
    }

    /// Opens a lake that must be there already, for commands that only read.
    ///
    /// # Errors
    /// `lake-missing` when there is none; else as [`Lake::open`].
    #[async_recursion]
    pub async fn open_existing(url: &str, engine: &str) -> Result<Self> {
        let root = local_path(url)?;
        if !root.join("tables").is_dir() {
            return Err(Error::bad_input(
                "lake-missing",
                format!("“{}”处没有数据湖，请检查 --lake。", root.display()),
                format!("There is no lake at `{}`; check --lake.", root.display()),
            ));
        }
        Self::open(url, engine).await
    }

    /// The received bytes.
    #[must_use]
    pub fn blobs(&self) -> &Blobs {
        &self.inner.blobs
    }

    /// Where queries run.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.inner.engine
    }

    /// Codes of the resources that have a table, sorted.
    ///
    /// # Errors
    /// `lake-unreadable`
    pub fn resources(&self) -> Result<Vec<String>> {
        let folder = self.inner.root.join("tables");
        let place = folder.display().to_string();
        let mut codes = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(|e| reach(&place, e))? {
            let entry = entry.map_err(|e| reach(&place, e))?;
            if entry.path().join("_delta_log").is_dir() {
                codes.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        codes.sort();
        Ok(codes)
    }

    /// Whether the resource has a table, which it gets when the first submission lands.
    #[must_use]
    pub fn has_table(&self, resource: &str) -> bool {
        check_code(resource).is_ok() && self.folder(resource).join("_delta_log").is_dir()
    }

    /// Whether the lake is there at all. A disk that is no longer mounted leaves an empty folder, and an empty folder
    /// must not pass for a lake without tables.
    pub(crate) fn reachable(&self) -> Result<()> {
        let mark = self.inner.root.join(MARK);
        match mark.metadata() {
            Ok(_) => Ok(()),
            Err(e) => Err(reach(&mark.display().to_string(), e)),
        }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.inner.clock.now()
    }

    pub(crate) fn folder(&self, resource: &str) -> PathBuf {
        self.inner.root.join("tables").join(resource)
    }

    pub(crate) fn slot(&self, resource: &str) -> Result<Arc<Slot>> {
        check_code(resource)?;
        let mut tables = self.inner.tables.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(tables
            .entry(resource.to_owned())
            .or_insert_with(|| {
                Arc::new(Slot {
                    code: resource.to_owned(),
                    writing: tokio::sync::Mutex::default(),
                    newest: Mutex::default(),
                    digests: Mutex::default(),
                    group: Group::default(),
                })
            })
            .clone())
    }

    fn unloaded(&self, resource: &str) -> Result<DeltaTable> {
        let folder = self.folder(resource);
        let url = Url::from_directory_path(&folder)
            .map_err(|()| Error::internal(format!("not a path: {}", folder.display())))?;
        DeltaTableBuilder::from_url(url.clone())
            .map(|b| b.with_storage_backend(durable::store(), url))
            .and_then(DeltaTableBuilder::build)
            .or_storage(resource)
    }

    /// The newest snapshot of a table; what is already known is only brought up to date.
    ///
    /// # Errors
    /// `not-found` when the resource has no table yet, else as the storage says.
    pub(crate) async fn newest(&self, resource: &str) -> Result<DeltaTable> {
        let slot = self.slot(resource)?;
        if !self.has_table(resource) {
            self.reachable()?;
            return Err(no_table(resource));
        }
        let known = slot.newest.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let before = known.as_ref().and_then(DeltaTable::version);
        let mut table = match known {
            Some(t) => t,
            None => self.unloaded(resource)?,
        };
        let mut looked = table.update_incremental(None).await;
        if matches!(looked, Err(DeltaTableError::NotATable(_))) && !no_commit_yet(&self.folder(resource)) {
            // Another process made its first commit while this one looked.
            table = self.unloaded(resource)?;
            looked = table.update_incremental(None).await;
        }
        if let Err(e) = looked {
            // The folder of a table whose very first commit was cut off holds no version yet.
            if matches!(e, DeltaTableError::NotATable(_)) && no_commit_yet(&self.folder(resource)) {
                return Err(no_table(resource));
            }
            slot.forget();
            let folder = self.folder(resource);
            let damage = damage::unreadable(&folder).map(|d| d.refusal(resource, &folder));
            return Err(damage.unwrap_or_else(|| storage(resource, e)));
        }
        let folder = self.folder(resource);
        if let Some(damage) = table.version().and_then(|newest| damage::cut_off(&folder, before, newest)) {
            slot.forget();
            return Err(damage.refusal(resource, &folder));
        }
        self.remember(&slot, &table);
        Ok(table)
    }

    /// The table as it was at a version.
    pub(crate) async fn at_version(&self, resource: &str, version: u64) -> Result<DeltaTable> {
        let newest = self.newest(resource).await?;
        match newest.version() {
            Some(v) if v == version => return Ok(newest),
            Some(v) if v < version => return Err(no_version(resource, version)),
            _ => {}
        }
        let mut table = self.unloaded(resource)?;
        table.load_version(version).await.map_err(|e| match e {
            DeltaTableError::InvalidVersion(_) => no_version(resource, version),
            e => storage(resource, e),
        })?;
        Ok(table)
    }

    pub(crate) fn remember(&self, slot: &Slot, table: &DeltaTable) {
        let mut newest = slot.newest.lock().unwrap_or_else(PoisonError::into_inner);
        if newest.as_ref().and_then(DeltaTable::version) < table.version() {
            *newest = Some(table.clone());
        }
    }

    /// The newest snapshot, after making the table or adding the columns it lacks.
    pub(crate) async fn prepared(&self, spec: &TableSpec) -> Result<DeltaTable> {
        let table = match self.newest(&spec.code).await {
            Err(e) if e.kind() == kernel::ErrorKind::NotFound => self.create(spec).await?,
            other => other?,
        };
        let schema = table.snapshot().or_storage(&spec.code)?.snapshot().arrow_schema();
        let mut missing = Vec::new();
        for (column, field) in spec.columns().iter().zip(spec.delta_columns()?) {
            match schema.field_with_name(&column.name) {
                Err(_) => missing.push(field),
                Ok(f) if *f.data_type() != column.kind.arrow() => {
                    return Err(changed_type(spec, &column.name));
                }
                Ok(_) => {}
            }
        }
        if missing.is_empty() {
            return Ok(table);
        }
        let table = table.add_columns().with_fields(missing).await.or_storage(&spec.code)?;
        self.remember(&*self.slot(&spec.code)?, &table);
        Ok(table)
    }

    async fn create(&self, spec: &TableSpec) -> Result<DeltaTable> {
        let folder = self.folder(&spec.code);
        tokio::fs::create_dir_all(&folder).await.or_storage(&spec.code)?;
        let days = self.inner.settings.retention_days;
        let keep = format!("interval {days} days");
        let made = CreateBuilder::new()
            .with_log_store(self.unloaded(&spec.code)?.log_store())
            .with_table_name(&spec.code)
            .with_columns(spec.delta_columns()?)
            .with_save_mode(SaveMode::Ignore)
            .with_commit_properties(CommitProperties::default())
            .with_configuration([
                ("delta.deletedFileRetentionDuration", Some(keep.as_str())),
                ("delta.logRetentionDuration", Some(keep.as_str())),
                ("delta.dataSkippingStatsColumns", Some(spec.stats_columns().as_str())),
                ("delta.checkpointInterval", Some("100")),
            ])
            .await;
        // Another process may have made it in the same moment: then theirs is the table.
        match made {
            Ok(_) => self.newest(&spec.code).await,
            Err(e) => self.newest(&spec.code).await.map_err(|_| storage(&spec.code, e)),
        }
    }
}

/// The file that says: this is a lake.
const MARK: &str = "lake.json";

fn mark(root: &std::path::Path) -> std::io::Result<()> {
    let mark = root.join(MARK);
    if mark.exists() {
        return Ok(());
    }
    std::fs::write(&mark, "{\"format\": 1}\n")?;
    durable::sync_file(&mark)
}

fn no_commit_yet(folder: &std::path::Path) -> bool {
    std::fs::read_dir(folder.join("_delta_log"))
        .map(|mut entries| {
            !entries.any(|e| e.is_ok_and(|e| e.path().extension().is_some_and(|x| x == "json")))
        })
        .unwrap_or(false)
}

fn reach(place: &str, e: std::io::Error) -> Error {
    match e.kind() {
        std::io::ErrorKind::StorageFull => super::error::full(place, &e.to_string()),
        _ => unreachable(place, &e.to_string()),
    }
}

fn no_table(resource: &str) -> Error {
    Error::not_found(&format!("数据表“{resource}”"), &format!("table `{resource}`"))
}

fn no_version(resource: &str, version: u64) -> Error {
    Error::not_found(
        &format!("数据表“{resource}”的第 {version} 版（可能已超过保留期）"),
        &format!("version {version} of table `{resource}` (it may be past its retention)"),
    )
}

fn changed_type(spec: &TableSpec, column: &str) -> Error {
    Error::conflict(
        "table-schema",
        format!(
            "数据表“{}”的字段“{column}”已按另一种类型存储；类型不可更改，请新建一个版本的资源。",
            spec.code
        ),
        format!(
            "Field `{column}` of table `{}` is already stored with another type; types cannot change, make a new edition of the resource.",
            spec.code
        ),
    )
}

/// `file:///a/b`, `file://a/b` (relative, as with `sqlite://`), `/a/b` and `a/b` are paths; every other scheme is
/// refused by name.
fn local_path(address: &str) -> Result<PathBuf> {
    let address = address.trim();
    let path = match address.split_once("://") {
        Some(("file", rest)) if rest.starts_with('/') => {
            Url::parse(address).ok().and_then(|url| url.to_file_path().ok())
        }
        Some(("file", rest)) => Some(PathBuf::from(rest)),
        Some((scheme, _)) => {
            return Err(Error::bad_input(
                "lake-address",
                format!("暂不支持“{scheme}”类型的数据湖地址，请使用 file:// 或本机路径。"),
                format!(
                    "A lake address of kind `{scheme}` is not supported yet; use file:// or a local path."
                ),
            ));
        }
        None => Some(PathBuf::from(address)),
    };
    path.filter(|p| !p.as_os_str().is_empty()).ok_or_else(|| {
        Error::bad_input(
            "lake-address",
            format!("数据湖地址“{address}”无效，应形如 file:///var/lib/yishu/lake。"),
            format!("`{address}` is no lake address; it should look like file:///var/lib/yishu/lake."),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!(local_path("file:///var/lake").unwrap(), PathBuf::from("/var/lake"));
        assert_eq!(local_path("file://data/lake").unwrap(), PathBuf::from("data/lake"));
        assert_eq!(local_path("file:///var/a%20b").unwrap(), PathBuf::from("/var/a b"));
        assert_eq!(local_path("/var/lake").unwrap(), PathBuf::from("/var/lake"));
        assert_eq!(local_path("data/lake").unwrap(), PathBuf::from("data/lake"));
        assert_eq!(local_path("s3://bucket/lake").unwrap_err().code(), "lake-address");
        assert_eq!(local_path("").unwrap_err().code(), "lake-address");
    }
}
