//! Migrations of notices, append-only.

use store::{MigrationTrait, sql_migration};

/// The migrations in order.
pub(crate) fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(Notices0001)]
}

sql_migration!(
    /// Notices and what goes out of them, webhooks, rules and texts; when an issue was escalated.
    Notices0001,
    "rectify_notices_0001",
    "create table notice (
        id {uuid} primary key,
        recipient text not null,
        account_id {uuid} references account (id) on delete cascade,
        org_id {uuid} references org (id),
        kind text not null,
        thing text not null,
        subject text not null,
        resource text,
        due date,
        day date not null,
        title_zh text not null,
        title_en text not null,
        body_zh text not null,
        body_en text not null,
        href text not null,
        created_at {time} not null,
        read_at {time},
        settled_at {time}
    );
    create unique index ux_notice_once_a_day on notice (recipient, thing, day);
    create index ix_notice_account on notice (account_id, created_at);
    create index ix_notice_org on notice (org_id);
    create index ix_notice_subject on notice (subject);
    create index ix_notice_kind_day on notice (kind, day);
    create index ix_notice_kind_due on notice (kind, due);
    create index ix_notice_unsettled on notice (kind, org_id, due) where settled_at is null;
    create table notice_outbox (
        id {uuid} primary key,
        notice_id {uuid} not null references notice (id) on delete cascade,
        channel text not null,
        address text not null,
        thing text not null,
        day date not null,
        state text not null,
        attempts bigint not null default 0,
        held_until {time} not null,
        error_zh text not null default '',
        error_en text not null default '',
        created_at {time} not null,
        sent_at {time}
    );
    create unique index ux_notice_outbox_once_a_day on notice_outbox (address, thing, day);
    create index ix_notice_outbox_notice on notice_outbox (notice_id);
    create index ix_notice_outbox_state on notice_outbox (state, created_at);
    create table webhook (
        id {uuid} primary key,
        org_id {uuid} references org (id),
        title text not null,
        url text not null,
        secret text not null,
        made_by text not null,
        created_at {time} not null
    );
    create index ix_webhook_org on webhook (org_id);
    create table notice_template (
        kind text not null,
        lang text not null,
        title text not null,
        body text not null,
        by_name text not null,
        at {time} not null,
        primary key (kind, lang)
    );
    create table notice_rules (
        id integer primary key,
        rules text not null,
        by_name text not null,
        at {time} not null
    );
    create table notice_round (
        name text primary key,
        at {time} not null
    );
    alter table issue add column escalated_at {time};
    drop index ix_issue_sums;
    create index ix_issue_sums on issue (state, org_id, due, open, contacted_at, resource, escalated_at);
    create index ix_issue_group on issue (org_id, resource, due, state);
    create index ix_issue_closed on issue (closed_at);
    create index ix_issue_entry_kind on issue_entry (kind, at)",
    "drop index ix_issue_entry_kind; drop index ix_issue_closed; drop index ix_issue_group; drop index ix_issue_sums;
    create index ix_issue_sums on issue (state, org_id, due, open, contacted_at, resource);
    alter table issue drop column escalated_at;
    drop table notice_round; drop table notice_rules; drop table notice_template; drop table webhook; drop table notice_outbox; drop table notice"
);
