//! Events (事件): immutable facts from which every metric is computed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{OrgId, ResourceId, SubmissionId};

/// Something that happened to a submission or a resource. Events are only ever added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// What happened, e.g. `received`, `validated`, `landed`, `corrected`, `withdrawn`.
    pub kind: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The department concerned.
    pub org: Option<OrgId>,
    /// The resource concerned.
    pub resource: Option<ResourceId>,
    /// The submission concerned.
    pub submission: Option<SubmissionId>,
    /// Counts and details, e.g. `{"rows": 100, "rejected": 3}`.
    pub data: serde_json::Value,
}
