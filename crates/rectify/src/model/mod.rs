//! Nouns of rectification: the record of a decision and how it stands against its deadline.

mod record;

pub use record::{Standing, Times, record_id};
