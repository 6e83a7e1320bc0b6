//! 一数一源: who may hand in what the city keeps once. Decisions name their authority row by row (`owner`); everything else is
//! handed in by the department that provides it by the published catalogue, and by the bureau until that names somebody.

use kernel::{Actor, Error, OrgId, Result, Scope};
use standards::pack::Resource;

use super::receive_upload::MAY_HAND_IN;
use crate::context::Intake;
use identity::org::Org;

/// How an organisation stands to a resource.
#[derive(Clone, Copy)]
pub(super) enum Provides {
    /// It hands it in: it is a provider or below one, or every row tells whose it is.
    Yes,
    /// The catalogue names nobody: the bureau's alone.
    Bureau,
    /// The catalogue names others.
    Others,
}

/// How an organisation stands to a resource, and whom the catalogue names.
pub(super) async fn provides(
    intake: &Intake,
    resource: &Resource,
    org: &Org,
) -> Result<(Provides, Vec<Org>)> {
    let named = match resource.owner {
        Some(_) => Vec::new(),
        None => catalogue::actions::providers(intake.db.conn(), &resource.resource).await?,
    };
    Ok((stands(resource, org, &named), named))
}

fn stands(resource: &Resource, org: &Org, named: &[Org]) -> Provides {
    // What a provider's own units hand in, it hands in.
    let theirs = || named.iter().any(|p| org.path.starts_with(&p.path));
    match named {
        _ if resource.owner.is_some() || theirs() => Provides::Yes,
        [] => Provides::Bureau,
        _ => Provides::Others,
    }
}

/// What an actor may hand in for some of these organisations: each resource, with the one organisation it has to be handed in
/// for, where there is one alone.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn handed_in_by<'a>(
    intake: &'a Intake,
    actor: &Actor,
    orgs: &[&Org],
) -> Result<Vec<(&'a Resource, Option<OrgId>)>> {
    let mut all = catalogue::actions::providers_of_all(intake.db.conn()).await?;
    let mut found = Vec::new();
    for (_, resource) in intake.packs.resources() {
        let named = all.remove(&resource.resource).unwrap_or_default();
        let may = |org: &&&Org| match stands(resource, org, &named) {
            Provides::Yes => true,
            Provides::Bureau => actor.scope == Scope::City,
            Provides::Others => false,
        };
        let mut may_hand_in = orgs.iter().filter(may);
        if let Some(first) = may_hand_in.next() {
            found.push((resource, Some(first.org_id()).filter(|_| may_hand_in.next().is_none())));
        }
    }
    Ok(found)
}

/// Whether an actor may hand in a resource for any of these organisations.
///
/// # Errors
/// When the database cannot be read.
pub async fn may_hand_in(intake: &Intake, actor: &Actor, resource: &str, orgs: &[&Org]) -> Result<bool> {
    let all = handed_in_by(intake, actor, orgs).await?;
    Ok(actor.is_any(MAY_HAND_IN) && all.iter().any(|(r, _)| r.resource == resource))
}

/// Refuses what an organisation may not hand in.
///
/// # Errors
/// `resource-provider`.
pub(super) async fn require_provider(
    intake: &Intake,
    actor: &Actor,
    resource: &Resource,
    org: &Org,
) -> Result<()> {
    match provides(intake, resource, org).await? {
        (Provides::Yes, _) => Ok(()),
        (Provides::Bureau, _) if actor.scope == Scope::City => Ok(()),
        (Provides::Bureau | Provides::Others, named) => Err(not_theirs(resource, &named)),
    }
}

/// Names who hands it in instead.
pub(super) fn not_theirs(resource: &Resource, named: &[Org]) -> Error {
    let title = &resource.title;
    let (zh, en) = match named {
        [] => (
            "由数据主管部门统一报送".to_owned(),
            "is handed in by the data bureau until the catalogue names a provider".to_owned(),
        ),
        _ => {
            let join = |names: Vec<&str>, by: &str| names.join(by);
            (
                format!("由{}提供", join(named.iter().map(|o| o.name_zh.as_str()).collect(), "、")),
                format!("is provided by {}", join(named.iter().map(|o| o.name_en.as_str()).collect(), ", ")),
            )
        }
    };
    Error::bad_input(
        "resource-provider",
        format!(
            "“{}”{zh}，这个单位不能报送，没有收下任何内容。如应由本单位提供，请先编制目录，审核发布后再报送。",
            title.zh
        ),
        format!(
            "“{}” {en}; this organisation cannot hand it in, and nothing was taken. If it should, catalogue the resource first and have the entry published.",
            title.en
        ),
    )
}
