//! What every use case of intake works with.

use std::sync::Arc;

use kernel::{Clock, Error, Result};
use lake::Lake;
use standards::pack::{Pack, Packs, Resource};
use store::Db;

use crate::pull_settings::PullSettings;

/// The parts intake works with (归集的工作环境). Cheap to clone.
#[derive(Clone)]
pub struct Intake {
    /// Control database.
    pub db: Db,
    /// Where rows lie.
    pub lake: Lake,
    /// Standards.
    pub packs: Arc<Packs>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What pulls may reach.
    pub pull: PullSettings,
}

/// Greatest size of one upload, in bytes.
pub const MAX_UPLOAD: u64 = 4 << 30;

impl Intake {
    /// A resource with the pack that declares it.
    ///
    /// # Errors
    /// `resource-unknown`, naming those that exist.
    pub fn resource(&self, code: &str) -> Result<(&Pack, &Resource)> {
        self.packs.resource(code).ok_or_else(|| {
            let known: Vec<&str> = self.packs.resources().map(|(_, r)| r.resource.as_str()).collect();
            Error::bad_input(
                "resource-unknown",
                format!("没有“{code}”这个资源。可选：{}。", known.join("、")),
                format!("There is no resource “{code}”. There are: {}.", known.join(", ")),
            )
        })
    }
}
