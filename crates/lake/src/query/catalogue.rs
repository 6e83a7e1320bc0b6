//! The lake as the engine sees it: one schema whose tables are the resources. A table is opened only when a query
//! names it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use datafusion::catalog::{CatalogProvider, SchemaProvider, TableProvider};
use datafusion::error::{DataFusionError, Result};
use kernel::ErrorKind;

use crate::table::Lake;

pub(crate) struct LakeCatalogue {
    lake: Lake,
    versions: HashMap<String, u64>,
    read: Arc<Mutex<BTreeMap<String, u64>>>,
}

impl LakeCatalogue {
    pub(crate) fn new(lake: Lake, versions: HashMap<String, u64>) -> Self {
        Self { lake, versions, read: Arc::default() }
    }

    /// The tables read so far, with their versions.
    pub(crate) fn read(&self) -> Vec<(String, u64)> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).clone().into_iter().collect()
    }
}

impl std::fmt::Debug for LakeCatalogue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LakeCatalogue")
    }
}

impl CatalogProvider for LakeCatalogue {
    fn schema_names(&self) -> Vec<String> {
        vec!["lake".to_owned()]
    }

    fn schema(&self, name: &str) -> Option<Arc<dyn SchemaProvider>> {
        (name == "lake").then(|| {
            Arc::new(Tables {
                lake: self.lake.clone(),
                versions: self.versions.clone(),
                read: self.read.clone(),
                opened: Mutex::default(),
            }) as Arc<dyn SchemaProvider>
        })
    }
}

struct Tables {
    lake: Lake,
    versions: HashMap<String, u64>,
    read: Arc<Mutex<BTreeMap<String, u64>>>,
    opened: Mutex<HashMap<String, Arc<dyn TableProvider>>>,
}

impl std::fmt::Debug for Tables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tables")
    }
}

impl Tables {
    /// `licence_2018` stands for `licence-2018` where no table has the name itself.
    fn code(&self, name: &str) -> Option<String> {
        if self.lake.has_table(name) {
            return Some(name.to_owned());
        }
        let codes = self.lake.resources().ok()?;
        codes.into_iter().find(|c| c.replace('-', "_") == name)
    }
}

#[async_trait]
impl SchemaProvider for Tables {
    fn table_names(&self) -> Vec<String> {
        self.lake.resources().unwrap_or_default()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let Some(code) = self.code(name) else { return Ok(None) };
        let opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner).get(&code).cloned();
        if opened.is_some() {
            return Ok(opened);
        }
        let table = match self.versions.get(&code) {
            Some(version) => self.lake.at_version(&code, *version).await,
            None => self.lake.newest(&code).await,
        };
        let table = match table {
            Ok(t) => t,
            Err(e) if e.kind() == ErrorKind::NotFound && !self.versions.contains_key(&code) => {
                return Ok(None);
            }
            Err(e) => return Err(DataFusionError::External(Box::new(e))),
        };
        if let Some(version) = table.version() {
            self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(code.clone(), version);
        }
        let provider: Arc<dyn TableProvider> = table.table_provider().await?;
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).insert(code, provider.clone());
        Ok(Some(provider))
    }

    fn table_exist(&self, name: &str) -> bool {
        self.code(name).is_some()
    }
}
