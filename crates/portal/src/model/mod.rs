//! Nouns of the portal; pure.

pub mod case;
