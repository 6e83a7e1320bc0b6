//! Migration of what cases put right in records.

store::sql_migration!(
    /// Corrected fields (已更正的字段); what stood there before is kept as a fingerprint alone.
    Intake0007,
    "intake_0007_corrections",
    "create table corrected_field (
        id {uuid} primary key,
        resource text not null,
        business_key text not null,
        field text not null,
        wrong text not null,
        case_number text not null,
        submission_id {uuid} not null,
        at {time} not null
    );
    create unique index ux_corrected_field on corrected_field (resource, business_key, field, wrong);
    create index ix_corrected_field_submission on corrected_field (submission_id)",
    "drop table corrected_field"
);
