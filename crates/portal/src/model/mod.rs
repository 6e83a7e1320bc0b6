//! Nouns of the portal; pure: cases, what is published, what must not be seen of it.

pub mod case;
pub mod guard;
pub mod publication;
