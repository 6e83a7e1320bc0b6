//! 登记前置库: a department's table from which the platform is to read by itself.

use chrono::SubsecRound as _;
use kernel::{Actor, Error, OrgId, Result, Role};
use serde_json::{Value, json};
use standards::pack::LandingMode;
use store::audit;

use super::provider::require_provider;
use crate::context::Intake;
use crate::model::{PullId, Schedule};
use crate::store::entity::pull_source::Model;
use crate::store::pulls;

/// Who may set up pulls and start them.
pub const MAY_PULL: &[Role] = &[Role::DataOfficer, Role::BureauSteward, Role::Administrator];
/// Who may see them.
pub const MAY_SEE_PULLS: &[Role] =
    &[Role::DataOfficer, Role::BureauSteward, Role::Administrator, Role::Auditor];

/// Longest name of a source, in characters.
const NAME: usize = 100;

/// A source as a person describes it.
#[derive(Debug, Clone)]
pub struct PullDraft {
    /// Resource code.
    pub resource: String,
    /// Unique within the department.
    pub name: String,
    /// [`lake::pull::Address`], without user and password.
    pub address: String,
    /// The account that reads.
    pub user: String,
    /// Under which name the environment holds the password, after the department's code; empty for the code alone, absent
    /// when the database asks for no password.
    pub secret: Option<String>,
    /// Table or view, optionally with its schema.
    pub table: String,
    /// The increasing column; the whole table when absent.
    pub increasing: Option<String>,
    /// Whether rows at the value reached are read again.
    pub inclusive: bool,
    /// From which value to go on; from the beginning when absent.
    pub reached: Option<String>,
    /// When to read.
    pub schedule: Schedule,
}

/// Writes down a new source, switched off until somebody has tried it.
///
/// # Errors
/// Forbidden for other roles, not found for other departments; `resource-unknown`, `resource-provider`, `pull-name`,
/// `pull-table`, `pull-mode`, `pull-secret-name`, what [`lake::pull::Address`] and [`crate::PullSettings`] refuse; `already-exists` when
/// the department has a source of this name.
pub async fn create_pull(intake: &Intake, actor: &Actor, org: OrgId, draft: PullDraft) -> Result<PullId> {
    actor.require(MAY_PULL)?;
    let org = identity::org::require_in_scope(intake.db.conn(), &actor.scope, org).await?;
    require_provider(intake, actor, intake.resource(&draft.resource)?.1, &org).await?;
    let id = PullId::new();
    let now = intake.clock.now().trunc_subsecs(6);
    let row = Model {
        id: id.0,
        org_id: org.id,
        created_by: actor.name.clone(),
        created_at: now,
        updated_at: now,
        ..settled(intake, &org.code, draft)?
    };
    let detail = described(&row);
    intake
        .db
        .tx(async |tx| {
            pulls::insert(tx, row).await?;
            audit::record(tx, now, actor, "pull.create", &format!("pull:{id}"), &detail).await
        })
        .await?;
    Ok(id)
}

