//! Pages of the portal: the public site, the console behind it, objections and repair.

pub mod case;
pub mod public;
pub mod publication;
