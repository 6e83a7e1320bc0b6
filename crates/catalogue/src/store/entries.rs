//! Entries: what an actor may see, lists with facets, one entry with its versions and steps.

use ::store::{OrFail, Tx};
use chrono::{DateTime, SubsecRound, Utc};
use kernel::{Actor, Error, OrgId, Result, Role, Scope};
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select, Statement,
};
use uuid::Uuid;

pub use super::entity::catalogue_entry::{ActiveModel, Column, Entity, Model};
use super::entity::entry_step;
use crate::model::{Entry, EntryState};
use identity::org::{self, Org, in_scope};

/// Roles that see the unpublished entries of their scope.
const INSIDE: &[Role] = &[Role::DataOfficer, Role::BureauSteward, Role::Auditor, Role::Administrator];

/// What is published is visible to everyone signed in, the rest within the scope of those who work on it.
pub fn visible(actor: &Actor) -> Condition {
    let published = Column::State.is_in([EntryState::Published.name(), EntryState::Changing.name()]);
    match (&actor.scope, actor.is_any(INSIDE)) {
        (Scope::City, true) => Condition::all(),
        (scope, true) => Condition::any().add(published).add(in_scope((Entity, Column::OrgId), scope)),
        (_, false) => Condition::all().add(published),
    }
}

/// What a list is narrowed to; empty texts narrow nothing.
#[derive(Debug, Clone, Default)]
pub struct Find {
    /// In name, abstract or code.
    pub text: String,
    /// The organisation and all below it.
    pub org: Option<OrgId>,
    /// `3`, `3/07` or a whole path.
    pub class: String,
    /// Share type by its code.
    pub share: String,
    /// Open type by its code.
    pub open: String,
    /// Update cycle by its name.
    pub cycle: String,
    /// A state by its name, or `waiting`: under review. Empty: the versions in force.
    pub state: String,
}

/// An axis to narrow by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facet {
    Org,
    Class,
    Share,
    Open,
    Cycle,
    State,
}

fn found(actor: &Actor, find: &Find, except: Option<Facet>) -> Select<Entity> {
    let mut all = Condition::all().add(visible(actor));
    let wants = |facet: Facet, value: &str| !value.is_empty() && except != Some(facet);
    if !find.text.is_empty() {
        all = all.add(
            Condition::any()
                .add(Column::Name.contains(&find.text))
                .add(Column::Summary.contains(&find.text))
                .add(Column::Code.contains(&find.text)),
        );
    }
    if let (Some(id), true) = (find.org, except != Some(Facet::Org)) {
        all = all.add(in_scope((Entity, Column::OrgId), &Scope::Org(id)));
    }
    if wants(Facet::Class, &find.class) {
        all = all.add(
            Condition::any()
                .add(Column::ClassPath.eq(&find.class))
                .add(Column::ClassPath.starts_with(format!("{}/", find.class))),
        );
    }
    for (facet, column, value) in [
        (Facet::Share, Column::ShareType, &find.share),
        (Facet::Open, Column::OpenType, &find.open),
        (Facet::Cycle, Column::UpdateCycle, &find.cycle),
    ] {
        if wants(facet, value) {
            all = all.add(column.eq(value));
        }
    }
    all = match find.state.as_str() {
        _ if except == Some(Facet::State) => all.add(Column::State.ne(EntryState::Superseded.name())),
        "" => all.add(Column::Current.eq(true)),
        "waiting" => all.add(
            Column::State.is_in(EntryState::ALL.into_iter().filter(|s| s.waits()).map(EntryState::name)),
        ),
        state => all.add(Column::State.eq(state)),
    };
    Entity::find().filter(all)
}

