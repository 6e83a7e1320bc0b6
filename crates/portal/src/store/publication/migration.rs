//! The migration of what is published.

use store::sql_migration;

sql_migration!(
    /// Published records, counts of them, decisions to be taken down, and samples of what the public sees.
    Publication0001,
    "publication_0001_publication",
    "create table publication (
        id {uuid} primary key,
        public_id {uuid} not null,
        place bigint not null,
        resource text not null,
        kind text not null,
        org_id {uuid} not null references org (id),
        submission_id {uuid} not null,
        row_number bigint not null,
        title text not null,
        subject text not null,
        natural_person boolean not null,
        code text not null,
        document text not null,
        authority text not null,
        decided date not null,
        earliest date not null,
        until date,
        term text not null,
        state text not null,
        shown boolean not null,
        mark text not null,
        reason_kind text not null,
        reason text not null,
        doubts text not null,
        choice text not null,
        content text not null,
        held_content text,
        published_at {time},
        ended_at {time},
        changed_at {time} not null,
        rev bigint not null
    );
    create unique index ux_publication_public on publication (public_id);
    create unique index ux_publication_place on publication (place);
    create index ix_publication_rev on publication (rev, id);
    create index ix_publication_org on publication (org_id, state, changed_at);
    create index ix_publication_state on publication (state, changed_at);
    create index ix_publication_submission on publication (submission_id);
    create index ix_publication_until on publication (shown, until);
    create index ix_publication_decided on publication (shown, decided, id);
    create index ix_publication_kind on publication (shown, kind, decided, id);
    create index ix_publication_authority on publication (shown, authority, decided, id);
    create index ix_publication_new on publication (shown, published_at);
    create index ix_publication_document on publication (document);
    create table publication_clock (
        id bigint primary key,
        rev bigint not null,
        places bigint not null
    );
    insert into publication_clock (id, rev, places) values (1, 0, 0);
    create table publication_followed (
        resource text primary key,
        version bigint not null
    );
    create table publication_count (
        kind text not null,
        authority text not null,
        month text not null,
        n bigint not null,
        primary key (kind, authority, month)
    );
    create table publication_recall (
        id {uuid} primary key,
        record_id {uuid} not null references publication (id),
        org_id {uuid} not null references org (id),
        quashed_on date not null,
        due date not null,
        basis text not null,
        by_name text not null,
        opened_at {time} not null,
        closed_at {time}
    );
    create index ix_publication_recall_record on publication_recall (record_id);
    create index ix_publication_recall_org on publication_recall (org_id, closed_at, due);
    create table publication_sample (
        id {uuid} primary key,
        record_id {uuid} not null references publication (id),
        resource text not null,
        org_id {uuid} not null references org (id),
        sampled_at {time} not null,
        ok boolean not null,
        fault text
    );
    create index ix_publication_sample_record on publication_sample (record_id);
    create index ix_publication_sample_org on publication_sample (org_id, sampled_at);
    create index ix_publication_sample_at on publication_sample (sampled_at);
    create table publication_sampled (
        day date primary key,
        records bigint not null
    )",
    "drop table publication_sampled; drop table publication_sample; drop table publication_recall;
     drop table publication_count; drop table publication_followed; drop table publication_clock; drop table publication"
);
