//! The integration tests of the product, in one executable: each more of them would link the engine again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says what is wrong by failing; helper functions here are tests too"
)]

mod crash;
mod crash_sharing;
mod frame;
mod ledger;
mod tidy;
