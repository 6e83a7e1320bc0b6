//! Tables of what is published.

/// `publication` (公示记录): one record as the public sees it, or saw it.
pub mod publication {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "publication")]
    pub struct Model {
        /// The decision's id, as everywhere in the platform.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// What stands in public addresses. A decision's own id is a digest over its business key: whoever knows the rest of the
        /// key could try out which identity number belongs to it.
        pub public_id: Uuid,
        /// Its number in the search index; grows with the day of the decision.
        pub place: i64,
        pub resource: String,
        /// [`standards::pack::PublicKind`]
        pub kind: String,
        /// Who handed it in and answers for it.
        pub org_id: Uuid,
        /// The row of the lake it was made from.
        pub submission_id: Uuid,
        pub row_number: i64,
        pub title: String,
        /// A natural person's is masked.
        pub subject: String,
        /// Whether it concerns a natural person: search engines are asked to leave it out.
        pub natural_person: bool,
        pub code: String,
        pub document: String,
        pub authority: String,
        pub decided: Date,
        /// From this day on an early end may be asked for.
        pub earliest: Date,
        /// The last day on which it is shown.
        pub until: Option<Date>,
        /// Names of the retention table, its period and grade, joined by `/`.
        pub term: String,
        /// [`crate::model::publication::State`]
        pub state: String,
        /// Whether the state is one that is shown.
        pub shown: bool,
        /// Key of the text of the mark; empty without one.
        pub mark: String,
        /// [`crate::model::publication::Reason`]; empty while nothing took it down.
        pub reason_kind: String,
        pub reason: String,
        /// Field codes with a doubtful number, joined by `,`.
        pub doubts: String,
        /// What a person decided about them: `mask:` or `show:` and a digest of what was doubtful.
        pub choice: String,
        /// Public cells by field code, as JSON.
        pub content: String,
        /// The same with the doubtful numbers in it, while nobody has decided.
        pub held_content: Option<String>,
        pub published_at: Option<ChronoDateTimeUtc>,
        /// When it was shown no longer.
        pub ended_at: Option<ChronoDateTimeUtc>,
        pub changed_at: ChronoDateTimeUtc,
        /// Grows with every change; the search index knows up to which it is in step.
        pub rev: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `publication_count` (公示计数): how many are shown, by kind, authority and month of decision.
pub mod count {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "publication_count")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// `2026-01`
        #[sea_orm(primary_key, auto_increment = false)]
        pub month: String,
        pub n: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `publication_recall` (待撤回): a quashed decision that must be taken down.
pub mod recall {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "publication_recall")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub record_id: Uuid,
        pub org_id: Uuid,
        pub quashed_on: Date,
        /// The third working day after it.
        pub due: Date,
        pub basis: String,
        pub by_name: String,
        pub opened_at: ChronoDateTimeUtc,
        pub closed_at: Option<ChronoDateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `publication_sample` (公示抽查): one public record beside its row in the lake.
pub mod sample {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "publication_sample")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub record_id: Uuid,
        pub resource: String,
        pub org_id: Uuid,
        pub sampled_at: ChronoDateTimeUtc,
        pub ok: bool,
        /// `differs:FIELD`, `leaks:FIELD`, `gone`
        pub fault: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
