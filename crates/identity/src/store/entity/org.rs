use sea_orm::entity::prelude::*;

/// One organisation (组织机构).
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "org")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Unified social credit code or division code.
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    pub kind: String,
    pub parent_id: Option<Uuid>,
    /// Codes from the top, each closed by a slash: `/441900/11441900007330213K/`.
    pub path: String,
    pub valid_from: chrono::NaiveDate,
    /// Last day; open while it exists.
    pub valid_to: Option<chrono::NaiveDate>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
