//! Migrations of sharing, append-only.

use store::MigrationTrait;

/// The migrations in order.
#[must_use]
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![]
}
