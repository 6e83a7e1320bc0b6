//! Pages.

pub mod password;
pub mod sign_in;
