//! Events (事件): immutable facts from which every metric is computed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{OrgId, SubmissionId};

/// Something that happened to a submission or a resource. Events are only ever added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// What happened, e.g. `received`, `validated`, `landed`, `corrected`, `withdrawn`.
    pub kind: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The department concerned.
    pub org: Option<OrgId>,
    /// Code of the resource concerned, e.g. `licence-2018`.
    pub resource: Option<String>,
    /// The submission concerned.
    pub submission: Option<SubmissionId>,
    /// Counts and details, e.g. `{"rows": 100, "rejected": 3}`.
    pub data: serde_json::Value,
}
