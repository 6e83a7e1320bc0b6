//! Migrations of rectify, append-only.

use store::{MigrationTrait, sql_migration};

/// The migrations in order.
#[must_use]
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    let own: [Box<dyn MigrationTrait>; 4] =
        [Box::new(Rectify0001), Box::new(Rectify0002), Box::new(Rectify0003), Box::new(Rectify0009)];
    own.into_iter().chain(super::notices::migration::migrations()).collect()
}

sql_migration!(
    /// Records of decisions, the attempts to hand them in, and how far each table has been followed.
    Rectify0001,
    "rectify_0001_records",
    "create table record (
        id {uuid} primary key,
        resource text not null,
        org_id {uuid} not null references org (id),
        document text not null,
        subject text not null,
        decision_date date not null,
        deadline date,
        deadline_ends_at {time},
        expected_from text,
        expected_at {time},
        first_received_at {time},
        first_valid_at {time},
        attempts bigint not null default 0,
        published_at {time},
        withdrawn_at {time}
    );
    create index ix_record_org_deadline on record (org_id, deadline);
    create index ix_record_deadline on record (deadline);
    create index ix_record_open on record (deadline, org_id) where first_valid_at is null;
    create index ix_record_document on record (document);
    create table record_attempt (
        record_id {uuid} not null references record (id) on delete cascade,
        submission_id {uuid} not null,
        valid boolean not null,
        at {time} not null,
        primary key (record_id, submission_id, valid)
    );
    create index ix_record_attempt_submission on record_attempt (submission_id);
    create table followed (
        resource text primary key,
        version bigint not null
    );
    create table looked_at (
        submission_id {uuid} primary key,
        changed_at {time} not null
    );
    create index ix_looked_at on looked_at (changed_at)",
    "drop table looked_at; drop table followed; drop table record_attempt; drop table record"
);

sql_migration!(
    /// Causes of wrong rows that somebody has to put right, and what was done about them.
    Rectify0002,
    "rectify_0002_issues",
    "create table issue (
        id {uuid} primary key,
        number text not null,
        submission_id {uuid} not null,
        resource text not null,
        org_id {uuid} not null references org (id),
        code text not null,
        pattern text not null,
        field text not null,
        finding text not null,
        state text not null,
        findings bigint not null,
        open bigint not null,
        due date,
        assignee text not null,
        opened_at {time} not null,
        closed_at {time},
        contacted_at {time}
    );
    create unique index ux_issue_cause on issue (submission_id, code, pattern, field);
    create index ix_issue_org_state on issue (org_id, state, due);
    create index ix_issue_state on issue (state, due);
    create index ix_issue_number on issue (number);
    create table issue_entry (
        id {uuid} primary key,
        issue_id {uuid} not null references issue (id) on delete cascade,
        at {time} not null,
        by_name text not null,
        kind text not null,
        note text not null
    );
    create index ix_issue_entry_issue on issue_entry (issue_id, at)",
    "drop table issue_entry; drop table issue"
);

sql_migration!(
    /// What the bureau adds to a frequent question.
    Rectify0003,
    "rectify_0003_faq",
    "create table faq_note (
        resource text not null,
        code text not null,
        pattern text not null,
        field text not null,
        note text not null,
        by_name text not null,
        at {time} not null,
        primary key (resource, code, pattern, field)
    )",
    "drop table faq_note"
);

sql_migration!(
    /// Lists and sums over a hundred thousand open issues are read from indexes alone.
    Rectify0009,
    "rectify_0009_issue_lists",
    "drop index ix_issue_org_state;
    drop index ix_issue_state;
    create index ix_issue_sums on issue (state, org_id, due, open, contacted_at, resource);
    create index ix_issue_due on issue (state, (due is null), due, id);
    create index ix_issue_org_due on issue (org_id, state, (due is null), due, id);
    create index ix_issue_opened on issue (state, opened_at, id);
    create index ix_issue_open on issue (state, open, id)",
    "drop index ix_issue_open;
    drop index ix_issue_opened;
    drop index ix_issue_org_due;
    drop index ix_issue_due;
    drop index ix_issue_sums;
    create index ix_issue_org_state on issue (org_id, state, due);
    create index ix_issue_state on issue (state, due)"
);
