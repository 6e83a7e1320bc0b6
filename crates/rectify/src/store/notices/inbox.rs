//! The inbox of a signed-in person.

use chrono::{DateTime, Utc};
use kernel::{Actor, Error, Lang, Result};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, Order, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use store::OrFail as _;
use uuid::Uuid;

use super::entity::notice::{Column, Entity, Model};
use crate::model::NoticeKind;
use crate::store::records::instant;

/// Which notices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Which {
    /// 未读: not read, and not settled.
    #[default]
    Unread,
    /// 已读
    Read,
    /// 已了结: settled before it was read.
    Settled,
    All,
}

impl Which {
    /// In the order of the filter.
    pub(crate) const ALL: [Self; 4] = [Self::Unread, Self::Read, Self::Settled, Self::All];

    /// The name in an address, also the end of the key of its text.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Unread => "unread",
            Self::Read => "read",
            Self::Settled => "settled",
            Self::All => "all",
        }
    }

    pub(crate) fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|w| w.name() == name).unwrap_or_default()
    }

    fn condition(self) -> Condition {
        match self {
            Self::Unread => Condition::all().add(Column::ReadAt.is_null()).add(Column::SettledAt.is_null()),
            Self::Read => Condition::all().add(Column::ReadAt.is_not_null()),
            Self::Settled => {
                Condition::all().add(Column::ReadAt.is_null()).add(Column::SettledAt.is_not_null())
            }
            Self::All => Condition::all(),
        }
    }
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub which: Which,
    /// Name of a kind.
    pub kind: Option<String>,
    /// In title or text.
    pub text: Option<String>,
}

/// What belongs to the person who acts; nothing to a system.
fn own(actor: &Actor) -> Result<Condition> {
    let user = actor.user.ok_or_else(Error::forbidden)?;
    Ok(Condition::all().add(Column::AccountId.eq(user.0)))
}

fn condition(actor: &Actor, filter: &Filter, lang: Lang) -> Result<Condition> {
    let mut all = own(actor)?.add(filter.which.condition());
    if let Some(kind) = &filter.kind {
        all = all.add(Column::Kind.eq(kind));
    }
    if let Some(text) = filter.text.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
        let (title, body) = match lang {
            Lang::Zh => (Column::TitleZh, Column::BodyZh),
            Lang::En => (Column::TitleEn, Column::BodyEn),
        };
        all = all.add(Condition::any().add(title.contains(text)).add(body.contains(text)));
    }
    Ok(all)
}

/// By what the list is sorted: the newest first by default.
pub(crate) const SORTS: [&str; 2] = ["-at", "due"];

/// A part of the list.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    (filter, lang): (&Filter, Lang),
    (sort, descending): (&str, bool),
    (offset, limit): (u64, u64),
) -> Result<Vec<Model>> {
    let order = if descending { Order::Desc } else { Order::Asc };
    let find = Entity::find().filter(condition(actor, filter, lang)?);
    let find = match sort {
        "due" => find.order_by_asc(Column::Due.is_null()).order_by(Column::Due, order),
        _ => find.order_by(Column::CreatedAt, order),
    };
    find.order_by_desc(Column::Id).offset(offset).limit(limit).all(conn).await.or_fail()
}

/// What matters most of the unread: what is late or refused, then what is to be done, then what is to be known;
/// of each the newest first, so that no daily digest hides a missed deadline.
pub(crate) async fn foremost(conn: &impl ConnectionTrait, actor: &Actor, limit: u64) -> Result<Vec<Model>> {
    let of = |tone: &str| {
        Column::Kind.is_in(NoticeKind::ALL.into_iter().filter(|k| k.tone() == tone).map(NoticeKind::name))
    };
    let urgency = Expr::case(of("reject"), 0).case(of("warn"), 1).finally(2);
    Entity::find()
        .filter(own(actor)?)
        .filter(Which::Unread.condition())
        .order_by_asc(Expr::expr(urgency))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(conn)
        .await
        .or_fail()
}

/// How many notices meet the conditions.
pub(crate) async fn total(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    filter: &Filter,
    lang: Lang,
) -> Result<u64> {
    Entity::find().filter(condition(actor, filter, lang)?).count(conn).await.or_fail()
}

/// One notice of the person who acts.
pub(crate) async fn get(conn: &impl ConnectionTrait, actor: &Actor, id: Uuid) -> Result<Model> {
    let missing = || Error::not_found("这条提醒", "notice");
    let own = own(actor).map_err(|_| missing())?;
    Entity::find_by_id(id).filter(own).one(conn).await.or_fail()?.ok_or_else(missing)
}

/// Marks one notice as read or as unread again.
pub(crate) async fn mark(
    conn: &impl ConnectionTrait,
    id: Uuid,
    read_at: Option<DateTime<Utc>>,
) -> Result<()> {
    let mut change = Entity::update_many()
        .col_expr(Column::ReadAt, Expr::value(read_at.map(instant)))
        .filter(Column::Id.eq(id));
    if read_at.is_none() {
        // Taken up again by hand, it stands among the unread whatever became of it.
        change = change.col_expr(Column::SettledAt, Expr::value(Option::<DateTime<Utc>>::None));
    }
    change.exec(conn).await.or_fail()?;
    Ok(())
}

/// Marks everything the person has not read; how many there were.
pub(crate) async fn mark_all(conn: &impl ConnectionTrait, actor: &Actor, now: DateTime<Utc>) -> Result<u64> {
    let done = Entity::update_many()
        .col_expr(Column::ReadAt, Expr::value(instant(now)))
        .filter(own(actor)?)
        .filter(Which::Unread.condition())
        .exec(conn)
        .await
        .or_fail()?;
    Ok(done.rows_affected)
}
