//! Tables of sharing.

/// `share_target` (共享对象)
pub mod target {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "share_target")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub code: String,
        pub title_zh: String,
        pub title_en: String,
        /// [`crate::model::Way`]
        pub way: String,
        /// [`crate::model::Format`] of files.
        pub format: String,
        /// Where an interface is; empty for the other ways.
        pub address: String,
        /// The credential for an interface is kept in the environment under this name.
        pub secret: Option<String>,
        /// Its own limit; none where the limit of the standard counts.
        pub workdays: Option<i64>,
        pub count_first_day: bool,
        pub limit_source: String,
        pub enabled: bool,
        pub created_by: String,
        pub created_at: ChronoDateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl Model {
        /// Its name in both languages.
        pub fn title(&self) -> kernel::Text {
            kernel::Text::new(&self.title_zh, &self.title_en)
        }
    }
}

/// `share_feed` (共享内容): which resource a target takes, and the version of its table up to which it was delivered.
pub mod feed {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "share_feed")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub target_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub resource: String,
        pub followed: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `delivery` (推送单)
pub mod delivery {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "delivery")]
    pub struct Model {
        /// Ids grow: of two deliveries of a record, the greater is the newer.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// What people and receipts say, `TS261122-3F9A01`.
        pub number: String,
        /// What it was made of; made again after a crash, it is the same.
        pub made_of: String,
        pub target_id: Uuid,
        pub resource: String,
        /// The department whose rows they are.
        pub org_id: Uuid,
        /// Version of the table that holds them; none for what was taken back by hand.
        pub version: Option<i64>,
        /// [`crate::model::DeliveryState`]
        pub state: String,
        pub rows_total: i64,
        pub rows_withdrawn: i64,
        pub rows_refused: i64,
        /// The lines as they were made, NDJSON of [`crate::model::Line`], among the lake's blobs.
        pub digest: String,
        /// The earliest deadline of its lines; none where no limit or no calendar is known.
        pub due: Option<Date>,
        pub created_at: ChronoDateTimeUtc,
        pub sent_at: Option<ChronoDateTimeUtc>,
        pub answered_at: Option<ChronoDateTimeUtc>,
        /// How often sending failed.
        pub attempts: i64,
        pub next_try_at: ChronoDateTimeUtc,
        /// Somebody is sending it until then.
        pub claimed_until: Option<ChronoDateTimeUtc>,
        pub answer_code: String,
        /// What the target said, or why it could not be reached.
        pub answer: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `delivery_line` (推送明细)
pub mod line {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "delivery_line")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub delivery_id: Uuid,
        /// From 1; receipts speak of lines by it.
        #[sea_orm(primary_key, auto_increment = false)]
        pub ordinal: i64,
        pub record_id: Uuid,
        /// The submission that brought the row; none for one taken back.
        pub submission_id: Option<Uuid>,
        pub withdrawn: bool,
        /// [`crate::model::LineState`]
        pub state: String,
        pub error: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::delivery::Entity",
            from = "Column::DeliveryId",
            to = "super::delivery::Column::Id"
        )]
        Delivery,
    }

    impl Related<super::delivery::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Delivery.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// `record_link` (同源记录): a record that was made of another by a mapping.
pub mod link {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "record_link")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub record_id: Uuid,
        /// The record it was made of.
        #[sea_orm(primary_key, auto_increment = false)]
        pub source_id: Uuid,
        pub mapping: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
