//! The lake (数据湖): tables, SQL, readers, writers, checks. The only crate that names the columnar engine; what
//! other crates see of it is plain data.

pub mod blob;
pub mod check;
pub mod engine;
pub mod landing;
pub mod pull;
pub mod query;
pub mod read;
pub mod sheet;
pub mod table;
pub mod typed;

pub use table::{Lake, LakeSettings};
