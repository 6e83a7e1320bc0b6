//! Tables of scorecard.

macro_rules! table {
    ($(#[$doc:meta])* $module:ident, $name:literal, { $($(#[$attr:meta])* $field:ident : $ty:ty,)* }) => {
        $(#[$doc])*
        pub mod $module {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
            #[sea_orm(table_name = $name)]
            pub struct Model {
                $($(#[$attr])* pub $field: $ty,)*
            }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

table!(
    /// `exemption` (豁免)
    exemption, "exemption", {
        #[sea_orm(primary_key, auto_increment = false)]
        id: Uuid,
        org_id: Uuid,
        resource: Option<String>,
        record_id: Option<Uuid>,
        from_day: Date,
        to_day: Date,
        reason: String,
        asked_by: String,
        asked_user: Option<Uuid>,
        asked_at: ChronoDateTimeUtc,
        /// `asked`, `approved`, `refused`, or `revoked`: approved once and taken back.
        state: String,
        decided_by: Option<String>,
        decided_at: Option<ChronoDateTimeUtc>,
        answer: String,
        revoked_by: Option<String>,
        revoked_at: Option<ChronoDateTimeUtc>,
        /// Why it was taken back.
        revoked_why: String,
    }
);

table!(
    /// `scope_change` (考核范围调整)
    scope_change, "scope_change", {
        #[sea_orm(primary_key, auto_increment = false)]
        id: Uuid,
        org_id: Option<Uuid>,
        resource: Option<String>,
        counts: bool,
        from_day: Date,
        /// The decision it rests on.
        basis: String,
        by_name: String,
        at: ChronoDateTimeUtc,
        revoked_by: Option<String>,
        revoked_at: Option<ChronoDateTimeUtc>,
    }
);

table!(
    /// `score_period` (考核周期)
    period, "score_period", {
        #[sea_orm(primary_key, auto_increment = false)]
        id: Uuid,
        name: String,
        from_day: Date,
        to_day: Date,
        /// [`crate::model::PeriodState`]
        state: String,
        /// Last day on which the departments may object.
        object_until: Date,
        /// [`crate::evaluate::Basis`] as JSON.
        basis: String,
        /// [`crate::model::Figures`] as JSON.
        figures: String,
        /// SHA-256 of `figures`.
        digest: String,
        /// How often the draft was counted.
        edition: i32,
        opened_by: String,
        opened_at: ChronoDateTimeUtc,
        published_by: Option<String>,
        published_at: Option<ChronoDateTimeUtc>,
        /// Whether `before_id` was written down as it was published; periods published earlier have nothing there.
        compared: bool,
        /// The period with which it was compared as it was published; none where no period came before.
        before_id: Option<Uuid>,
    }
);

table!(
    /// `score_objection` (对考核数据的异议)
    objection, "score_objection", {
        #[sea_orm(primary_key, auto_increment = false)]
        id: Uuid,
        period_id: Uuid,
        org_id: Uuid,
        /// Code of the indicator; empty where the score as a whole is meant.
        indicator: String,
        reason: String,
        by_name: String,
        at: ChronoDateTimeUtc,
        /// `open`, `kept` or `recomputed`.
        state: String,
        answer: String,
        answered_by: Option<String>,
        answered_at: Option<ChronoDateTimeUtc>,
    }
);

table!(
    /// `circular` (通报)
    circular, "circular", {
        #[sea_orm(primary_key, auto_increment = false)]
        id: Uuid,
        period_id: Uuid,
        /// Given as it is issued.
        number: Option<String>,
        /// `draft` or `issued`.
        state: String,
        /// The newest version of its texts.
        version: i32,
        created_at: ChronoDateTimeUtc,
        issued_by: Option<String>,
        issued_at: Option<ChronoDateTimeUtc>,
        /// SHA-256 of the document as issued, under which the lake keeps its bytes.
        digest: Option<String>,
        /// SHA-256 of its workbook as issued; none of those issued before workbooks were kept.
        workbook: Option<String>,
    }
);

table!(
    /// `circular_text` (通报文稿): one version of its texts.
    circular_text, "circular_text", {
        #[sea_orm(primary_key, auto_increment = false)]
        circular_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        version: i32,
        /// [`crate::model::Texts`] as JSON.
        texts: String,
        by_name: String,
        at: ChronoDateTimeUtc,
    }
);

table!(
    /// `circular_copy` (分发): who it was sent to.
    copy, "circular_copy", {
        #[sea_orm(primary_key, auto_increment = false)]
        id: Uuid,
        circular_id: Uuid,
        /// The member, or the organisation of the leader; none for whoever gets it on paper.
        org_id: Option<Uuid>,
        name: String,
        /// `main`; `leader` for a leader in charge; `copy` for whoever is named under 抄送 and gets it on paper.
        kind: String,
        read_by: Option<String>,
        read_at: Option<ChronoDateTimeUtc>,
        /// The account of a leader.
        account_id: Option<Uuid>,
        /// How many people were told of it by notice or mail.
        told: i32,
    }
);

table!(
    /// `regulation` (通报制度): one version of its clauses.
    regulation, "regulation", {
        #[sea_orm(primary_key, auto_increment = false)]
        version: i32,
        /// [`crate::model::Regulation`] as JSON.
        content: String,
        note: String,
        by_name: String,
        at: ChronoDateTimeUtc,
    }
);

table!(
    /// `evaluation` (抽查评估)
    evaluation, "evaluation", {
        #[sea_orm(primary_key, auto_increment = false)]
        id: Uuid,
        org_id: Uuid,
        /// Code of the resource; none where decisions of every kind were looked at.
        resource: Option<String>,
        on_day: Date,
        /// Who looked.
        evaluator: String,
        /// Decisions drawn from the department's files.
        sampled: i64,
        /// Of these, decisions neither reported nor published.
        unreported: i64,
        note: String,
        by_name: String,
        at: ChronoDateTimeUtc,
        revoked_by: Option<String>,
        revoked_at: Option<ChronoDateTimeUtc>,
    }
);

table!(
    /// `point_entry` (积分)
    point_entry, "point_entry", {
        #[sea_orm(primary_key, auto_increment = false)]
        id: Uuid,
        org_id: Uuid,
        /// Code of the rule.
        rule: String,
        points: i64,
        on_day: Date,
        reason: String,
        /// Where the reason can be seen; empty where nothing is said.
        link: String,
        /// The entry that this one takes back.
        reverses: Option<Uuid>,
        by_name: String,
        at: ChronoDateTimeUtc,
    }
);

table!(
    /// `point_appeal` (积分申诉)
    appeal, "point_appeal", {
        #[sea_orm(primary_key, auto_increment = false)]
        id: Uuid,
        entry_id: Uuid,
        reason: String,
        by_name: String,
        at: ChronoDateTimeUtc,
        /// `open`, `kept` or `reversed`.
        state: String,
        answer: String,
        answered_by: Option<String>,
        answered_at: Option<ChronoDateTimeUtc>,
    }
);

table!(
    /// `indicator_version` (指标修订)
    indicator_version, "indicator_version", {
        #[sea_orm(primary_key, auto_increment = false)]
        id: Uuid,
        /// Code of the indicator.
        indicator: String,
        version: i32,
        /// First day of the periods to which it applies.
        from_day: Date,
        /// [`crate::model::Terms`] as JSON.
        terms: String,
        reason: String,
        by_name: String,
        at: ChronoDateTimeUtc,
        revoked_by: Option<String>,
        revoked_at: Option<ChronoDateTimeUtc>,
    }
);

table!(
    /// `registered_figure` (登记数据)
    registered_figure, "registered_figure", {
        #[sea_orm(primary_key, auto_increment = false)]
        id: Uuid,
        org_id: Uuid,
        /// Code of the indicator.
        indicator: String,
        /// The day up to which it was counted.
        on_day: Date,
        /// The denominator.
        whole: i64,
        /// The numerator.
        part: i64,
        /// Where the two are taken from.
        basis: String,
        /// What else there is to say.
        note: String,
        by_name: String,
        at: ChronoDateTimeUtc,
        revoked_by: Option<String>,
        revoked_at: Option<ChronoDateTimeUtc>,
    }
);
