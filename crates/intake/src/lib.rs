//! Intake (归集): rows come in, every wrong cell is explained, the good rows are kept, the wrong ones are
//! mended. Three ways in, the same rules for all: upload, push, pull.

pub mod model;
pub mod store;
