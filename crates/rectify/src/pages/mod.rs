//! Pages of rectify.

pub mod cards;
pub mod record;
pub mod records;
