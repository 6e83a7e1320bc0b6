//! 表头对应: a person says which header means which field; it is remembered for the department.

use indexmap::IndexMap;
use kernel::{Actor, Error, Lang, OrgId, Result, SubmissionId};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use standards::pack::{Resource, headers};
use store::{OrFail as _, audit, jobs};

use super::provider::require_provider;
use super::receive_upload::MAY_HAND_IN;
use crate::context::Intake;
use crate::jobs::process_job;
use crate::model::State;
use crate::store::entity::submission::ActiveModel;
use crate::store::{mappings, submissions};

/// Takes the mapping and goes on to checking.
///
/// `mapping` is header as written → field code, empty for "leave out".
///
/// # Errors
/// `resource-unknown`; `resource-provider` when others provide it; `mapping-field` for a field the resource does not have;
/// `mapping-twice` when two headers were given the same field; `submission-state` unless it waits for a mapping.
pub async fn map_headers(
    intake: &Intake,
    actor: &Actor,
    id: SubmissionId,
    resource: &str,
    mapping: IndexMap<String, String>,
) -> Result<()> {
    actor.require(MAY_HAND_IN)?;
    let row = submissions::get(intake.db.conn(), actor, id).await?;
    let (_, declared) = intake.resource(resource)?;
    verify_mapping(declared, &mapping)?;
    let org = identity::org::find(intake.db.conn(), OrgId(row.org_id)).await?;
    require_provider(intake, actor, declared, &org).await?;
    let said: Vec<(String, String)> = mapping.iter().map(|(h, f)| (headers::fold(h), f.clone())).collect();
    let now = intake.clock.now();
    let tx = intake.db.begin().await?;
    mappings::remember(&tx, actor, row.org_id, resource, &said, now).await?;
    let change = ActiveModel {
        resource: Set(resource.to_owned()),
        mapping: Set(Some(serde_json::to_value(&mapping).map_err(Error::internal)?)),
        reason: Set(None),
        ..Default::default()
    };
    submissions::transition(&tx, id, State::Mapping, State::Checking, change, now).await?;
    jobs::enqueue(&tx, process_job(id)?, now).await?;
    let detail = json!({ "resource": resource, "mapping": mapping });
    audit::record(&tx, now, actor, "submission.map", &format!("submission:{id}"), &detail).await?;
    tx.commit().await.or_fail()
}

/// Every field given exists, and none is given twice.
pub(super) fn verify_mapping(resource: &Resource, mapping: &IndexMap<String, String>) -> Result<()> {
    let code = &resource.resource;
    let mut taken: IndexMap<&str, &str> = IndexMap::new();
    for (header, field) in mapping.iter().filter(|(_, f)| !f.is_empty()) {
        if resource.field(field).is_none() {
            return Err(Error::bad_input(
                "mapping-field",
                format!("资源“{code}”没有字段“{field}”，请重新选择“{header}”对应的字段。"),
                format!("“{code}” has no field “{field}”; choose again what “{header}” means."),
            ));
        }
        if let Some(other) = taken.insert(field, header) {
            let label = resource.field(field).map(|f| &f.label);
            let (zh, en) = label.map_or((&**field, &**field), |l| (l.get(Lang::Zh), l.get(Lang::En)));
            return Err(Error::bad_input(
                "mapping-twice",
                format!("“{other}”和“{header}”都对应到了“{zh}”，一个字段只能对应一列。"),
                format!("“{other}” and “{header}” both map to “{en}”; a field takes one column only."),
            ));
        }
    }
    Ok(())
}
