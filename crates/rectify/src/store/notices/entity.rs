//! Tables of notices.

/// `notice` (提醒): one person, one thing, one day.
pub mod notice {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notice")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// `account:…`, `mail:…` of a person without an account, `hook:…`
        pub recipient: String,
        /// None for a person without an account and for a webhook.
        pub account_id: Option<Uuid>,
        /// None where the whole city is meant.
        pub org_id: Option<Uuid>,
        /// [`crate::model::NoticeKind`]
        pub kind: String,
        /// What is told: the same thing is told once a day.
        pub thing: String,
        /// What it is about, whatever the step: a newer notice takes the place of an older one.
        pub subject: String,
        pub resource: Option<String>,
        /// The deadline it speaks of.
        pub due: Option<Date>,
        /// In Beijing.
        pub day: Date,
        pub title_zh: String,
        pub title_en: String,
        pub body_zh: String,
        pub body_en: String,
        pub href: String,
        pub created_at: ChronoDateTimeUtc,
        pub read_at: Option<ChronoDateTimeUtc>,
        /// When it had nothing to say any more: the matter is settled, or a newer notice says more.
        pub settled_at: Option<ChronoDateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `notice_outbox` (待发): a notice on its way by mail or webhook.
pub mod outbox {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notice_outbox")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub notice_id: Uuid,
        /// `mail`, `webhook`
        pub channel: String,
        /// Mail address, or id of the webhook.
        pub address: String,
        pub thing: String,
        pub day: Date,
        /// `waiting`, `sent`, `failed`
        pub state: String,
        pub attempts: i64,
        /// Not sent before.
        pub held_until: ChronoDateTimeUtc,
        /// Why it failed last; empty when it did not.
        pub error_zh: String,
        pub error_en: String,
        pub created_at: ChronoDateTimeUtc,
        pub sent_at: Option<ChronoDateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `webhook`
pub mod webhook {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "webhook")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// None for the whole city.
        pub org_id: Option<Uuid>,
        pub title: String,
        pub url: String,
        /// Key of the signature; shown once.
        pub secret: String,
        pub made_by: String,
        pub created_at: ChronoDateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `notice_template` (提醒模板): the texts that stewards wrote in place of those shipped.
pub mod template {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notice_template")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub lang: String,
        pub title: String,
        pub body: String,
        pub by_name: String,
        pub at: ChronoDateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
