//! Standards of Chinese government data (标准): identifiers and their check digits, administrative
//! divisions over time, the working-day calendar, code lists, masking, and the *packs* that declare
//! resources, rules and messages as data.
//!
//! Pure: nothing here reads a file, a clock or the network.

pub mod pack;
pub mod text;

pub use text::{Lang, Text};
