//! Standards of Chinese government data (标准): identifiers and their check digits, administrative
//! divisions over time, the working-day calendar, code lists, masking, and the *packs* that declare
//! resources, rules and messages as data.
//!
//! Pure: nothing here reads a file, a clock or the network.

pub mod calendar;
pub mod codes;
pub mod divisions;
pub mod fold;
pub mod id_card;
pub mod identifier;
pub mod licence_id;
pub mod mask;
pub mod org_code;
pub mod pack;
pub mod registration_number;
pub mod tax_number;
pub mod text;
pub mod uscc;

pub use identifier::{Correction, CorrectionKind, IdentifierError};
pub use text::{Lang, Text};
