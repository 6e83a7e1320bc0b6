//! Background work of the portal.

use kernel::RecordId;
use store::jobs::{JobCx, Worker};

use crate::actions::publish::{TAKE_BACK, TakeBack, take_back};
use crate::context::Portal;

/// Adds the job handlers of the portal to a worker.
#[must_use]
pub fn jobs(worker: Worker, portal: Portal) -> Worker {
    worker.patient(TAKE_BACK).on(TAKE_BACK, move |_: JobCx, work: TakeBack| {
        let portal = portal.clone();
        async move { take_back(&portal, RecordId(work.record), &work.reason).await }
    })
}
