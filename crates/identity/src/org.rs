//! Organisations (组织机构) as far as permissions need them: a tree with a materialised path, units that are valid
//! from a day to a day. Pages, split and merge belong to the catalogue.

use ::store::OrFail;
use chrono::NaiveDate;
use kernel::{Error, OrgId, Result, Scope};
use sea_orm::sea_query::{Expr, ExprTrait, IntoColumnRef, JoinType, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder,
};

pub use crate::store::entity::org::{ActiveModel, Column, Entity, Model as Org};

/// A new organisation.
#[derive(Debug, Clone)]
pub struct NewOrg {
    /// Unified social credit code or division code; unique.
    pub code: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// `city`, `district`, `department`, `township`, `village`, `unit`.
    pub kind: String,
    /// Above it; a level may be skipped.
    pub parent: Option<OrgId>,
    /// First day.
    pub valid_from: NaiveDate,
}

/// Adds an organisation below its parent.
///
/// # Errors
/// `org-code` when the code holds anything but letters and digits; not found when the parent does not exist;
/// conflict when the code is taken.
pub async fn insert(conn: &impl ConnectionTrait, new: NewOrg) -> Result<Org> {
    // The path is compared with LIKE: a code must hold neither its wildcards nor the separator.
    if new.code.is_empty() || !new.code.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(Error::bad_input(
            "org-code",
            format!("机构代码“{}”只能由字母和数字组成。", new.code),
            format!("The organisation's code “{}” may hold letters and digits only.", new.code),
        ));
    }
    let above = match new.parent {
        Some(parent) => find(conn, parent).await?.path,
        None => "/".to_owned(),
    };
    ActiveModel {
        id: Set(OrgId::new().0),
        path: Set(format!("{above}{}/", new.code)),
        code: Set(new.code),
        name_zh: Set(new.name_zh),
        name_en: Set(new.name_en),
        kind: Set(new.kind),
        parent_id: Set(new.parent.map(|p| p.0)),
        valid_from: Set(new.valid_from),
        valid_to: Set(None),
    }
    .insert(conn)
    .await
    .or_fail()
}

/// One organisation.
///
/// # Errors
/// Not found.
pub async fn find(conn: &impl ConnectionTrait, id: OrgId) -> Result<Org> {
    Entity::find_by_id(id.0)
        .one(conn)
        .await
        .or_fail()?
        .ok_or_else(|| Error::not_found("组织机构", "organisation"))
}

/// One organisation by its code.
///
/// # Errors
/// When the database cannot be read.
pub async fn by_code(conn: &impl ConnectionTrait, code: &str) -> Result<Option<Org>> {
    Entity::find().filter(Column::Code.eq(code)).one(conn).await.or_fail()
}

/// The organisations of a scope, in the order of the tree.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(conn: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<Org>> {
    Entity::find()
        .filter(in_scope((Entity, Column::Id), scope))
        .order_by_asc(Column::Path)
        .all(conn)
        .await
        .or_fail()
}

/// The filter every list applies: `column` (an organisation's id) lies in the scope. Part of the SQL, so that paging
/// and access agree.
pub fn in_scope(column: impl IntoColumnRef, scope: &Scope) -> Condition {
    match scope {
        Scope::City => Condition::all(),
        Scope::Org(id) => Condition::all().add(
            Expr::col(column).in_subquery(
                Query::select()
                    .column(("below", "id"))
                    .from_as("org", "below")
                    .join_as(JoinType::InnerJoin, "org", "top", Expr::cust("below.path like top.path || '%'"))
                    .and_where(Expr::col(("top", "id")).eq(id.0))
                    .take(),
            ),
        ),
    }
}

/// Fails with "not found" when the organisation lies outside the scope, as if it did not exist.
///
/// # Errors
/// Not found.
pub async fn require_in_scope(conn: &impl ConnectionTrait, scope: &Scope, org: OrgId) -> Result<Org> {
    Entity::find_by_id(org.0)
        .filter(in_scope((Entity, Column::Id), scope))
        .one(conn)
        .await
        .or_fail()?
        .ok_or_else(|| Error::not_found("组织机构", "organisation"))
}

impl Org {
    /// The name in the reader's language.
    #[must_use]
    pub fn name(&self, lang: kernel::Lang) -> &str {
        match lang {
            kernel::Lang::Zh => &self.name_zh,
            kernel::Lang::En => &self.name_en,
        }
    }

    /// Its id.
    #[must_use]
    pub const fn org_id(&self) -> OrgId {
        OrgId(self.id)
    }

    /// How deep it lies in the tree, from 0.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.path.matches('/').count().saturating_sub(2)
    }
}
