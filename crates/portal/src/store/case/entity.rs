//! Tables of cases.

/// `case_file` (办件)
pub mod file {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "case_file")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// What people say on the telephone, `YY261122-89AB01`.
        pub number: String,
        /// [`crate::model::case::Kind`]
        pub kind: String,
        /// `public` or `hall`.
        pub way: String,
        pub record_id: Uuid,
        pub resource: String,
        /// The organisation that provided the record.
        pub org_id: Uuid,
        pub document: String,
        /// Name of the subject, a natural person's masked.
        pub subject: String,
        pub decision_date: Date,
        /// Rules by which it is handled; they stay those of the day it was opened.
        pub profile: String,
        /// [`crate::model::case::Fault`], of an objection.
        pub fault: Option<String>,
        /// What the applicant wrote, without numbers of persons.
        pub remark: String,
        /// Number of the paper original handed in at the hall.
        pub paper_number: String,
        pub papers_complete: bool,
        /// The handler's name, masked.
        pub handler: String,
        /// [`crate::model::case::Contact`], sealed.
        pub sealed: Vec<u8>,
        pub code_digest: String,
        /// Of the form that was sent: sent twice, it is one case.
        pub form_key: String,
        /// [`crate::model::case::State`]
        pub state: String,
        pub pause: Option<String>,
        pub paused_on: Option<Date>,
        pub asked: bool,
        pub extended: bool,
        /// Last day of the desk that has it; none without a calendar.
        pub due: Option<Date>,
        pub total_due: Option<Date>,
        pub outcome: Option<String>,
        /// What the applicant is told.
        pub answer: String,
        pub opened_at: ChronoDateTimeUtc,
        pub decided_at: Option<ChronoDateTimeUtc>,
        pub carry_due: Option<Date>,
        pub carried_out_at: Option<ChronoDateTimeUtc>,
        /// When the last target acknowledged.
        pub acknowledged_at: Option<ChronoDateTimeUtc>,
        pub closed_at: Option<ChronoDateTimeUtc>,
        /// When the public page first bore its mark.
        pub marked_at: Option<ChronoDateTimeUtc>,
        pub solved: Option<bool>,
        /// 1 非常不满意 to 5 非常满意.
        pub rating: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `case_task` (岗位办理): the stay of a case at a desk.
pub mod task {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "case_task")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub case_id: Uuid,
        /// [`crate::model::case::Desk`]
        pub desk: String,
        pub opened_at: ChronoDateTimeUtc,
        pub due: Option<Date>,
        pub closed_at: Option<ChronoDateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `case_entry` (办理过程)
pub mod entry {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "case_entry")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub case_id: Uuid,
        pub at: ChronoDateTimeUtc,
        /// Empty for the platform and for the applicant.
        pub by_name: String,
        /// `open`, or the name of a [`crate::model::case::Step`].
        pub kind: String,
        pub note: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `case_paper` (申请材料)
pub mod paper {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "case_paper")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub case_id: Uuid,
        /// Which paper of the list; empty for others.
        pub paper: String,
        /// Without path, with the ending of its content.
        pub name: String,
        /// `pdf`, `jpg`, `png`; empty for a paper original seen at the hall.
        pub ending: String,
        pub digest: String,
        pub size: i64,
        pub at: ChronoDateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `case_claim` (异议内容): what should stand in a field instead.
pub mod claim {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "case_claim")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub case_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub field: String,
        /// What the record said, as the public saw it.
        pub said: String,
        pub wanted: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `case_correction` (更正记录): what was changed in a record, field by field; personal values masked.
pub mod correction {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "case_correction")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub case_id: Uuid,
        pub record_id: Uuid,
        pub resource: String,
        pub field: String,
        pub old: String,
        pub new: String,
        pub by_name: String,
        pub at: ChronoDateTimeUtc,
        /// The submission that carried it into the lake; nil until it has landed.
        pub submission_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `case_push` (更正入库): the corrected row of a granted case, on its way into the lake.
pub mod push {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "case_push")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub case_id: Uuid,
        /// The row and what it changes, sealed; empty once it has landed.
        pub sealed: Vec<u8>,
        /// Who decided.
        pub by_name: String,
        /// The submission that carried it into the lake, and the version of the table that holds it; none until it has landed.
        pub submission_id: Option<Uuid>,
        pub version: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `case_ack` (结果回执)
pub mod ack {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "case_ack")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub case_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub target: String,
        pub title_zh: String,
        pub title_en: String,
        pub asked_at: ChronoDateTimeUtc,
        pub acknowledged_at: Option<ChronoDateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `case_profile` (办理规则): the rules the city follows from a day on.
pub mod profile {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "case_profile")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub profile: String,
        pub valid_from: Date,
        pub by_name: String,
        pub at: ChronoDateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
