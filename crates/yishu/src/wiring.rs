//! Which capabilities there are, in the order of the flow.

use std::sync::Arc;

use axum::Router;
use kernel::{Clock, Result};
use shell::{App, Module, Settings};
use store::jobs::Worker;
use store::{Db, MigrationTrait};

/// All migrations, in order.
#[must_use]
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    [
        store::migrations(),
        shell::migrations(),
        identity::migrations(),
        catalogue::store::migrations(),
        intake::store::migrations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// All modules.
fn modules() -> Vec<Module> {
    vec![catalogue::module(), identity::module()]
}

/// The application and its router over a migrated database.
///
/// # Errors
/// When a message catalogue cannot be read.
pub fn build(db: Db, clock: Arc<dyn Clock>, settings: Settings) -> Result<(App, Router)> {
    let directory = Arc::new(identity::Directory::new(db.clone(), Arc::clone(&clock)));
    App::build(db, clock, directory, settings, modules())
}

/// The worker with the jobs of all capabilities.
#[must_use]
pub fn worker(db: Db, clock: Arc<dyn Clock>) -> Worker {
    Worker::new(db, clock)
}
