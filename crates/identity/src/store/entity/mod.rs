//! Rows.
#![allow(missing_docs)]

pub mod account;
pub mod credential;
pub mod org;
pub mod role_grant;
