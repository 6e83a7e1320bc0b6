//! The table of jobs.

crate::sql_migration!(
    /// Jobs.
    Jobs0001,
    "store_0003_job",
    "create table job (
        id {uuid} primary key,
        kind text not null,
        subject text not null,
        payload text not null,
        state text not null,
        attempts integer not null,
        max_attempts integer not null,
        run_at {time} not null,
        lease_until {time},
        worker text,
        done bigint not null,
        total bigint,
        note text not null,
        error text,
        unique_key text unique,
        created_at {time} not null,
        finished_at {time}
    );
    create index job_due on job (state, run_at);
    create index job_subject on job (subject)",
    "drop table job"
);
