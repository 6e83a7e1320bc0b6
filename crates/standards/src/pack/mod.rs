//! Packs (标准包): resources, fields, code lists, rules and messages declared as YAML under `packs/`.

mod model;

pub use model::*;
