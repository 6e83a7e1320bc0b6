//! Pages of reminders.

pub mod hooks;
pub mod inbox;
pub mod outbox;
pub mod rules;
pub mod templates;

use axum::extract::FromRef;
use kernel::{Error, Result};
use uuid::Uuid;

use crate::context::Rectify;
use crate::outgoing::Outgoing;

/// What the pages of rectify work with.
#[derive(Clone, FromRef)]
pub struct Desk {
    pub rectify: Rectify,
    pub outgoing: Outgoing,
}

fn notice_id(text: &str) -> Result<Uuid> {
    text.parse().map_err(|_| Error::not_found("这条提醒", "notice"))
}
