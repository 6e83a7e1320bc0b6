//! Background work of sharing.

use serde::{Deserialize, Serialize};
use store::jobs::{JobCx, Worker};
use uuid::Uuid;

use crate::actions;
use crate::context::Sharing;

/// Sends what is queued for one target.
pub const DELIVER: &str = "sharing.deliver";

/// Payload of [`DELIVER`].
#[derive(Debug, Serialize, Deserialize)]
pub struct Deliver {
    /// The target.
    pub target: Uuid,
}

/// Adds the job handlers of sharing to a worker.
#[must_use]
pub fn jobs(worker: Worker, sharing: Sharing) -> Worker {
    worker.on(DELIVER, move |_: JobCx, work: Deliver| {
        let sharing = sharing.clone();
        async move { actions::deliver(&sharing, work.target).await }
    })
}