/// A part of the list, and how many there are altogether.
pub async fn list(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    find: &Find,
    (sort, descending): (&str, bool),
    (offset, limit): (u64, u64),
) -> Result<(Vec<Model>, u64)> {
    let found = found(actor, find, None);
    let total = found.clone().count(conn).await.or_fail()?;
    let column = match sort {
        "name" => Column::Name,
        "code" => Column::Code,
        "published" => Column::PublishedOn,
        _ => Column::UpdatedAt,
    };
    let order = if descending { Order::Desc } else { Order::Asc };
    let rows = found
        .order_by(column, order)
        .order_by_asc(Column::Id)
        .offset(offset)
        .limit(limit)
        .all(conn)
        .await
        .or_fail()?;
    Ok((rows, total))
}

/// How many entries each value of a facet has, the other facets applied.
pub async fn counts(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    find: &Find,
    facet: Facet,
) -> Result<Vec<(String, i64)>> {
    let value: SimpleExpr = match facet {
        // 类/项 is always four characters long.
        Facet::Class => Expr::cust("substr(class_path, 1, 4)"),
        Facet::Share => Expr::col(Column::ShareType),
        Facet::Open => Expr::col(Column::OpenType),
        Facet::Cycle => Expr::col(Column::UpdateCycle),
        Facet::State | Facet::Org => Expr::col(Column::State),
    };
    found(actor, find, Some(facet))
        .select_only()
        .expr_as(value.clone(), "value")
        .expr_as(Column::Id.count(), "n")
        .group_by(value)
        .into_tuple()
        .all(conn)
        .await
        .or_fail()
}

/// How many entries each organisation has itself.
pub async fn counts_by_org(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    find: &Find,
) -> Result<Vec<(Uuid, i64)>> {
    found(actor, find, Some(Facet::Org))
        .select_only()
        .column(Column::OrgId)
        .expr_as(Column::Id.count(), "n")
        .group_by(Column::OrgId)
        .into_tuple()
        .all(conn)
        .await
        .or_fail()
}

/// How many entries of the actor's scope are in a state.
pub async fn count_state(conn: &impl ConnectionTrait, scope: &Scope, states: &[EntryState]) -> Result<u64> {
    Entity::find()
        .filter(in_scope((Entity, Column::OrgId), scope))
        .filter(Column::State.is_in(states.iter().map(|s| s.name())))
        .count(conn)
        .await
        .or_fail()
}

/// An entry: the version in force (or the only one), and the one being worked on beside it.
#[derive(Debug, Clone)]
pub struct Chain {
    pub current: Model,
    pub pending: Option<Model>,
}

impl Chain {
    /// The version that is edited, handed in and reviewed.
    pub fn work(&self) -> &Model {
        self.pending.as_ref().unwrap_or(&self.current)
    }
}

/// Looking an entry up is the permission check: what the actor may not see does not exist.
pub async fn chain(conn: &impl ConnectionTrait, actor: &Actor, code: &str) -> Result<Chain> {
    let missing = || Error::not_found("目录", "catalogue entry");
    let current = Entity::find()
        .filter(visible(actor))
        .filter(Column::Code.eq(code))
        .filter(Column::Current.eq(true))
        .one(conn)
        .await
        .or_fail()?
        .ok_or_else(missing)?;
    let pending = Entity::find()
        .filter(visible(actor))
        .filter(Column::Code.eq(code))
        .filter(Column::Version.gt(current.version))
        .filter(Column::State.ne(EntryState::Rejected.name()))
        .order_by_desc(Column::Version)
        .one(conn)
        .await
        .or_fail()?;
    Ok(Chain { current, pending })
}

/// All versions of an entry that the actor may see, newest first. What was once published stays visible.
pub async fn versions(conn: &impl ConnectionTrait, actor: &Actor, code: &str) -> Result<Vec<Model>> {
    Entity::find()
        .filter(Condition::any().add(visible(actor)).add(Column::State.eq(EntryState::Superseded.name())))
        .filter(Column::Code.eq(code))
        .order_by_desc(Column::Version)
        .all(conn)
        .await
        .or_fail()
}

