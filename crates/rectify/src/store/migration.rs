//! Migrations of rectify, append-only.

use store::{MigrationTrait, sql_migration};

/// The migrations in order.
#[must_use]
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    let own: [Box<dyn MigrationTrait>; 14] = [
        Box::new(Rectify0001),
        Box::new(Rectify0002),
        Box::new(Rectify0003),
        Box::new(Rectify0009),
        Box::new(Rectify0010),
        Box::new(Rectify0011),
        Box::new(Rectify0012),
        Box::new(Rectify0013),
        Box::new(Rectify0014),
        Box::new(Rectify0015),
        Box::new(Rectify0016),
        Box::new(Rectify0017),
        Box::new(Rectify0018),
        Box::new(Rectify0019),
    ];
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

sql_migration!(
    /// Records that a superior platform sent back; their issues stand beside those of wrong rows. Receipts tell their content apart.
    Rectify0010,
    "rectify_0010_returned",
    "alter table record_attempt add column content text;
    alter table issue add column origin text not null default 'check';
    drop index ux_issue_cause;
    create unique index ux_issue_cause on issue (submission_id, org_id, resource, code, pattern, field);
    create table returned (
        id {uuid} primary key,
        issue_id {uuid} not null references issue (id) on delete cascade,
        submission_id {uuid} not null,
        record_id {uuid},
        resource text not null,
        org_id {uuid} not null references org (id),
        document text not null,
        decision_date date,
        subject text not null,
        authority text not null,
        code text not null,
        said text not null,
        finding text not null,
        returned_on date not null,
        received_at {time} not null,
        due date,
        state text not null,
        reason text not null default '',
        reason_by text not null default '',
        closed_at {time},
        closed_by {uuid}
    );
    create index ix_returned_issue on returned (issue_id, state);
    create index ix_returned_org on returned (org_id, state, due);
    create index ix_returned_due on returned (state, due);
    create index ix_returned_record on returned (record_id);
    create index ix_returned_submission on returned (submission_id);
    create index ix_returned_closed_by on returned (closed_by);
    create index ix_returned_unknown on returned (resource, document) where record_id is null",
    "drop table returned;
    drop index ux_issue_cause;
    delete from issue where origin <> 'check';
    alter table issue drop column origin;
    create unique index ux_issue_cause on issue (submission_id, code, pattern, field);
    alter table record_attempt drop column content"
);

sql_migration!(
    /// By which rules issues were judged, and the judgings after a rule changed.
    Rectify0011,
    "rectify_0011_judgements",
    "alter table issue add column rule_set text not null default '';
    create table rules_seen (
        id integer primary key,
        seen text not null
    );
    create table judgement (
        id {uuid} primary key,
        resource text not null,
        changes text not null,
        findings bigint not null,
        started_at {time} not null,
        finished_at {time}
    );
    create index ix_judgement_started on judgement (started_at);
    create table judgement_item (
        judgement_id {uuid} not null references judgement (id) on delete cascade,
        submission_id {uuid} not null,
        org_id {uuid} not null references org (id),
        issues bigint not null,
        checked bigint not null,
        passed bigint not null,
        left_wrong bigint not null,
        done_at {time},
        primary key (judgement_id, submission_id)
    );
    create index ix_judgement_item_org on judgement_item (org_id);
    create index ix_judgement_item_waiting on judgement_item (submission_id) where done_at is null",
    "drop table judgement_item; drop table judgement; drop table rules_seen; alter table issue drop column rule_set"
);

sql_migration!(
    /// Records that a mapping made of rows with a clock of their own do not count a second time; what a superior sent back is told
    /// by the day on which it came.
    Rectify0012,
    "rectify_0012_derived",
    "alter table record_attempt add column derived boolean not null default false;
    alter table record add column derived boolean not null default false;
    create index ix_returned_received on returned (received_at)",
    "drop index ix_returned_received;
    alter table record drop column derived;
    alter table record_attempt drop column derived"
);

sql_migration!(
    /// What arrived is counted by month of decision from an index alone.
    Rectify0013,
    "rectify_0013_volumes",
    "create index ix_record_month on record (decision_date, org_id, resource, first_received_at, derived)",
    "drop index ix_record_month"
);

sql_migration!(
    /// A receipt that was given up stays known.
    Rectify0014,
    "rectify_0014_given_up",
    "alter table record_attempt add column given_up boolean not null default false",
    "delete from record_attempt where given_up; alter table record_attempt drop column given_up"
);

sql_migration!(
    /// A wrong receipt knows its row, so that an issue is due with its own rows. Every submission is looked at again for it.
    Rectify0015,
    "rectify_0015_attempt_row",
    "alter table record_attempt add column ordinal bigint;
    create index ix_record_attempt_row on record_attempt (submission_id, ordinal);
    drop index ix_record_attempt_submission;
    delete from looked_at",
    "create index ix_record_attempt_submission on record_attempt (submission_id);
    drop index ix_record_attempt_row;
    alter table record_attempt drop column ordinal"
);

sql_migration!(
    /// A decision is known by its document number however that is written, and by its subject; a record may have replaced another. What
    /// is known already gets its number here and the digests with its next receipt.
    Rectify0016,
    "rectify_0016_replaced",
    "alter table record add column number text not null default '';
    alter table record add column name_digest text not null default '';
    alter table record add column party_digest text not null default '';
    alter table record add column replaced_by {uuid};
    alter table record add column replacement_open boolean not null default false;
    update record set number = upper(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(document
        , '(', '〔'), '[', '〔'), '{', '〔'), '（', '〔'), '［', '〔'), '｛', '〔')
        , '【', '〔'), '﹝', '〔'), '〖', '〔'), ')', '〕'), ']', '〕'), '}', '〕')
        , '）', '〕'), '］', '〕'), '｝', '〕'), '】', '〕'), '﹞', '〕'), '〗', '〕')
        , ' ', ''), '　', ''));
    drop index ix_record_document;
    create index ix_record_number on record (number, resource, org_id);
    create index ix_record_replaced on record (replaced_by) where replaced_by is not null;
    create index ix_record_replacement_open on record (id) where replacement_open",
    "drop index ix_record_replacement_open;
    drop index ix_record_replaced;
    drop index ix_record_number;
    create index ix_record_document on record (document);
    alter table record drop column replacement_open;
    alter table record drop column replaced_by;
    alter table record drop column party_digest;
    alter table record drop column name_digest;
    alter table record drop column number"
);

sql_migration!(
    /// Calls about decisions that have no issue, since they were never handed in.
    Rectify0017,
    "rectify_0017_record_notes",
    "create table record_note (
        id {uuid} primary key,
        record_id {uuid} not null references record (id) on delete cascade,
        at {time} not null,
        by_name text not null,
        note text not null
    );
    create index ix_record_note_record on record_note (record_id, at)",
    "drop table record_note"
);

sql_migration!(
    /// A record on which a case was opened does not give way to another one by itself.
    Rectify0018,
    "rectify_0018_case_opened",
    "alter table record add column case_opened boolean not null default false",
    "alter table record drop column case_opened"
);

sql_migration!(
    /// A record may tell of the same decision as an earlier one about which people decide.
    Rectify0019,
    "rectify_0019_same_as",
    "alter table record add column same_as {uuid};
    create index ix_record_same_as on record (same_as) where same_as is not null",
    "drop index ix_record_same_as;
    alter table record drop column same_as"
);
