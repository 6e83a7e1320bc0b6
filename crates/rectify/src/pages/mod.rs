//! Pages of rectify.

pub(crate) mod calendar_ends;
pub mod cards;
pub(crate) mod cause_rows;
pub mod chase;
pub(crate) mod diffs;
pub mod faq;
pub mod issue;
pub mod issues;
pub mod judgements;
pub mod notices;
pub mod record;
pub mod records;
pub mod returns;
pub mod training;
pub mod volumes;

use kernel::{Error, IssueId, Result};
use shell::Cx;

use crate::context::Rectify;

/// The title of a resource in the reader's language; its code where no pack has it any more.
fn resource_title(cx: &Cx, rectify: &Rectify, code: &str) -> String {
    let found = rectify.intake.packs.resource(code);
    found.map_or_else(|| code.to_owned(), |(_, r)| r.title.get(cx.lang()).to_owned())
}

fn issue_id(text: &str) -> Result<IssueId> {
    text.parse().map_err(|_| Error::not_found("这张整改单", "issue"))
}
