//! Packs (标准包): resources, fields, code lists, rules and messages declared as YAML under `packs/`.
//!
//! Pure functions over text: [`Packs::builtin`] holds the packs of this repository, compiled into the program, and
//! [`Packs::parse`] reads any others. What an author may write is described in `packs/README.md`.

mod builtin;
mod cases;
pub mod codes;
mod error;
pub mod headers;
pub mod lint;
mod lists;
mod load;
mod mapping;
mod model;
mod publicity;
mod returns;
mod time_limit;
pub mod voice;

pub use builtin::BUILTIN;
pub use cases::{CaseLimits, CaseProfile, CaseRules, Paper, PaperList};
pub use error::{PackError, PackErrors};
pub use lists::{Listed, Lookup};
pub use load::Packs;
pub use mapping::{ByHand, CodeTable, Filled, Known, LookUp, Mapping, MappingLimit, Proof};
pub use model::*;
pub use publicity::{
    Ceiling, Grade, PublicKind, Publicity, Retention, RetentionPeriod, Retentions, Sign, Term, is_endless,
};
pub use returns::{KnownReturn, Returns};
pub use time_limit::{TimeLimit, deadline};
