//! Migrations of scorecard, append-only.

use store::{MigrationTrait, sql_migration};

/// The migrations in order.
#[must_use]
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(Scorecard0001),
        Box::new(Scorecard0002),
        Box::new(Scorecard0003),
        Box::new(Scorecard0004),
        Box::new(Scorecard0005),
        Box::new(Scorecard0006),
        Box::new(Scorecard0007),
        Box::new(Scorecard0008),
        Box::new(Scorecard0009),
        Box::new(Scorecard0010),
        Box::new(Scorecard0011),
    ]
}

sql_migration!(
    /// What is known of the facts in the lake; what is exempted, what counts; figures as they were counted.
    Scorecard0001,
    "scorecard_0001_facts",
    "create table fact_known (
        kind text not null,
        id {uuid} not null,
        digest bigint not null,
        primary key (kind, id)
    );
    create table fact_mark (
        kind text primary key,
        batch bigint not null
    );
    create table fact_run (
        id integer primary key,
        begun_at {time},
        looked_at {time}
    );
    insert into fact_run (id) values (1);
    create table figure_cache (
        digest text primary key,
        figures text not null,
        at {time} not null
    );
    create index ix_figure_cache_at on figure_cache (at);
    create table exemption (
        id {uuid} primary key,
        org_id {uuid} not null references org (id),
        resource text,
        record_id {uuid},
        from_day date not null,
        to_day date not null,
        reason text not null,
        asked_by text not null,
        asked_user {uuid},
        asked_at {time} not null,
        state text not null,
        decided_by text,
        decided_at {time},
        answer text not null
    );
    create index ix_exemption_org on exemption (org_id);
    create index ix_exemption_state on exemption (state, from_day);
    create table scope_change (
        id {uuid} primary key,
        org_id {uuid} references org (id),
        resource text,
        counts boolean not null,
        from_day date not null,
        basis text not null,
        by_name text not null,
        at {time} not null,
        revoked_by text,
        revoked_at {time}
    );
    create index ix_scope_change_org on scope_change (org_id);
    create index ix_scope_change_from on scope_change (from_day)",
    "drop table scope_change; drop table exemption; drop table figure_cache; drop table fact_run; drop table fact_mark; drop table fact_known"
);

sql_migration!(
    /// Periods with their frozen figures, objections, circulars with their versions and copies, the regulation.
    Scorecard0002,
    "scorecard_0002_periods_and_circulars",
    "create table score_period (
        id {uuid} primary key,
        name text not null,
        from_day date not null,
        to_day date not null,
        state text not null,
        object_until date not null,
        basis text not null,
        figures text not null,
        digest text not null,
        edition integer not null,
        opened_by text not null,
        opened_at {time} not null,
        published_by text,
        published_at {time}
    );
    create unique index ux_score_period on score_period (from_day, to_day);
    create table score_objection (
        id {uuid} primary key,
        period_id {uuid} not null references score_period (id),
        org_id {uuid} not null references org (id),
        indicator text not null,
        reason text not null,
        by_name text not null,
        at {time} not null,
        state text not null,
        answer text not null,
        answered_by text,
        answered_at {time}
    );
    create index ix_score_objection_period on score_objection (period_id, at);
    create index ix_score_objection_org on score_objection (org_id);
    create table circular (
        id {uuid} primary key,
        period_id {uuid} not null references score_period (id),
        number text,
        state text not null,
        version integer not null,
        created_at {time} not null,
        issued_by text,
        issued_at {time},
        digest text
    );
    create unique index ux_circular_period on circular (period_id);
    create unique index ux_circular_number on circular (number);
    create table circular_text (
        circular_id {uuid} not null references circular (id),
        version integer not null,
        texts text not null,
        by_name text not null,
        at {time} not null,
        primary key (circular_id, version)
    );
    create table circular_copy (
        id {uuid} primary key,
        circular_id {uuid} not null references circular (id),
        org_id {uuid} references org (id),
        name text not null,
        kind text not null,
        read_by text,
        read_at {time}
    );
    create index ix_circular_copy_circular on circular_copy (circular_id);
    create index ix_circular_copy_org on circular_copy (org_id);
    create table regulation (
        version integer primary key,
        content text not null,
        note text not null,
        by_name text not null,
        at {time} not null
    )",
    "drop table regulation; drop table circular_copy; drop table circular_text; drop table circular; drop table score_objection; drop table score_period"
);

