//! Background work of rectify, idempotent.

use store::jobs::{JobCx, Worker};

use crate::actions::notices::{SEND, Send, send};
use crate::context::Rectify;
use crate::outgoing::Outgoing;

/// Gives the worker the jobs of rectify.
#[must_use]
pub fn jobs(worker: Worker, rectify: Rectify, outgoing: Outgoing) -> Worker {
    worker.on(SEND, move |cx: JobCx, job: Send| {
        let (rectify, outgoing) = (rectify.clone(), outgoing.clone());
        async move { send(&rectify, &outgoing, &cx, job).await }
    })
}
