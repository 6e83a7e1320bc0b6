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
        /// What people and receipts say, `TS261122-094501-204817`.
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
        /// [`crate::model::Mark`]; empty without one.
        pub mark: String,
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
        /// Version of the source's table that brought it last.
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `mapping_state` (转换的启用)
pub mod state {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mapping_state")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub mapping: String,
        pub enabled: bool,
        /// The version of the source's table up to which it was mapped.
        pub followed: i64,
        pub by_name: String,
        pub at: ChronoDateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `produced` (转换产出)
pub mod produced {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "produced")]
    pub struct Model {
        /// The submission that was made; where no row went there is none.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub mapping: String,
        /// The submission it was made of.
        pub source_id: Uuid,
        /// The department that answers for the rows.
        pub org_id: Uuid,
        /// Version of the source's table that brought them.
        pub version: i64,
        pub rows_made: i64,
        /// Rows that the condition keeps back.
        pub left_out: i64,
        /// Rows that wait for a person.
        pub waiting: i64,
        pub at: ChronoDateTimeUtc,
        /// Whether it has gone as far as it goes without a person.
        pub ended: bool,
        /// What went wrong, as words in both languages.
        pub note: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `held_row` (待人工决定)
pub mod held {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "held_row")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub mapping: String,
        pub source_id: Uuid,
        pub org_id: Uuid,
        /// Its row in the file that was handed in.
        pub source_row: i64,
        /// The record it would become.
        pub record_id: Uuid,
        pub version: i64,
        /// Text by field of the target, JSON.
        pub cells: String,
        /// Places of the mapping's cases, JSON.
        pub cases: String,
        /// [`crate::model::HeldState`]
        pub state: String,
        pub at: ChronoDateTimeUtc,
        pub decided_by: String,
        pub decided_at: Option<ChronoDateTimeUtc>,
        /// The last day on which it is in time; none without a clock of its own.
        pub due: Option<Date>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `record_mark` (标注): what a case on a record says of it.
pub mod mark {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "record_mark")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub record_id: Uuid,
        /// [`crate::model::Mark`]
        pub mark: String,
        pub at: ChronoDateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `stopped_record` (停止共享): records that go to no target, whatever row of theirs comes.
pub mod stopped {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stopped_record")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub record_id: Uuid,
        /// [`crate::model::Stop`]
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: String,
        pub at: ChronoDateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `withheld_line` (停止共享期间未推送): a row that a target was not given because its record was stopped.
pub mod withheld {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "withheld_line")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub record_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub target_id: Uuid,
        pub resource: String,
        /// The department whose row it is.
        pub org_id: Uuid,
        /// The submission that brought it.
        pub submission_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
