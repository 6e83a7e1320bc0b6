//! The lake (数据湖): tables, SQL, readers, writers, checks. The only crate that names the columnar engine; what
//! other crates see of it is plain data.
//!
//! Its public async functions are `#[async_recursion]`, which boxes their futures: rustc compiles the body of an `async
//! fn` in the crate that awaits it, so without the box every capability would compile the engine once more (minutes of
//! the release build).

pub mod blob;
pub mod check;
pub mod engine;
pub mod landing;
pub mod map;
pub mod pull;
pub mod query;
pub mod read;
pub mod sheet;
pub mod table;
pub mod typed;

pub use table::{Lake, LakeSettings};
