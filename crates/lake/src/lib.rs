//! lake

pub mod read;
