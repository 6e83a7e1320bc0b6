//! The console behind the public site: what is published, held, to be taken down, sampled.

pub mod detail;
pub mod list;
pub mod recalls;
pub mod samples;
pub mod steps;

use kernel::{Error, RecordId, Result, Role};

/// Who sees what is published, within the scope.
pub const MAY_SEE: &[Role] = &[Role::DataOfficer, Role::BureauSteward, Role::Auditor];

fn record_id(text: &str) -> Result<RecordId> {
    text.parse().map_err(|_| Error::not_found("这条公示记录", "published record"))
}
