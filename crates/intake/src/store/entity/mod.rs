//! The tables as sea-orm entities.

pub mod corrected_field;
pub mod data_export;
pub mod finding;
pub mod finding_group;
pub mod header_mapping;
pub mod mend_log;
pub mod pull_run;
pub mod pull_source;
pub mod push_key;
pub mod receipt;
pub mod submission;
pub mod wrong_row;
