//! What every use case of portal works with.

use std::sync::Arc;

use intake::Intake;

use crate::limits::Limits;
use crate::pages::public::choices::KeptChoices;
use crate::search::Search;

/// The parts the portal works with (公示与公众服务的工作环境). Cheap to clone.
#[derive(Clone)]
pub struct Portal {
    /// Intake, with database, lake, standards and clock.
    pub intake: Intake,
    pub(crate) search: Search,
    pub(crate) limits: Arc<Limits>,
    pub(crate) choices: Arc<KeptChoices>,
}

impl Portal {
    /// The portal over intake.
    #[must_use]
    pub fn new(intake: Intake) -> Self {
        Self { intake, search: Search::default(), limits: Arc::default(), choices: Arc::default() }
    }
}
