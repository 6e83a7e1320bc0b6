//! Migration of the pull sources and their runs.

::store::sql_migration!(
    /// Pull sources (前置库) and their runs.
    Intake0002,
    "intake_0002_pull",
    "create table pull_source (
        id {uuid} primary key,
        org_id {uuid} not null,
        resource text not null,
        name text not null,
        address text not null,
        user_name text not null,
        secret text,
        table_name text not null,
        increasing text,
        inclusive boolean not null,
        reached text,
        edge text,
        schedule text not null,
        enabled boolean not null,
        next_at {time},
        run_id {uuid},
        version bigint not null,
        failures bigint not null,
        last_at {time},
        last_state text,
        last_rows bigint not null,
        last_error text,
        last_submission {uuid},
        created_by text not null,
        created_at {time} not null,
        updated_at {time} not null
    );
    create unique index ux_pull_source_name on pull_source (org_id, name);
    create index ix_pull_source_due on pull_source (enabled, next_at);
    create index ix_pull_source_run on pull_source (run_id);
    create table pull_run (
        id {uuid} primary key,
        source_id {uuid} not null references pull_source (id) on delete cascade,
        begun_at {time} not null,
        ended_at {time},
        asked_by text not null,
        state text not null,
        rows bigint not null,
        reached text,
        submission_id {uuid},
        error text
    );
    create index ix_pull_run_source on pull_run (source_id, begun_at);
    create index ix_pull_run_begun on pull_run (begun_at)",
    "drop table pull_run; drop table pull_source"
);
