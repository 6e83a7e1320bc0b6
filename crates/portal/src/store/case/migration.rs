//! Migrations of cases, append-only.

use store::sql_migration;

sql_migration!(
    /// Objections and credit repair: the case, its desks, history, papers, claims, corrections and acknowledgements.
    Cases0001,
    "portal_cases_0001",
    "create table case_file (
        id {uuid} primary key,
        number text not null,
        kind text not null,
        way text not null,
        record_id {uuid} not null,
        resource text not null,
        org_id {uuid} not null references org (id),
        document text not null,
        subject text not null,
        decision_date date not null,
        profile text not null,
        fault text,
        remark text not null,
        paper_number text not null,
        papers_complete boolean not null,
        handler text not null,
        sealed {bytes} not null,
        code_digest text not null,
        form_key text not null,
        state text not null,
        pause text,
        paused_on date,
        asked boolean not null default false,
        extended boolean not null default false,
        due date,
        total_due date,
        outcome text,
        answer text not null default '',
        opened_at {time} not null,
        decided_at {time},
        carry_due date,
        carried_out_at {time},
        acknowledged_at {time},
        closed_at {time},
        marked_at {time},
        solved boolean,
        rating bigint
    );
    create unique index ux_case_file_code on case_file (code_digest);
    create unique index ux_case_file_form on case_file (form_key);
    create index ix_case_file_org on case_file (org_id, state, due);
    create index ix_case_file_state on case_file (state, due);
    create index ix_case_file_record on case_file (record_id);
    create index ix_case_file_number on case_file (number);
    create table case_task (
        id {uuid} primary key,
        case_id {uuid} not null references case_file (id),
        desk text not null,
        opened_at {time} not null,
        due date,
        closed_at {time}
    );
    create index ix_case_task_case on case_task (case_id);
    create table case_entry (
        id {uuid} primary key,
        case_id {uuid} not null references case_file (id),
        at {time} not null,
        by_name text not null,
        kind text not null,
        note text not null
    );
    create index ix_case_entry_case on case_entry (case_id, at);
    create table case_paper (
        id {uuid} primary key,
        case_id {uuid} not null references case_file (id),
        paper text not null,
        name text not null,
        ending text not null,
        digest text not null,
        size bigint not null,
        at {time} not null
    );
    create index ix_case_paper_case on case_paper (case_id);
    create table case_claim (
        case_id {uuid} not null references case_file (id),
        field text not null,
        said text not null,
        wanted text not null,
        primary key (case_id, field)
    );
    create table case_correction (
        id {uuid} primary key,
        case_id {uuid} not null references case_file (id),
        record_id {uuid} not null,
        resource text not null,
        field text not null,
        old text not null,
        new text not null,
        by_name text not null,
        at {time} not null,
        submission_id {uuid} not null
    );
    create index ix_case_correction_case on case_correction (case_id);
    create index ix_case_correction_record on case_correction (record_id);
    create table case_ack (
        case_id {uuid} not null references case_file (id),
        target text not null,
        title_zh text not null,
        title_en text not null,
        asked_at {time} not null,
        acknowledged_at {time},
        primary key (case_id, target)
    );
    create table case_profile (
        id {uuid} primary key,
        profile text not null,
        valid_from date not null,
        by_name text not null,
        at {time} not null
    )",
    "drop table case_profile; drop table case_ack; drop table case_correction; drop table case_claim; drop table case_paper;
     drop table case_entry; drop table case_task; drop table case_file"
);

sql_migration!(
    /// Corrected rows on their way into the lake.
    Cases0002,
    "portal_cases_0002",
    "create table case_push (
        case_id {uuid} primary key references case_file (id),
        sealed {bytes} not null,
        by_name text not null,
        submission_id {uuid},
        version bigint
    )",
    "drop table case_push"
);

sql_migration!(
    /// One case of a kind at a time on a record.
    Cases0003,
    "portal_cases_0003",
    // Should two have been opened at the same moment before, they stay: each has a number of its own.
    "alter table case_file add column twin bigint not null default 0;
    update case_file set twin = (
        select count(*) from case_file o where o.record_id = case_file.record_id and o.kind = case_file.kind
        and o.state not in ('done', 'withdrawn') and o.id < case_file.id)
    where state not in ('done', 'withdrawn');
    create unique index ux_case_file_open on case_file (record_id, kind, twin) where state not in ('done', 'withdrawn')",
    "drop index ux_case_file_open; alter table case_file drop column twin"
);

sql_migration!(
    /// One case of a kind on a record is at the desks at a time; what is decided and waits for receipts is in nobody's way.
    Cases0004,
    "portal_cases_0004",
    "drop index ux_case_file_open;
    create unique index ux_case_file_open on case_file (record_id, kind, twin) where state in ('review', 'verify')",
    "drop index ux_case_file_open;
    create unique index ux_case_file_open on case_file (record_id, kind, twin) where state not in ('done', 'withdrawn')"
);
