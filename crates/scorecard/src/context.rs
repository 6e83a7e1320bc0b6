//! What every use case of scorecard works with.

use intake::Intake;

/// The parts the scorecard works with (考核的工作环境). Cheap to clone.
#[derive(Clone)]
pub struct Scorecard {
    /// Intake, with database, lake, standards and clock.
    pub intake: Intake,
}
