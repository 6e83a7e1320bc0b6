//! Room beside the tables for what use cases keep there: findings, exports on their way.

use std::path::PathBuf;

use kernel::Result;

use super::error::OrStorage;
use super::lake::Lake;

impl Lake {
    /// A folder of the lake under `work/`, made when missing. What lies there can be made again from the received
    /// bytes.
    ///
    /// # Errors
    /// `lake-full`, `lake-unreadable`
    pub fn work_folder(&self, name: &'static str) -> Result<PathBuf> {
        let folder = self.inner.root.join("work").join(name);
        std::fs::create_dir_all(&folder).or_storage(name)?;
        Ok(folder)
    }

    /// Where a key of this platform lies that no setting gives: beside the tables, so that a copy of the control database
    /// alone opens nothing.
    #[must_use]
    pub fn key_file(&self, name: &'static str) -> PathBuf {
        self.inner.root.join(format!("{name}.key"))
    }
}
