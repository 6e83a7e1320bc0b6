//! Who answers for a resource (负责人清单): 负责人, 副负责人, 分管领导, each with a way to reach them.

use std::collections::HashMap;

use ::store::OrFail;
use chrono::NaiveDate;
use identity::org::in_scope;
use kernel::{OrgId, Result, Scope};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::model::Duty;
use crate::store::entries::{Column, Entity};
use crate::store::people;

/// A person who answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answerable {
    /// As what.
    pub duty: Duty,
    /// Name.
    pub name: String,
    /// Telephone; may be empty.
    pub phone: String,
    /// E-mail; may be empty.
    pub email: String,
}

/// Who answers for a resource that an organisation hands in, on a day: those named for its catalogue entry, and for duties
/// nobody holds there those named for the whole organisation. The responsible one stands first.
///
/// # Errors
/// When the database cannot be read.
pub async fn responsible_for(
    conn: &impl ConnectionTrait,
    org: OrgId,
    resource: &str,
    day: NaiveDate,
) -> Result<Vec<Answerable>> {
    let entry: Option<String> = Entity::find()
        .select_only()
        .column(Column::Code)
        .filter(Column::Current.eq(true))
        .filter(Column::OrgId.eq(org.0))
        .filter(Column::PackResource.eq(resource))
        .into_tuple()
        .one(conn)
        .await
        .or_fail()?;
    let named = people::of_entry(conn, org, &entry.unwrap_or_default(), day).await?;
    let mut all = named
        .into_iter()
        .map(|p| Ok(Answerable { duty: p.duty.parse()?, name: p.name, phone: p.phone, email: p.email }))
        .collect::<Result<Vec<_>>>()?;
    all.sort_by_key(|p| Duty::ALL.iter().position(|d| *d == p.duty));
    Ok(all)
}

/// Who answers for whole organisations of a scope on a day, whatever they hand in.
///
/// # Errors
/// When the database cannot be read.
pub async fn whole_org(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    day: NaiveDate,
) -> Result<Vec<(OrgId, Answerable)>> {
    let named = people::Entity::find()
        .filter(in_scope((people::Entity, people::Column::OrgId), scope))
        .filter(people::Column::ValidFrom.lte(day))
        .filter(Condition::any().add(people::Column::ValidTo.is_null()).add(people::Column::ValidTo.gte(day)))
        // Those named for everything stand before those named for one entry.
        .order_by_asc(people::Column::EntryCode)
        .order_by_asc(people::Column::Id)
        .all(conn)
        .await
        .or_fail()?;
    named
        .into_iter()
        .map(|p| {
            let org = OrgId(p.org_id);
            Ok((org, Answerable { duty: p.duty.parse()?, name: p.name, phone: p.phone, email: p.email }))
        })
        .collect()
}

/// A duty held on a day: of whom, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The organisation.
    pub org: OrgId,
    /// Code of the resource; none for everything of the organisation.
    pub resource: Option<String>,
    /// Who holds it.
    pub person: Answerable,
}

/// Every duty held on a day, city-wide, two queries whatever their number. For a resource, those named for it stand before those
/// named for the whole organisation, duty by duty, as [`responsible_for`] has it.
///
/// # Errors
/// When the database cannot be read.
pub async fn duties_held(conn: &impl ConnectionTrait, day: NaiveDate) -> Result<Vec<Held>> {
    let entries: Vec<(String, Option<String>)> = Entity::find()
        .select_only()
        .columns([Column::Code, Column::PackResource])
        .filter(Column::Current.eq(true))
        .filter(Column::PackResource.is_not_null())
        .into_tuple()
        .all(conn)
        .await
        .or_fail()?;
    let entries: HashMap<String, Option<String>> = entries.into_iter().collect();
    let named = people::Entity::find()
        .filter(people::Column::ValidFrom.lte(day))
        .filter(Condition::any().add(people::Column::ValidTo.is_null()).add(people::Column::ValidTo.gte(day)))
        .order_by_asc(people::Column::Id)
        .all(conn)
        .await
        .or_fail()?;
    let mut held = Vec::with_capacity(named.len());
    for p in named {
        let resource = match p.entry_code.as_str() {
            "" => None,
            code => match entries.get(code) {
                Some(resource) => resource.clone(),
                // An entry that is no resource of a pack: nothing is handed in for it.
                None => continue,
            },
        };
        let person = Answerable { duty: p.duty.parse()?, name: p.name, phone: p.phone, email: p.email };
        held.push(Held { org: OrgId(p.org_id), resource, person });
    }
    Ok(held)
}
