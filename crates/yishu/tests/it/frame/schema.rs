//! The schema of the control database.

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use store::{Db, MigrationTrait};
use yishu::wiring::migrations;

fn none() -> Vec<Box<dyn MigrationTrait>> {
    Vec::new()
}

async fn texts(db: &Db, sql: &str) -> Vec<String> {
    let rows = db.conn().query_all_raw(Statement::from_string(db.backend(), sql)).await.unwrap();
    rows.iter().map(|r| r.try_get_by_index(0).unwrap()).collect()
}

async fn tables(db: &Db) -> Vec<String> {
    let sql = match db.backend() {
        DbBackend::Postgres => {
            "select table_name::text from information_schema.tables where table_schema = 'public' order by 1"
        }
        _ => "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by 1",
    };
    texts(db, sql).await
}

store::on_both!(every_migration_goes_up_down_to_nothing_and_up_again, none, async |db: Db| {
    db.migrate(migrations).await.unwrap();
    let first = tables(&db).await;
    assert!(first.len() >= 10, "{first:?}");
    db.migrate_down(migrations).await.unwrap();
    assert_eq!(tables(&db).await, ["seaql_migrations"]);
    db.migrate(migrations).await.unwrap();
    assert_eq!(tables(&db).await, first);
});

store::on_both!(every_foreign_key_has_an_index, migrations, async |db: Db| {
    // The first column of the key must be the first of some index, or removing a row above reads the whole table.
    let sql = match db.backend() {
        DbBackend::Postgres => {
            "select c.conrelid::regclass::text || '.' || a.attname from pg_constraint c
             join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
             where c.contype = 'f' and not exists (
                select 1 from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1])"
        }
        _ => {
            "select m.name || '.' || f.\"from\" from sqlite_master m join pragma_foreign_key_list(m.name) f
             where m.type = 'table' and f.seq = 0 and not exists (
                select 1 from pragma_index_list(m.name) l join pragma_index_info(l.name) x
                where x.seqno = 0 and x.name = f.\"from\")"
        }
    };
    assert_eq!(texts(&db, sql).await, Vec::<String>::new());
});
