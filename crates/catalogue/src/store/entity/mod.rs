//! The tables as sea-orm entities.

pub mod catalogue_entry;
pub mod entry_step;
pub mod org_past;
pub mod org_succession;
pub mod responsible_person;
pub mod rule_override;
pub mod rule_override_step;
