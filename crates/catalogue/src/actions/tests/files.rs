//! Import and export.

use ::store::Db;
use kernel::Lang;

use super::super::*;
use super::{City, HEALTH, at, migrations};
use crate::exchange::{Format, write};
use crate::model::UpdateCycle;
use crate::store::entries::{self, Find};

::store::on_both!(what_is_exported_can_be_imported_and_changes_nothing, migrations, async |db: Db| {
    let c = City::new(db).await;
    let code = c.published("施工许可", 0).await;
    create_entry(&c.db, &c.officer, c.entry("预售许可"), at(10)).await.unwrap();
    // A draft beside the version in force must survive.
    let mut changed = c.entry("施工许可");
    changed.update_cycle = UpdateCycle::Weekly;
    edit_entry(&c.db, &c.officer, &code, None, changed, at(11)).await.unwrap();
    for format in [Format::Xlsx, Format::Yaml] {
        let file = export_entries(&c.db, &c.officer, &Find::default(), format, Lang::Zh).await.unwrap();
        let done = import_entries(&c.db, &c.officer, format, &file, at(12)).await.unwrap();
        assert_eq!((done.created.len(), done.changed.len(), done.unchanged), (0, 0, 2), "{done:?}");
    }
    let pending = entries::chain(c.db.conn(), &c.officer, &code).await.unwrap().pending.unwrap();
    assert_eq!(pending.update_cycle, "weekly");
    let seen = export_entries(&c.db, &c.stranger, &Find::default(), Format::Yaml, Lang::Zh).await.unwrap();
    let text = String::from_utf8(seen).unwrap();
    assert!(text.contains("施工许可") && !text.contains("预售许可"), "an export holds what the list shows");
});

::store::on_both!(a_file_is_imported_whole_or_not_at_all, migrations, async |db: Db| {
    let c = City::new(db).await;
    let code = c.published("施工许可", 0).await;
    let all = async || {
        entries::list(c.db.conn(), &c.steward, &Find::default(), ("code", false), (0, 50)).await.unwrap().1
    };
    let good = c.entry("新的");
    let mut changed = c.entry("施工许可");
    changed.code.clone_from(&code);
    changed.matter = "施工许可核发".to_owned();
    let mut class = c.entry("分类不对");
    class.class_path = "九".to_owned();
    let mut foreign = c.entry("别家的");
    foreign.provider_code = HEALTH.to_owned();
    let mut unknown = c.entry("没有的代码");
    unknown.code = "999999/000001".to_owned();
    let file = write(
        Format::Xlsx,
        &[good.clone(), changed.clone(), class, foreign, unknown, changed.clone()],
        Lang::En,
    )
    .unwrap();
    let refused = import_entries(&c.db, &c.officer, Format::Xlsx, &file, at(10)).await.unwrap();
    let wrong: Vec<String> =
        refused.wrong.iter().map(|(place, text)| format!("{} {}", place.en, text.en)).collect();
    assert_eq!(wrong.len(), 4, "{wrong:?}");
    assert!(wrong[0].starts_with("Sheet “Entries”, row 4 The class"), "{wrong:?}");
    assert!(wrong[1].contains("row 5") && wrong[1].contains("outside your scope"), "{wrong:?}");
    assert!(wrong[2].contains("row 6") && wrong[2].contains("999999/000001"), "{wrong:?}");
    assert!(wrong[3].contains("row 7") && wrong[3].contains("twice"), "{wrong:?}");
    assert_eq!(all().await, 1, "the good rows stay out too");

    let file = write(Format::Yaml, &[good, changed], Lang::Zh).unwrap();
    let done = import_entries(&c.db, &c.officer, Format::Yaml, &file, at(11)).await.unwrap();
    assert_eq!((done.created.len(), done.changed.as_slice()), (1, &[code.clone()][..]));
    assert_eq!(all().await, 2);
    let chain = entries::chain(c.db.conn(), &c.officer, &code).await.unwrap();
    assert_eq!(chain.pending.unwrap().version, 2, "a published entry gets a new version");
    let empty = write(Format::Xlsx, &[], Lang::Zh).unwrap();
    let nothing = import_entries(&c.db, &c.officer, Format::Xlsx, &empty, at(12)).await.unwrap_err();
    assert_eq!(nothing.code(), "catalogue-file");
    assert!(import_entries(&c.db, &c.consumer, Format::Xlsx, &empty, at(12)).await.is_err());
});
