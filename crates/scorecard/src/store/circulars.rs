//! Circulars, their texts and copies; the regulation.

use chrono::{DateTime, Utc};
use identity::org::in_scope;
use kernel::{Actor, Error, Result, Scope};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use store::{OrFail as _, only_one};
use uuid::Uuid;

use super::entity::{circular, circular_text, copy, regulation};
use super::instant;

/// Longest list shown.
const MOST: u64 = 500;

/// Whose circulars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// All, drafts too.
    Drafts,
    /// All that are issued.
    Issued,
    /// Those of which an account has a copy.
    CopiedTo(Option<Uuid>),
}

impl Seen {
    fn condition(self) -> Condition {
        let issued = Condition::all().add(circular::Column::State.eq("issued"));
        match self {
            Self::Drafts => Condition::all(),
            Self::Issued => issued,
            Self::CopiedTo(account) => {
                let copies = sea_orm::sea_query::Query::select()
                    .column(copy::Column::CircularId)
                    .from(copy::Entity)
                    .and_where(copy::Column::AccountId.eq(account))
                    .to_owned();
                issued.add(circular::Column::Id.in_subquery(copies))
            }
        }
    }
}

/// The circulars that may be seen, newest first.
pub(crate) async fn list(conn: &impl ConnectionTrait, seen: Seen) -> Result<Vec<circular::Model>> {
    circular::Entity::find()
        .filter(seen.condition())
        .order_by_desc(circular::Column::CreatedAt)
        .limit(MOST)
        .all(conn)
        .await
        .or_fail()
}

/// One circular that may be seen.
pub(crate) async fn get(conn: &impl ConnectionTrait, id: Uuid, seen: Seen) -> Result<circular::Model> {
    circular::Entity::find_by_id(id)
        .filter(seen.condition())
        .one(conn)
        .await
        .or_fail()?
        .ok_or_else(|| Error::not_found("这份通报", "circular"))
}

/// The circular of a period.
pub(crate) async fn of_period(conn: &impl ConnectionTrait, period: Uuid) -> Result<Option<circular::Model>> {
    circular::Entity::find().filter(circular::Column::PeriodId.eq(period)).one(conn).await.or_fail()
}

/// Adds a circular with its first texts.
pub(crate) async fn insert(
    conn: &impl ConnectionTrait,
    row: circular::Model,
    texts: circular_text::Model,
) -> Result<()> {
    circular::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(conn)
        .await
        .or_fail()?;
    add_texts(conn, texts).await
}

/// Adds a version of the texts.
pub(crate) async fn add_texts(conn: &impl ConnectionTrait, texts: circular_text::Model) -> Result<()> {
    circular_text::Entity::insert(texts.into_active_model().reset_all())
        .exec_without_returning(conn)
        .await
        .or_fail()?;
    Ok(())
}

/// Writes to a draft of the version seen. Of two that edit, one succeeds.
///
/// # Errors
/// `circular-moved`
pub(crate) async fn change_draft(
    conn: &impl ConnectionTrait,
    seen: (Uuid, i32),
    mut change: circular::ActiveModel,
) -> Result<()> {
    change.id = sea_orm::ActiveValue::NotSet;
    let done = circular::Entity::update_many()
        .set(change)
        .filter(circular::Column::Id.eq(seen.0))
        .filter(circular::Column::State.eq("draft"))
        .filter(circular::Column::Version.eq(seen.1))
        .exec(conn)
        .await
        .or_fail()?;
    only_one(&done, || {
        Error::conflict(
            "circular-moved",
            "这份通报刚刚被别人修改或已经印发，没有保存。请查看最新版本，尚未印发的，把别人的修改合并进来再保存。",
            "This circular has just been edited by somebody else or is issued; nothing was saved. Look at the newest version and, unless it is issued, merge it in and save again.",
        )
    })
}

/// The versions of its texts, newest first.
pub(crate) async fn texts(conn: &impl ConnectionTrait, id: Uuid) -> Result<Vec<circular_text::Model>> {
    circular_text::Entity::find()
        .filter(circular_text::Column::CircularId.eq(id))
        .order_by_desc(circular_text::Column::Version)
        .all(conn)
        .await
        .or_fail()
}

/// Numbers given in a year: those that hold `〔year〕`.
pub(crate) async fn numbers(conn: &impl ConnectionTrait, part: &str) -> Result<Vec<String>> {
    let found: Vec<Option<String>> = circular::Entity::find()
        .select_only()
        .column(circular::Column::Number)
        .filter(circular::Column::Number.contains(part))
        .into_tuple()
        .all(conn)
        .await
        .or_fail()?;
    Ok(found.into_iter().flatten().collect())
}