sql_migration!(
    /// The points ledger: entries that are never changed, and appeals against them.
    Scorecard0003,
    "scorecard_0003_points",
    "create table point_entry (
        id {uuid} primary key,
        org_id {uuid} not null references org (id),
        rule text not null,
        points bigint not null,
        on_day date not null,
        reason text not null,
        link text not null,
        reverses {uuid} references point_entry (id),
        by_name text not null,
        at {time} not null
    );
    create index ix_point_entry_org on point_entry (org_id, on_day);
    create index ix_point_entry_day on point_entry (on_day);
    create unique index ux_point_entry_reverses on point_entry (reverses);
    create table point_appeal (
        id {uuid} primary key,
        entry_id {uuid} not null references point_entry (id),
        reason text not null,
        by_name text not null,
        at {time} not null,
        state text not null,
        answer text not null,
        answered_by text,
        answered_at {time}
    );
    create unique index ux_point_appeal_entry on point_appeal (entry_id)",
    "drop table point_appeal; drop table point_entry"
);

sql_migration!(
    /// Copies of circulars for leaders who have an account, and how many people of a member were told.
    Scorecard0004,
    "scorecard_0004_copies_of_leaders",
    "alter table circular_copy add column account_id {uuid};
    alter table circular_copy add column told integer not null default 0",
    "alter table circular_copy drop column told; alter table circular_copy drop column account_id"
);

sql_migration!(
    /// Versions of indicators that the bureau sets.
    Scorecard0005,
    "scorecard_0005_indicator_versions",
    "create table indicator_version (
        id {uuid} primary key,
        indicator text not null,
        version integer not null,
        from_day date not null,
        terms text not null,
        reason text not null,
        by_name text not null,
        at {time} not null,
        revoked_by text,
        revoked_at {time}
    );
    create unique index ux_indicator_version on indicator_version (indicator, version)",
    "drop table indicator_version"
);

sql_migration!(
    /// How long the last look through all facts took: the longer, the later the next.
    Scorecard0006,
    "scorecard_0006_took",
    "alter table fact_run add column took_ms bigint not null default 0",
    "alter table fact_run drop column took_ms"
);

sql_migration!(
    /// What outside evaluators found in the files of departments.
    Scorecard0007,
    "scorecard_0007_evaluations",
    "create table evaluation (
        id {uuid} primary key,
        org_id {uuid} not null references org (id),
        resource text,
        on_day date not null,
        evaluator text not null,
        sampled bigint not null,
        unreported bigint not null,
        note text not null,
        by_name text not null,
        at {time} not null,
        revoked_by text,
        revoked_at {time}
    );
    create index ix_evaluation_org on evaluation (org_id, on_day);
    create index ix_evaluation_day on evaluation (on_day)",
    "drop table evaluation"
);

sql_migration!(
    /// An exemption that was approved can be taken back, with a reason; it stays in the list.
    Scorecard0008,
    "scorecard_0008_exemptions_taken_back",
    "alter table exemption add column revoked_by text;
    alter table exemption add column revoked_at {time};
    alter table exemption add column revoked_why text not null default ''",
    "update exemption set state = 'refused' where state = 'revoked';
    alter table exemption drop column revoked_why;
    alter table exemption drop column revoked_at;
    alter table exemption drop column revoked_by"
);

sql_migration!(
    /// Figures that the bureau enters, because their business is done outside this platform.
    Scorecard0009,
    "scorecard_0009_registered_figures",
    "create table registered_figure (
        id {uuid} primary key,
        org_id {uuid} not null references org (id),
        indicator text not null,
        on_day date not null,
        whole bigint not null,
        part bigint not null,
        basis text not null,
        note text not null,
        by_name text not null,
        at {time} not null,
        revoked_by text,
        revoked_at {time}
    );
    create index ix_registered_figure_org on registered_figure (org_id, indicator, on_day);
    create index ix_registered_figure_day on registered_figure (on_day)",
    "drop table registered_figure"
);

sql_migration!(
    /// With which period a published one was compared, so that its movement never changes; the workbook of a circular as it was issued.
    Scorecard0010,
    "scorecard_0010_compared_with",
    "alter table score_period add column compared boolean not null default false;
    alter table score_period add column before_id {uuid};
    alter table circular add column workbook text",
    "alter table circular drop column workbook;
    alter table score_period drop column before_id;
    alter table score_period drop column compared"
);

sql_migration!(
    /// The facts as the board shows them: those whose figures were counted.
    Scorecard0011,
    "scorecard_0011_shown",
    "alter table fact_run add column shown text",
    "alter table fact_run drop column shown"
);
