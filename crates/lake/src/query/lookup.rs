//! Look-ups for the checker (对照): whole columns of a table by key, streamed into a map.

use async_recursion::async_recursion;
use std::collections::HashMap;

use deltalake_core::arrow::array::{Array, AsArray, StringArray};
use deltalake_core::arrow::compute::cast;
use deltalake_core::arrow::datatypes::DataType;
use futures::StreamExt;
use kernel::{Error, Result};

use super::{Query, refuse, value};
use crate::query::browse::quoted;
use crate::table::Lake;

/// Values of the chosen fields by key, as text; the later row wins where a key comes twice.
pub type LookupMap = HashMap<String, Vec<Option<String>>>;

impl Lake {
    /// Reads `fields` of every row of the resource's newest version into a map by `key`. Rows without key are left out.
    /// An empty map when the resource has no table yet.
    ///
    /// # Errors
    /// `sql` for a field the table does not have; what the storage says.
    #[async_recursion]
    pub async fn lookup_map(&self, resource: &str, key: &str, fields: &[&str]) -> Result<LookupMap> {
        let mut map = LookupMap::new();
        if !self.has_table(resource) {
            return self.reachable().map(|()| map);
        }
        // The key may be among the fields, and no two columns may bear one name.
        let names: Vec<String> = std::iter::once(&key)
            .chain(fields)
            .enumerate()
            .map(|(i, n)| format!("{} AS \"f{i}\"", quoted(n)))
            .collect();
        let sql = format!(
            "SELECT {} FROM {} WHERE {} IS NOT NULL",
            names.join(", "),
            quoted(resource),
            quoted(key)
        );
        let mut running = self.run(&Query::new(sql)).await?;
        while let Some(batch) = running.batches.next().await {
            let batch = batch.map_err(refuse::engine)?;
            let columns = batch
                .columns()
                .iter()
                .map(|c| cast(c, &DataType::Utf8).map_err(|e| Error::internal(format!("lookup: {e}"))))
                .collect::<Result<Vec<_>>>()?;
            let columns: Vec<&StringArray> = columns.iter().map(|c| c.as_string::<i32>()).collect();
            let Some((keys, rest)) = columns.split_first() else { continue };
            for (i, key) in keys.iter().enumerate() {
                let Some(key) = key else { continue };
                let text = |c: &&StringArray| c.is_valid(i).then(|| c.value(i).to_owned());
                map.insert(key.to_owned(), rest.iter().map(text).collect());
            }
        }
        Ok(map)
    }

    /// Of the keys given (as stored in `_key`), those the resource's table holds.
    ///
    /// # Errors
    /// What the storage says.
    #[async_recursion]
    pub async fn known_keys(
        &self,
        resource: &str,
        keys: &[String],
    ) -> Result<std::collections::HashSet<String>> {
        let mut known = std::collections::HashSet::new();
        if keys.is_empty() || !self.has_table(resource) {
            return self.reachable().map(|()| known);
        }
        let wanted: std::collections::HashSet<&str> = keys.iter().map(String::as_str).collect();
        let sql = format!("SELECT \"_key\" FROM {} WHERE \"_key\" IS NOT NULL", quoted(resource));
        let mut running = self.run(&Query::new(sql)).await?;
        while let Some(batch) = running.batches.next().await {
            let batch = batch.map_err(refuse::engine)?;
            for value in value::values(batch.column(0))? {
                if let Some(key) = value.as_str().filter(|k| wanted.contains(k)) {
                    known.insert(key.to_owned());
                }
            }
        }
        Ok(known)
    }
}
