//! lake
pub mod pull;
