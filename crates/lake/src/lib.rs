//! The lake (数据湖): tables, SQL, readers, writers, checks. The only crate that names the columnar engine; what
//! other crates see of it is plain data.

pub mod pull;
pub mod read;
