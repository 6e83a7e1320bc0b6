//! Use cases, one file each.

mod add_org;
mod assign_responsible;
mod close_org;
mod create_entry;
mod edit_entry;
mod entry_from_pack;
mod export_entries;
mod extend_override;
mod import_entries;
mod merge_orgs;
mod override_rule;
mod promised;
mod providers;
mod rename_org;
mod responsible;
mod review_entry;
mod revoke_override;
mod split_org;
mod submit_entry;
mod successor;
mod take_down_entry;

pub use add_org::add_org;
pub use assign_responsible::{Assignment, assign_responsible, end_responsible};
pub use close_org::close_org;
pub use create_entry::create_entry;
pub use edit_entry::{Edited, edit_entry};
pub use entry_from_pack::{FromPack, draft_from_pack, entry_from_pack};
pub(crate) use export_entries::export_entries;
pub use extend_override::extend_override;
pub use import_entries::{Imported, import_entries};
pub use merge_orgs::{Merge, Successor, merge_orgs};
pub use override_rule::{NewOverride, override_rule};
pub use promised::{Promise, promised};
pub use providers::{providers, providers_of_all};
pub use rename_org::rename_org;
pub use responsible::{Answerable, Held, duties_held, responsible_for, whole_org};
pub use review_entry::review_entry;
pub use revoke_override::revoke_override;
pub use split_org::{Part, Split, split_org};
pub use submit_entry::submit_entry;
pub use successor::NewUnit;
pub(crate) use successor::ORGS;
pub use take_down_entry::take_down_entry;

use chrono::NaiveDate;
use kernel::{Actor, Error, Result, Role};
use sea_orm::ConnectionTrait;
use standards::pack::Packs;

use crate::model::Entry;
use crate::store::entries::{self, Chain};
use crate::store::orgs;
use identity::org::{self, Org};

/// Who writes entries: the department its own, the bureau all.
pub(crate) const EDIT: &[Role] = &[Role::DataOfficer, Role::BureauSteward];
/// Who reviews them.
pub(crate) const REVIEW: &[Role] = &[Role::BureauSteward];

/// Who changes rules locally.
pub(crate) const RULES: &[Role] = &[Role::BureauSteward, Role::Administrator];

/// The providing organisation of an entry, if the actor may write for it.
async fn provider(conn: &impl ConnectionTrait, actor: &Actor, code: &str, day: NaiveDate) -> Result<Org> {
    let refuse = |zh: &str, en: &str| {
        Err(Error::bad_input(
            "entry-provider",
            format!("提供方“{code}”{zh}。请填写本单位的统一社会信用代码，或在列表中选择。"),
            format!(
                "The provider “{code}” {en}. Give the code of your own organisation, or choose it in the list."
            ),
        ))
    };
    match org::by_code(conn, code.trim()).await? {
        Some(org) if org::require_in_scope(conn, &actor.scope, org.org_id()).await.is_err() => {
            refuse("不在您的管理范围内", "lies outside your scope")
        }
        Some(org) if !orgs::valid_on(&org, day) => refuse("已撤销", "no longer exists"),
        Some(org) => Ok(org),
        None => refuse("在机构表中不存在", "is not in the table of organisations"),
    }
}

/// The entry, if the actor may change it: one that is merely visible is forbidden.
async fn changeable(conn: &impl ConnectionTrait, actor: &Actor, code: &str) -> Result<(Chain, Org)> {
    let chain = entries::chain(conn, actor, code).await?;
    let org = org::require_in_scope(conn, &actor.scope, kernel::OrgId(chain.current.org_id))
        .await
        .map_err(|_| Error::forbidden())?;
    Ok((chain, org))
}

/// Refuses a resource that no pack has.
fn known_resource(entry: &Entry) -> Result<()> {
    let Some(id) = entry.pack_resource.as_deref() else { return Ok(()) };
    let packs = Packs::builtin().map_err(|e| Error::internal(format!("{e:?}")))?;
    if packs.resource(id).is_some() {
        return Ok(());
    }
    let known: Vec<&str> = packs.resources().map(|(_, r)| r.resource.as_str()).collect();
    Err(Error::bad_input(
        "entry-resource",
        format!("没有“{id}”这个数据标准。现有：{}。", known.join("、")),
        format!("No pack has a resource “{id}”. There are: {}.", known.join(", ")),
    ))
}

/// The subject of an audit record.
fn subject(code: &str) -> String {
    format!("entry:{code}")
}

#[cfg(test)]
mod tests;
