//! What every use case of sharing works with.

use intake::Intake;

/// The parts sharing works with (共享的工作环境). Cheap to clone.
#[derive(Clone)]
pub struct Sharing {
    /// Intake, with database, lake, standards and clock.
    pub intake: Intake,
}
