//! Pages of objections and repair: the public forms, the way to follow a case, the desks.

pub mod cards;
pub mod detail;
mod filled;
pub mod find;
pub mod form;
pub mod hall;
pub mod list;
pub mod mine;
pub mod rules;
pub mod steps;

use std::sync::LazyLock;

use kernel::{Error, Lang, RecordId, Result};
use shell::{Cx, Limiter, Rate};
use standards::pack::Packs;
use uuid::Uuid;

use super::public::record::public_value;
use crate::model::case::TOGETHER;

/// Bytes of a form with its files, at most: the files together, and room for what is typed.
pub const FORM_BYTES: usize = TOGETHER + (1 << 20);

/// Codes typed wrongly from one address: ten at once, then two a minute.
static GUESSES: LazyLock<Limiter> =
    LazyLock::new(|| Limiter::new(Rate { burst: 10.0, per_second: 1.0 / 30.0 }));
/// Forms sent from one address: twenty at once, then one a minute. An office may share an address.
static FORMS: LazyLock<Limiter> =
    LazyLock::new(|| Limiter::new(Rate { burst: 20.0, per_second: 1.0 / 60.0 }));

/// The address a visitor comes from, as limits count it.
fn visitor(cx: &Cx) -> String {
    cx.ip().map(|ip| ip.to_string()).unwrap_or_default()
}

/// The id in a path; what is no id does not exist.
fn record_of(text: &str) -> Result<RecordId> {
    text.parse().map_err(|_| Error::not_found("这条公示记录", "public record"))
}

fn case_of(text: &str) -> Result<Uuid> {
    text.parse().map_err(|_| Error::not_found("这个办件", "case"))
}

/// A value of a field as the public page shows it: codes in words.
fn in_words(packs: &Packs, lang: Lang, resource: &str, (code, value): (&str, &str)) -> String {
    match packs.resource(resource).and_then(|(pack, r)| Some((pack, r.field(code)?))) {
        Some((pack, field)) => public_value(packs, pack, lang, field, value),
        None => value.to_owned(),
    }
}
