//! What every use case of portal works with.

use intake::Intake;

/// The parts the portal works with (公示与公众服务的工作环境). Cheap to clone.
#[derive(Clone)]
pub struct Portal {
    /// Intake, with database, lake, standards and clock.
    pub intake: Intake,
}
