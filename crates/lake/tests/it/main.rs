//! The lake as other crates use it. One executable, since each links the engine.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says what is wrong by failing; its helper functions are tests too"
)]

mod packs;
mod table;
