//! Migrations of portal, append-only.

use store::MigrationTrait;

use super::case::migration::{Cases0001, Cases0002, Cases0003, Cases0004};
use super::publication::Publication0001;

/// The migrations in order.
#[must_use]
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(Cases0001),
        Box::new(Publication0001),
        Box::new(Cases0002),
        Box::new(Cases0003),
        Box::new(Cases0004),
    ]
}
