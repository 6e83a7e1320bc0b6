//! Catalogue (目录): what data exists, who provides it, in what shape, and who answers for it.

pub mod model;
pub mod store;
