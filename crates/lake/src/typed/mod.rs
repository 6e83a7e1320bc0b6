//! Typed columns (列的类型): what a cell's text means. Dates become `Date32`, decimals `Decimal128`, whole numbers
//! `Int64`, all else stays text; empty cells and null words become NULL; codes and names are folded to their normal
//! form. The same reading serves checking and landing, so that what was judged is what lands.

pub(crate) mod column;
pub mod dates;
pub mod fold;
pub mod numbers;

pub(crate) use column::{Edits, data_type, to_typed};
