//! Pages of sharing.

pub mod cards;
pub mod deliveries;
pub mod delivery;
pub mod held;
pub mod mapping;
pub mod mappings;
mod preview;
pub mod target;
pub mod targets;

use kernel::{Error, Result, Text};
use shell::Cx;
use uuid::Uuid;

use crate::context::Sharing;

/// The title of a resource in the reader's language; its code where no pack has it any more.
fn resource_title(cx: &Cx, sharing: &Sharing, code: &str) -> String {
    let found = sharing.intake.packs.resource(code);
    found.map_or_else(|| code.to_owned(), |(_, r)| r.title.get(cx.lang()).to_owned())
}

fn id(text: &str, zh: &str, en: &str) -> Result<Uuid> {
    text.parse().map_err(|_| Error::not_found(zh, en))
}

/// Words kept in both languages, in the reader's.
fn words(cx: &Cx, kept: &str) -> String {
    match serde_json::from_str::<Text>(kept) {
        Ok(text) => text.get(cx.lang()).to_owned(),
        Err(_) => kept.to_owned(),
    }
}