/// Adds copies.
pub(crate) async fn send(conn: &impl ConnectionTrait, copies: Vec<copy::Model>) -> Result<()> {
    for some in copies.chunks(200) {
        let rows = some.iter().map(|c| c.clone().into_active_model().reset_all());
        copy::Entity::insert_many(rows).exec_without_returning(conn).await.or_fail()?;
    }
    Ok(())
}

/// To whom it was sent, by name; only the actor's own and those of the scope where it is not the whole city.
pub(crate) async fn copies(conn: &impl ConnectionTrait, actor: &Actor, id: Uuid) -> Result<Vec<copy::Model>> {
    copy::Entity::find()
        .filter(copy::Column::CircularId.eq(id))
        .filter(
            Condition::any()
                .add(in_scope((copy::Entity, copy::Column::OrgId), &actor.scope))
                .add(of_member(actor))
                .add(own(actor)),
        )
        .order_by_desc(copy::Column::Kind)
        .order_by_asc(copy::Column::Name)
        .all(conn)
        .await
        .or_fail()
}

/// The copy of the actor's account; none of a system's.
fn own(actor: &Actor) -> Condition {
    match actor.user {
        Some(user) => Condition::all().add(copy::Column::AccountId.eq(user.0)),
        None => Condition::all().add(Expr::value(false)),
    }
}

/// The copy of the member to which the actor's organisation belongs: it or one above it.
fn of_member(actor: &Actor) -> Condition {
    let (Scope::Org(_), Some(org)) = (&actor.scope, actor.org) else {
        return Condition::all().add(Expr::value(false));
    };
    let above = sea_orm::sea_query::Query::select()
        .column(("above", "id"))
        .from_as("org", "above")
        .join_as(sea_orm::JoinType::InnerJoin, "org", "own", Expr::cust("own.path like above.path || '%'"))
        .and_where(Expr::col(("own", "id")).eq(org.0))
        .take();
    let member = Expr::col((copy::Entity, copy::Column::OrgId)).in_subquery(above);
    Condition::all().add(copy::Column::Kind.eq("main")).add(member)
}

/// Copies for which an actor may sign, and which nobody has signed for: its own, and its organisation's where it speaks for it.
pub(crate) async fn unread(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    id: Uuid,
    speaks: bool,
) -> Result<Vec<copy::Model>> {
    let of_org = if speaks { of_member(actor) } else { Condition::all().add(Expr::value(false)) };
    copy::Entity::find()
        .filter(copy::Column::CircularId.eq(id))
        .filter(copy::Column::ReadAt.is_null())
        .filter(Condition::any().add(of_org).add(own(actor)))
        .all(conn)
        .await
        .or_fail()
}

/// Writes down who read a copy, or delivered it, the first time; false where somebody had before.
pub(crate) async fn read(
    conn: &impl ConnectionTrait,
    copy: Uuid,
    by: &Actor,
    at: DateTime<Utc>,
) -> Result<bool> {
    let change = copy::ActiveModel {
        read_by: Set(Some(by.name.clone())),
        read_at: Set(Some(instant(at))),
        ..Default::default()
    };
    let done = copy::Entity::update_many()
        .set(change)
        .filter(copy::Column::Id.eq(copy))
        .filter(copy::Column::ReadAt.is_null())
        .exec(conn)
        .await
        .or_fail()?;
    Ok(done.rows_affected > 0)
}

/// Versions of the regulation, newest first.
pub(crate) async fn regulations(conn: &impl ConnectionTrait) -> Result<Vec<regulation::Model>> {
    regulation::Entity::find().order_by_desc(regulation::Column::Version).all(conn).await.or_fail()
}

/// Adds a version of the regulation.
///
/// # Errors
/// `regulation-moved` where that version is there already.
pub(crate) async fn add_regulation(conn: &impl ConnectionTrait, row: regulation::Model) -> Result<()> {
    let done = regulation::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(
            sea_orm::sea_query::OnConflict::column(regulation::Column::Version).do_nothing().to_owned(),
        )
        .exec_without_returning(conn)
        .await;
    match done {
        Ok(1) => Ok(()),
        Ok(_) | Err(sea_orm::DbErr::RecordNotInserted) => Err(regulation_moved()),
        Err(e) => Err(e).or_fail(),
    }
}

/// The regulation was edited since it was seen.
pub(crate) fn regulation_moved() -> Error {
    Error::conflict(
        "regulation-moved",
        "通报制度刚刚被别人修改，没有保存。请查看最新版本，把别人的修改合并进来再保存。",
        "The regulation has just been edited by somebody else; yours was not saved. Look at the newest version, merge it in, and save again.",
    )
}
