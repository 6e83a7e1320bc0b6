//! Facts for indicators (指标事实): keyset-paged reads, ordered by id.

mod case;

pub use case::{CaseFact, TaskFact, cases};
