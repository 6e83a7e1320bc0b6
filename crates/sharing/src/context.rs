//! What every use case of sharing works with.

use intake::Intake;

/// The parts sharing works with (共享的工作环境). Cheap to clone.
#[derive(Clone)]
pub struct Sharing {
    /// Intake, with database, lake, standards, clock, and what deliveries may reach.
    pub intake: Intake,
}
