//! Pages of the portal.

pub mod case;
