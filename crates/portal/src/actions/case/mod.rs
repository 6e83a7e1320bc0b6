//! Use cases of objections and credit repair: each authorises, loads, decides, writes and audits in one transaction.

mod applicant;
mod carry_out;
mod choose_profile;
mod correct;
mod date_cases;
mod decide;
mod desk;
mod look;
mod open_case;
mod papers;
mod publicity;
mod record;
mod refused_late;
mod same_decision;
mod tell;

pub use applicant::{follow_case, give_papers, rate_case, withdraw_case};
pub use carry_out::follow_cases;
pub use choose_profile::{MAY_CHOOSE, choose_profile};
pub(crate) use correct::is_key_of;
pub use decide::{Decision, decide_case};
pub(crate) use desk::limits as limits_of;
pub use desk::{
    ask_papers, extend_case, forward_case, halt_case, note_case, resume_case, reveal_contact, take_back_case,
};
pub(crate) use look::{
    CaseView, Line, case_counts, case_of_actor, lines, profile_in_force, profiles_chosen, standing,
    view_of_code,
};
pub(crate) use open_case::before_repair;
pub use open_case::{Application, Opened, Refused, open_case};
pub use papers::{PaperFile, paper_of};
pub use publicity::PUBLIC_SITE;
pub(crate) use publicity::{refused_by, taken_down_by_cases};
pub(crate) use record::{FoundPublic, Shown, names_in, public_record, search, see, see_in_scope};
pub(crate) use refused_late::REFUSED_LATE;
pub(crate) use same_decision::{Beside, beside, people_decide};

use kernel::{Actor, Event, OrgId, Role, Scope};
use serde_json::json;

use crate::store::case::entity::file::Model;

/// Who sees cases of the own scope.
pub const MAY_SEE: &[Role] = &[Role::DataOfficer, Role::BureauSteward, Role::Auditor];
/// Who works on cases: the centre, and the department that provided the record.
pub const MAY_WORK: &[Role] = &[Role::DataOfficer, Role::BureauSteward];
/// The centre (中心).
pub const CENTRE: &[Role] = &[Role::BureauSteward];
/// The department (部门).
pub const DEPARTMENT: &[Role] = &[Role::DataOfficer];

/// An applicant without an account, as the audit log names them.
#[must_use]
pub fn applicant() -> Actor {
    Actor {
        user: None,
        credential: None,
        name: "public".to_owned(),
        roles: Vec::new(),
        scope: Scope::City,
        org: None,
    }
}

fn subject(case: &Model) -> String {
    format!("case:{}", case.id)
}

/// An event of a case: what happened to which kind, and nothing of anybody.
fn event(case: &Model, kind: &str, at: chrono::DateTime<chrono::Utc>) -> Event {
    Event {
        kind: kind.to_owned(),
        at,
        org: Some(OrgId(case.org_id)),
        resource: Some(case.resource.clone()),
        submission: None,
        data: json!({ "case": case.id, "kind": case.kind, "record": case.record_id }),
    }
}
