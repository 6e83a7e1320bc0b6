//! Configuration and wiring of Yishu (一数), a library so that tests can walk every route of the whole product.

pub mod config;
pub mod wiring;
