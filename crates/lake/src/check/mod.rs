//! Checking and explaining (校验与说人话): every wrong cell of a file, with why and how to mend it.
//!
//! [`check_file`] reads a file in one pass and leaves a [`Report`], a file with every [`Finding`], and the set of rows that
//! must not land. [`render()`] puts a finding into a reader's words.

mod binding;
mod checks;
mod codes;
mod corrected;
mod duplicates;
mod expression;
mod fields;
mod finding;
pub(crate) mod functions;
mod header;
mod hit;
mod items;
mod keys;
mod lookups;
mod lost;
mod money;
mod nulls;
mod overrides;
mod owners;
mod pipeline;
mod reference;
mod render;
mod repeats;
mod report;
mod request;
pub(crate) mod rows;
mod rowset;
pub(crate) mod ruleset;
mod run;
mod shape;
mod shift;
mod sink;
mod suggest;
mod text;
mod words;
mod workbook;

#[cfg(test)]
mod tests;

pub use binding::Binding;
pub use checks::{CheckInfo, of as checks_of};
pub use codes::{BUILTIN, Builtin};
pub use corrected::{Corrected, CorrectedField, fingerprint};
pub use expression::judge_sql;
pub use finding::{Column, Finding, letter};
pub use header::guess;
pub use items::Items;
pub use lookups::{LookupTable, Lookups, answers_by, asked_by, asked_in};
pub use overrides::{Change, Override, REGISTERED, check_of, part_overrides, rules_in_force};
pub use reference::read_reference;
pub use render::{Rendered, render};
pub use report::{Group, Report, RuleCount, TableReport, is_unlinked};
pub use request::CheckRequest;
pub use rowset::RowSet;
pub use ruleset::RuleSet;
pub(crate) use run::findings_in;
pub use run::{CheckOutcome, CheckedTable, check_file, check_with};
pub use words::{to_json, to_text};
pub use workbook::{CheckedSource, MOST_ROWS, to_workbook};
