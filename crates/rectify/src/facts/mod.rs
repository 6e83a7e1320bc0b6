//! Facts for indicators (指标事实): what is known of every decision and every cause of wrong rows, page by page in the order of
//! ids. Nothing here is for a person; whoever shows it filters by what the actor may see.

mod decisions;
mod issues;
mod returns;

pub use decisions::{Decision, decisions};
pub use issues::{IssueFact, issues};
pub use returns::{Return, returns};