/// The draft, looked through, as a source that has not run yet.
pub(super) fn settled(intake: &Intake, org_code: &str, draft: PullDraft) -> Result<Model> {
    let (_, resource) = intake.resource(&draft.resource)?;
    let name = draft.name.trim();
    if name.is_empty() || name.chars().count() > NAME {
        return Err(Error::bad_input(
            "pull-name",
            "请给这个前置库起一个名称（至多 100 字），如“审批系统许可表”。",
            "Give the source a name of at most 100 characters, such as “licences of the approval system”.",
        ));
    }
    let table = draft.table.trim();
    if table.is_empty() || table.chars().count() > 200 {
        return Err(Error::bad_input(
            "pull-table",
            "请填写表名或视图名，可写成 模式.表名。",
            "Name the table or view, optionally as schema.table.",
        ));
    }
    let filled = |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    let increasing = filled(draft.increasing);
    fits(resource.landing.mode, increasing.is_some(), draft.inclusive)?;
    let address: lake::pull::Address = draft.address.parse()?;
    // Also looked at before each reading: settings and files change.
    intake.pull.allowed(address.clone(), org_code)?;
    // A file asks for no password; waiting for one would keep it from ever being read.
    let secret = draft.secret.filter(|_| !address.to_string().starts_with("sqlite:"));
    Ok(Model {
        id: uuid::Uuid::nil(),
        org_id: uuid::Uuid::nil(),
        resource: draft.resource,
        name: name.to_owned(),
        address: address.to_string(),
        user_name: draft.user.trim().to_owned(),
        secret: secret.map(|suffix| secret_name(org_code, &suffix)).transpose()?,
        table_name: table.to_owned(),
        inclusive: increasing.is_some() && draft.inclusive,
        reached: filled(draft.reached).filter(|_| increasing.is_some()),
        increasing,
        edge: None,
        schedule: draft.schedule.to_string(),
        enabled: false,
        next_at: None,
        run_id: None,
        version: 1,
        failures: 0,
        last_at: None,
        last_state: None,
        last_rows: 0,
        last_error: None,
        last_submission: None,
        created_by: String::new(),
        created_at: intake.clock.now(),
        updated_at: intake.clock.now(),
    })
}

/// A way of reading that would land rows twice, or drop rows that landed, is refused.
fn fits(landing: LandingMode, by_column: bool, inclusive: bool) -> Result<()> {
    let (zh, en) = match landing {
        LandingMode::Replace if by_column => (
            "这个资源每次入库都替换整张表，只能整表抽取，不能按递增列抽取。",
            "Each submission of this resource replaces the whole table, so the table must be pulled as a whole.",
        ),
        LandingMode::Append if !by_column => (
            "这个资源只追加不替换，整表抽取会使同一行重复入库，请选择按递增列抽取。",
            "Rows of this resource are only added; pulling the whole table would add the same rows again. Choose an increasing column.",
        ),
        LandingMode::Append if inclusive => (
            "这个资源只追加不替换，不能重读已读到的值，请取消“重读”。",
            "Rows of this resource are only added; do not read those at the value reached again.",
        ),
        _ => return Ok(()),
    };
    Err(Error::bad_input("pull-mode", zh, en))
}

/// A department uses only passwords kept under its own code, so that it cannot have another's sent to a place of its
/// choosing.
fn secret_name(org_code: &str, suffix: &str) -> Result<String> {
    let suffix = suffix.trim().to_ascii_uppercase();
    if suffix.len() > 40 || !suffix.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(Error::bad_input(
            "pull-secret-name",
            "密码名称只能由字母、数字和下划线组成，至多 40 个；不要在这里填写密码本身。",
            "The name of the password holds letters, digits and underscores, at most 40; do not write the password itself here.",
        ));
    }
    let code = org_code.to_ascii_uppercase();
    Ok(if suffix.is_empty() { code } else { format!("{code}_{suffix}") })
}

/// The source as the audit log shows it.
pub(super) fn described(row: &Model) -> Value {
    json!({
        "name": row.name, "resource": row.resource, "address": row.address, "user": row.user_name,
        "secret": row.secret, "table": row.table_name, "increasing": row.increasing,
        "inclusive": row.inclusive, "reached": row.reached, "schedule": row.schedule,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_of_reading_that_would_double_or_drop_rows_is_refused() {
        use LandingMode::{Append, Replace, Upsert};
        for (mode, by_column, inclusive, good) in [
            (Upsert, false, false, true),
            (Upsert, true, true, true),
            (Append, true, false, true),
            (Append, true, true, false),
            (Append, false, false, false),
            (Replace, false, false, true),
            (Replace, true, false, false),
        ] {
            assert_eq!(fits(mode, by_column, inclusive).is_ok(), good, "{mode:?} {by_column} {inclusive}");
        }
    }

    #[test]
    fn a_password_is_kept_under_the_code_of_its_department() {
        assert_eq!(secret_name("a1", "").unwrap(), "A1");
        assert_eq!(secret_name("A1", " main ").unwrap(), "A1_MAIN");
        assert_eq!(secret_name("A1", "p@ss!").unwrap_err().code(), "pull-secret-name");
    }
}
