//! Migration of what is looked for every few seconds.

store::sql_migration!(
    /// Submissions with wrong rows by their last change: a few among very many.
    Intake0008,
    "intake_0008_following",
    "create index ix_submission_faulty on submission (updated_at, id) where rows_rejected > 0",
    "drop index ix_submission_faulty"
);
