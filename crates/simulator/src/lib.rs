//! The demo city (模拟城市): a seeded generator of a fictional city that writes files as departments really do,
//! plants every defect the checker must find, and keeps a ledger of what it planted.
//!
//! The same seed and options give the same bytes. Nothing in it is real: the city does not exist, its division codes
//! belonged to a prefecture dissolved in 1992, organisation codes begin with `DEM0` or `0009`, people were born between
//! 1880 and 1899, telephones cannot be dialled.

mod batch;
mod bench;
mod cases;
pub mod city;
mod defect;
mod expected;
mod ident;
mod items;
mod layout;
mod ledger;
mod mending;
mod options;
mod plan;
mod records;
mod registered;
mod returned;
mod rng;
mod sheet;
mod template;
mod write;

pub use bench::bench_file;
pub use city::City;
pub use defect::{Defect, all as defects, default_rates};
pub use ledger::{Answer, Case, CaseKind, Decision, Entry, FileEntry, Manifest, Registered, Return};
pub use options::{Options, Scale};
pub use template::Resource;
