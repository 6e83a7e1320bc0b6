//! The tables as sea-orm entities.

pub mod catalogue_entry;
pub mod responsible_person;
