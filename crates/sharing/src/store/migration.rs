//! Migrations of sharing, append-only.

use store::{MigrationTrait, sql_migration};

/// The migrations in order.
#[must_use]
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(Sharing0001),
        Box::new(Sharing0002),
        Box::new(Sharing0003),
        Box::new(Sharing0004),
        Box::new(Sharing0005),
        Box::new(Sharing0006),
        Box::new(Sharing0007),
        Box::new(Sharing0008),
        Box::new(Sharing0009),
    ]
}

sql_migration!(
    /// Targets, what they take and how far it was delivered; deliveries with their lines; what was made of what.
    Sharing0001,
    "sharing_0001_deliveries",
    "create table share_target (
        id {uuid} primary key,
        code text not null unique,
        title_zh text not null,
        title_en text not null,
        way text not null,
        format text not null,
        address text not null,
        secret text,
        workdays bigint,
        count_first_day boolean not null,
        limit_source text not null,
        enabled boolean not null,
        created_by text not null,
        created_at {time} not null
    );
    create table share_feed (
        target_id {uuid} not null references share_target (id) on delete cascade,
        resource text not null,
        followed bigint not null,
        primary key (target_id, resource)
    );
    create table delivery (
        id {uuid} primary key,
        number text not null,
        made_of text not null unique,
        target_id {uuid} not null references share_target (id),
        resource text not null,
        org_id {uuid} not null references org (id),
        version bigint,
        state text not null,
        rows_total bigint not null,
        rows_withdrawn bigint not null,
        rows_refused bigint not null,
        digest text not null,
        due date,
        created_at {time} not null,
        sent_at {time},
        answered_at {time},
        attempts bigint not null,
        next_try_at {time} not null,
        claimed_until {time},
        answer_code text not null,
        answer text not null
    );
    create index ix_delivery_target on delivery (target_id, state, id);
    create index ix_delivery_org on delivery (org_id, id);
    create index ix_delivery_open on delivery (next_try_at) where state = 'queued';
    create index ix_delivery_number on delivery (number);
    create table delivery_line (
        delivery_id {uuid} not null references delivery (id) on delete cascade,
        ordinal bigint not null,
        record_id {uuid} not null,
        submission_id {uuid},
        withdrawn boolean not null,
        state text not null,
        error text not null,
        primary key (delivery_id, ordinal)
    );
    create index ix_delivery_line_record on delivery_line (record_id);
    create index ix_delivery_line_submission on delivery_line (submission_id);
    create table record_link (
        record_id {uuid} not null,
        source_id {uuid} not null,
        mapping text not null,
        primary key (record_id, source_id)
    );
    create index ix_record_link_source on record_link (source_id)",
    "drop table record_link; drop table delivery_line; drop table delivery; drop table share_feed; drop table share_target"
);

sql_migration!(
    /// Mappings in use, what they made, and rows that wait for a person.
    Sharing0002,
    "sharing_0002_mappings",
    "create table mapping_state (
        mapping text primary key,
        enabled boolean not null,
        followed bigint not null,
        by_name text not null,
        at {time} not null
    );
    create table produced (
        id {uuid} primary key,
        mapping text not null,
        source_id {uuid} not null,
        org_id {uuid} not null references org (id),
        version bigint not null,
        rows_made bigint not null,
        left_out bigint not null,
        waiting bigint not null,
        at {time} not null,
        ended boolean not null,
        note text not null
    );
    create index ix_produced_mapping on produced (mapping, ended, version);
    create index ix_produced_source on produced (source_id);
    create index ix_produced_org on produced (org_id);
    create table held_row (
        id {uuid} primary key,
        mapping text not null,
        source_id {uuid} not null,
        org_id {uuid} not null references org (id),
        source_row bigint not null,
        record_id {uuid} not null,
        version bigint not null,
        cells text not null,
        cases text not null,
        state text not null,
        at {time} not null,
        decided_by text not null,
        decided_at {time}
    );
    create index ix_held_row_open on held_row (at, id) where state = 'open';
    create index ix_held_row_org on held_row (org_id, state);
    create index ix_held_row_record on held_row (record_id);
    create index ix_held_row_source on held_row (source_id)",
    "drop table held_row; drop table produced; drop table mapping_state"
);

sql_migration!(
    /// The commit of the source from which a record was made last, so that an older one that is followed later does not undo it.
    Sharing0003,
    "sharing_0003_link_version",
    "alter table record_link add column version bigint not null default 0;
    update record_link set version = coalesce(
        (select max(produced.version) from produced where produced.mapping = record_link.mapping), 0)",
    "alter table record_link drop column version"
);

sql_migration!(
    /// Records that are not shared; and no two deliveries with one number, since receipts name them by it.
    Sharing0004,
    "sharing_0004_stopped",
    "create table stopped_record (
        record_id {uuid} not null,
        left_out boolean not null,
        at {time} not null,
        primary key (record_id, left_out)
    );
    create index ix_stopped_record_left_out on stopped_record (record_id) where left_out;
    drop index ix_delivery_number;
    create unique index ux_delivery_number on delivery (number)",
    "drop index ux_delivery_number;
    create index ix_delivery_number on delivery (number);
    drop table stopped_record"
);

sql_migration!(
    /// The marks of records, and which of them a target was told. What is stopped is found by its key.
    Sharing0005,
    "sharing_0005_marks",
    "create table record_mark (
        record_id {uuid} primary key,
        mark text not null,
        at {time} not null
    );
    alter table delivery_line add column mark text not null default '';
    drop index ix_stopped_record_left_out",
    "create index ix_stopped_record_left_out on stopped_record (record_id) where left_out;
    alter table delivery_line drop column mark;
    drop table record_mark"
);

sql_migration!(
    /// What waits for a person is due; it is counted by department and mapping from an index alone.
    Sharing0006,
    "sharing_0006_held_due",
    "alter table held_row add column due date;
    create index ix_held_row_waiting on held_row (org_id, mapping, due, at) where state = 'open'",
    "drop index ix_held_row_waiting;
    alter table held_row drop column due"
);

sql_migration!(
    /// A record is stopped for one of three reasons, each of which ends by itself.
    Sharing0007,
    "sharing_0007_stop_kinds",
    "create table stopped_by_kind (
        record_id {uuid} not null,
        kind text not null,
        at {time} not null,
        primary key (record_id, kind)
    );
    insert into stopped_by_kind (record_id, kind, at)
        select record_id, case when left_out then 'left-out' else 'decided' end, at from stopped_record;
    drop table stopped_record;
    alter table stopped_by_kind rename to stopped_record",
    "create table stopped_either_way (
        record_id {uuid} not null,
        left_out boolean not null,
        at {time} not null,
        primary key (record_id, left_out)
    );
    insert into stopped_either_way (record_id, left_out, at)
        select record_id, kind = 'left-out', at from stopped_record where kind <> 'replaced';
    drop table stopped_record;
    alter table stopped_either_way rename to stopped_record"
);

sql_migration!(
    /// Rows that a target was not given because their record was stopped: it gets them when the record is shared again.
    Sharing0008,
    "sharing_0008_withheld_line",
    "create table withheld_line (
        record_id {uuid} not null,
        target_id {uuid} not null,
        resource text not null,
        org_id {uuid} not null,
        submission_id {uuid} not null,
        primary key (record_id, target_id)
    )",
    "drop table withheld_line"
);

sql_migration!(
    /// What targets turned down lately is found by when they did.
    Sharing0009,
    "sharing_0009_refused",
    "create index ix_delivery_refused on delivery (answered_at) where state = 'refused'",
    "drop index ix_delivery_refused"
);
