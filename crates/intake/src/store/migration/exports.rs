//! Migration of the workbooks that are made in the background.

store::sql_migration!(
    /// Exports (导出).
    Intake0005,
    "intake_0005_export",
    "create table data_export (
        id {uuid} primary key,
        owner text not null,
        resource text not null,
        submission_id {uuid},
        name text not null,
        rows bigint not null,
        wanted text not null,
        created_at {time} not null,
        finished_at {time},
        size bigint not null
    );
    create index ix_data_export_owner on data_export (owner, id);
    create index ix_data_export_created on data_export (created_at)",
    "drop table data_export"
);
