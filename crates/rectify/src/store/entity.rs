//! Tables of rectify.

/// `record` (决定)
pub mod record {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "record")]
    pub struct Model {
        /// See [`crate::model::record_id`].
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub resource: String,
        pub org_id: Uuid,
        /// Document number (文书号).
        pub document: String,
        /// Name of the subject, a natural person's masked.
        pub subject: String,
        /// What the document number is known by, however it is written ([`standards::fold::document_number`]).
        pub number: String,
        /// Digest of the subject's name, and of what stands for the subject in the business key: two records of one decision have one
        /// of them in common. Empty where it is not known.
        pub name_digest: String,
        pub party_digest: String,
        pub decision_date: Date,
        /// None where no working days are published for it.
        pub deadline: Option<Date>,
        /// The end of that day in Beijing: what comes before it is in time.
        pub deadline_ends_at: Option<ChronoDateTimeUtc>,
        /// The resource from which the decision is known; none where only its own rows tell of it.
        pub expected_from: Option<String>,
        pub expected_at: Option<ChronoDateTimeUtc>,
        pub first_received_at: Option<ChronoDateTimeUtc>,
        pub first_valid_at: Option<ChronoDateTimeUtc>,
        /// How often it was handed in, valid or not.
        pub attempts: i64,
        pub published_at: Option<ChronoDateTimeUtc>,
        pub withdrawn_at: Option<ChronoDateTimeUtc>,
        /// Made by a mapping of a row that has its own clock: the decision counts there, not here.
        pub derived: bool,
        /// The record of the same decision under a corrected key (由更正后的记录代替): it counts there, with the receipts of both.
        pub replaced_by: Option<Uuid>,
        /// Whether that changed since targets were told of it.
        pub replacement_open: bool,
        /// Whether people decide what becomes of it: an objection or an application for repair is open on it or was granted, or it
        /// was taken down because the decision holds no longer.
        pub case_opened: bool,
        /// The earlier record of the same decision, under another key, about which people decide (同一决定的原记录): both stand.
        pub same_as: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `record_attempt` (报送记录): one receipt of a record, valid or not.
pub mod attempt {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "record_attempt")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub record_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub submission_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub valid: bool,
        /// When the submission was received.
        pub at: ChronoDateTimeUtc,
        /// A digest of all its values, by which one content is told from another; none for what was not valid.
        pub content: Option<String>,
        /// Whether a mapping made it of a receipt that counts where it was handed in.
        pub derived: bool,
        /// Whether the department gave it up: dropped the row, or took the submission back. It stays known.
        pub given_up: bool,
        /// Of a wrong row that waits, its place in the submission; of several, that of the first.
        pub ordinal: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `looked_at` (已跟踪批次): submissions with wrong rows, as they stood when their records were written.
pub mod looked {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "looked_at")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub submission_id: Uuid,
        pub changed_at: ChronoDateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `issue` (整改单)
pub mod issue {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "issue")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// What people say on the telephone, `ZG261122-3F9A`.
        pub number: String,
        pub submission_id: Uuid,
        pub resource: String,
        pub org_id: Uuid,
        pub code: String,
        pub pattern: String,
        pub field: String,
        /// One finding as JSON, from which the words are made.
        pub finding: String,
        /// [`crate::model::IssueState`]
        pub state: String,
        pub findings: i64,
        /// Findings in rows that still wait.
        pub open: i64,
        /// The earliest deadline of the decisions concerned; none without a clock.
        pub due: Option<Date>,
        /// Name of the responsible person as it was opened; empty when nobody is named.
        pub assignee: String,
        pub opened_at: ChronoDateTimeUtc,
        pub closed_at: Option<ChronoDateTimeUtc>,
        /// When somebody last spoke with the department about it.
        pub contacted_at: Option<ChronoDateTimeUtc>,
        /// When the leader in charge was told.
        pub escalated_at: Option<ChronoDateTimeUtc>,
        /// [`crate::model::Origin`]
        pub origin: String,
        /// Name of the rule set it was last judged by; empty where nothing is known of it.
        pub rule_set: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `issue_entry` (整改记录)
pub mod entry {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "issue_entry")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub issue_id: Uuid,
        pub at: ChronoDateTimeUtc,
        pub by_name: String,
        /// [`crate::model::EntryKind`]
        pub kind: String,
        pub note: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `faq_note` (常见问题补充说明)
pub mod faq_note {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "faq_note")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub resource: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub code: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub pattern: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub field: String,
        pub note: String,
        pub by_name: String,
        pub at: ChronoDateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `returned` (省退回记录): one record that a superior platform sent back.
pub mod returned {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "returned")]
    pub struct Model {
        /// See [`crate::model::record_id`], of the list and its business key.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub issue_id: Uuid,
        /// The submission that brought the list.
        pub submission_id: Uuid,
        /// The decision; none where the platform does not know it.
        pub record_id: Option<Uuid>,
        /// The resource the record stands in.
        pub resource: String,
        pub org_id: Uuid,
        pub document: String,
        pub decision_date: Option<Date>,
        /// Name of the subject, a natural person's masked.
        pub subject: String,
        /// Code of the department as the list gives it.
        pub authority: String,
        /// The superior's code and words.
        pub code: String,
        pub said: String,
        /// A finding as JSON, from which the everyday words are made.
        pub finding: String,
        pub returned_on: Date,
        /// When the list was received.
        pub received_at: ChronoDateTimeUtc,
        /// None where no working days are published for it.
        pub due: Option<Date>,
        /// [`crate::model::ReturnState`]
        pub state: String,
        /// Why the department holds it to be right, and who said so.
        pub reason: String,
        pub reason_by: String,
        pub closed_at: Option<ChronoDateTimeUtc>,
        /// The submission that brought the correction.
        pub closed_by: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `judgement` (重新判定): issues of a resource judged again because its rules changed.
pub mod judgement {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "judgement")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub resource: String,
        /// [`crate::model::RuleChange`]s as JSON.
        pub changes: String,
        /// Findings that waited as it began.
        pub findings: i64,
        pub started_at: ChronoDateTimeUtc,
        pub finished_at: Option<ChronoDateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `judgement_item` (重新判定的批次): one submission of it.
pub mod judgement_item {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "judgement_item")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub judgement_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub submission_id: Uuid,
        pub org_id: Uuid,
        /// Issues of a changed rule.
        pub issues: i64,
        /// Rows judged again.
        pub checked: i64,
        /// Rows that pass now.
        pub passed: i64,
        pub left_wrong: i64,
        pub done_at: Option<ChronoDateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