/// The steps of an entry, newest first.
pub async fn steps(conn: &impl ConnectionTrait, code: &str) -> Result<Vec<entry_step::Model>> {
    entry_step::Entity::find()
        .filter(entry_step::Column::Code.eq(code))
        .order_by_desc(entry_step::Column::At)
        .order_by_desc(entry_step::Column::Id)
        .all(conn)
        .await
        .or_fail()
}

/// The next number within a class; a number once given is never given again.
pub async fn next_sequence(tx: &Tx, class: &str) -> Result<i64> {
    let row = tx
        .query_one_raw(Statement::from_sql_and_values(
            tx.get_database_backend(),
            "insert into catalogue_sequence (class, last) values ($1, 1)
             on conflict (class) do update set last = catalogue_sequence.last + 1 returning last",
            [class.into()],
        ))
        .await
        .or_fail()?
        .ok_or_else(|| Error::internal("no sequence number"))?;
    row.try_get("", "last").or_fail()
}

/// The highest version of a code.
pub async fn last_version(conn: &impl ConnectionTrait, code: &str) -> Result<i32> {
    let last = Entity::find()
        .filter(Column::Code.eq(code))
        .order_by_desc(Column::Version)
        .one(conn)
        .await
        .or_fail()?;
    Ok(last.map_or(0, |m| m.version))
}

impl Model {
    /// Its state.
    pub fn state(&self) -> Result<EntryState> {
        self.state.parse().map_err(|e: Error| Error::internal(format!("{:?}", e)))
    }

    /// Its metadata. Code and provider come from the row and the organisation, not from the stored text: the
    /// provider code is derived (编制指南), and units take over from one another.
    pub fn entry(&self, provider: Option<&Org>) -> Result<Entry> {
        let mut entry: Entry = serde_json::from_value(self.content.clone()).map_err(Error::internal)?;
        entry.code.clone_from(&self.code);
        if let Some(org) = provider {
            entry.provider_code.clone_from(&org.code);
        }
        Ok(entry)
    }
}

/// Puts the metadata into the columns that lists are narrowed by, and the whole into `content`.
pub fn fill(
    row: &mut ActiveModel,
    entry: &Entry,
    org: OrgId,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<()> {
    row.code = Set(entry.code.clone());
    row.org_id = Set(org.0);
    row.name = Set(entry.name.clone());
    row.summary = Set(entry.summary.clone());
    row.pack_resource = Set(entry.pack_resource.clone());
    row.class_path = Set(entry.class_path.clone());
    row.share_type = Set(entry.effective_share_type().code().to_owned());
    row.open_type = Set(entry.open_type.code().to_owned());
    row.update_cycle = Set(entry.update_cycle.name().to_owned());
    row.content = Set(serde_json::to_value(entry).map_err(Error::internal)?);
    row.updated_by = Set(actor.name.clone());
    row.updated_at = Set(now.trunc_subsecs(6));
    Ok(())
}

/// Adds a step.
pub async fn step(
    tx: &Tx,
    row: &Model,
    verb: &str,
    note: &str,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<()> {
    entry_step::ActiveModel {
        id: Set(Uuid::now_v7()),
        entry_id: Set(row.id),
        code: Set(row.code.clone()),
        version: Set(row.version),
        verb: Set(verb.to_owned()),
        state: Set(row.state.clone()),
        actor: Set(actor.name.clone()),
        at: Set(now.trunc_subsecs(6)),
        note: Set(note.to_owned()),
    }
    .insert(tx)
    .await
    .or_fail()?;
    Ok(())
}

/// The organisation of each row, in the order of the rows.
pub async fn orgs_of(conn: &impl ConnectionTrait, rows: &[Model]) -> Result<Vec<Option<Org>>> {
    let mut ids: Vec<Uuid> = rows.iter().map(|r| r.org_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let orgs = org::Entity::find().filter(org::Column::Id.is_in(ids)).all(conn).await.or_fail()?;
    Ok(rows.iter().map(|r| orgs.iter().find(|o| o.id == r.org_id).cloned()).collect())
}
