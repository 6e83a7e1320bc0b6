//! `responsible_person` (负责人)

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "responsible_person")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub org_id: Uuid,
    /// 信息资源代码 the person answers for; empty for everything of the organisation.
    pub entry_code: String,
    /// `responsible` 负责人, `deputy` 副负责人, `leader` 分管领导
    pub duty: String,
    pub name: String,
    pub phone: String,
    pub email: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
