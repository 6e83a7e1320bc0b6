//! What every use case of rectify works with.

use intake::Intake;

/// The parts rectify works with (整改的工作环境). Cheap to clone.
#[derive(Clone)]
pub struct Rectify {
    /// Intake, with database, lake, standards and clock.
    pub intake: Intake,
}
