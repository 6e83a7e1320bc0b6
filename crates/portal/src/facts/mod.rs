//! Facts for indicators (指标事实): keyset-paged reads, ordered by id.

mod case;
mod samples;

pub use case::{CaseFact, TaskFact, cases};
pub use samples::{Sample, samples};
