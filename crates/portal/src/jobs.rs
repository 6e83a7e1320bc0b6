//! Background work of the portal.

use kernel::RecordId;
use store::jobs::{JobCx, Worker};

use crate::actions::publish::{KEEP_TARGETS, KeepTargets, keep_targets};
use crate::context::Portal;

/// Adds the job handlers of the portal to a worker.
#[must_use]
pub fn jobs(worker: Worker, portal: Portal) -> Worker {
    worker.patient(KEEP_TARGETS).on(KEEP_TARGETS, move |_: JobCx, work: KeepTargets| {
        let portal = portal.clone();
        async move { keep_targets(&portal, RecordId(work.record), &work.reason).await }
    })
}
