//! Renaming, splitting, merging, closing: nothing is lost, and the day counts.

use ::store::Db;
use identity::org;
use kernel::{ErrorKind, OrgId};

use super::super::*;
use super::{City, HEALTH, HOUSING, at, day, migrations};
use crate::model::Duty;
use crate::store::{entries, orgs, people};

fn unit(code: &str, name: &str) -> NewUnit {
    NewUnit { code: code.to_owned(), name_zh: name.to_owned(), name_en: String::new() }
}

async fn path(c: &City, id: OrgId) -> String {
    org::find(c.db.conn(), id).await.unwrap().path
}

::store::on_both!(a_split_leaves_successors_and_hands_over, migrations, async |db: Db| {
    let c = City::new(db).await;
    let permits = c.published("施工许可", 0).await;
    let sales = c.published("预售许可", 10).await;
    let person = Assignment {
        org: c.housing.org_id(),
        entry: Some(sales.clone()),
        duty: Duty::Responsible,
        name: "甲".to_owned(),
        phone: "0000-0001".to_owned(),
        email: String::new(),
        from: day("2026-01-01"),
    };
    assign_responsible(&c.db, &c.officer, person, at(20)).await.unwrap();
    let split = Split {
        org: c.housing.org_id(),
        on: day("2026-05-01"),
        parts: vec![
            Part { unit: unit("BUILDING1", "建设局"), entries: vec![], children: vec![] },
            Part {
                unit: unit("housing2", "住房局"),
                entries: vec![sales.clone()],
                children: vec![c.office.org_id()],
            },
        ],
    };
    let by_officer = split_org(&c.db, &c.officer, split.clone(), at(21)).await.unwrap_err();
    assert_eq!(by_officer.kind(), ErrorKind::Forbidden);
    for wrong in [day("2019-12-31"), day("2020-01-01"), day("2099-01-01")] {
        let refused = split_org(&c.db, &c.steward, Split { on: wrong, ..split.clone() }, at(21)).await;
        assert_eq!(refused.unwrap_err().code(), "org-day", "{wrong}");
    }
    let made = split_org(&c.db, &c.steward, split.clone(), at(21)).await.unwrap();
    let (building, housing) = (made[0], made[1]);

    let old = org::find(c.db.conn(), c.housing.org_id()).await.unwrap();
    assert_eq!(old.valid_to, Some(day("2026-04-30")), "ended, not deleted");
    assert!(orgs::valid_on(&old, day("2026-04-30")) && !orgs::valid_on(&old, day("2026-05-01")));
    let after = orgs::successors(c.db.conn(), c.housing.org_id()).await.unwrap();
    let names: Vec<&str> = after.iter().map(|(_, o)| o.name_zh.as_str()).collect();
    assert_eq!(names, ["建设局", "住房局"]);
    assert_eq!(orgs::predecessors(c.db.conn(), housing).await.unwrap()[0].1.id, c.housing.id);
    assert_eq!(path(&c, c.office.org_id()).await, "/441900/HOUSING2/HOUSINGOFFICE/");

    let first = entries::chain(c.db.conn(), &c.consumer, &permits).await.unwrap().current;
    let second = entries::chain(c.db.conn(), &c.consumer, &sales).await.unwrap().current;
    assert_eq!((first.org_id, second.org_id), (building.0, housing.0));
    let provider = org::find(c.db.conn(), housing).await.unwrap();
    assert_eq!(
        second.entry(Some(&provider)).unwrap().provider_code,
        "HOUSING2",
        "the provider's code is derived"
    );
    let who = people::of_entry(c.db.conn(), housing, &sales, day("2026-06-01")).await.unwrap();
    assert_eq!(who[0].name, "甲");
    assert_eq!(entries::steps(c.db.conn(), &sales).await.unwrap()[0].verb, "moved");
    let again = split_org(&c.db, &c.steward, split, at(22)).await.unwrap_err();
    assert_eq!(again.code(), "org-closed");
});

::store::on_both!(a_merge_takes_everything_over, migrations, async |db: Db| {
    let c = City::new(db).await;
    let code = c.published("施工许可", 0).await;
    let merge = |from: Vec<OrgId>, into: Successor| Merge { from, into, on: day("2026-05-01") };
    let one = merge(vec![c.housing.org_id()], Successor::New(unit("NEW1", "城建局")));
    assert_eq!(merge_orgs(&c.db, &c.steward, one, at(10)).await.unwrap_err().code(), "org-parts");
    for (from, into) in [(c.housing.org_id(), c.housing.org_id()), (c.housing.org_id(), c.office.org_id())] {
        let within = merge(vec![from], Successor::Existing(into));
        assert_eq!(merge_orgs(&c.db, &c.steward, within, at(10)).await.unwrap_err().code(), "org-parts");
    }
    let nested = merge(vec![c.office.org_id(), c.housing.org_id()], Successor::New(unit("NEW1", "城建局")));
    assert_eq!(merge_orgs(&c.db, &c.steward, nested, at(10)).await.unwrap_err().code(), "org-parts");
    assert!(org::by_code(c.db.conn(), "NEW1").await.unwrap().is_none(), "a refused merge leaves nothing");

    let both = merge(vec![c.housing.org_id(), c.health.org_id()], Successor::New(unit("NEW1", "城建卫健局")));
    let made = merge_orgs(&c.db, &c.steward, both, at(11)).await.unwrap();
    let new = org::find(c.db.conn(), made).await.unwrap();
    assert_eq!((new.kind.as_str(), new.path.as_str()), ("department", "/441900/NEW1/"));
    assert_eq!(path(&c, c.office.org_id()).await, "/441900/NEW1/HOUSINGOFFICE/");
    assert_eq!(orgs::predecessors(c.db.conn(), made).await.unwrap().len(), 2);
    let entry = entries::chain(c.db.conn(), &c.consumer, &code).await.unwrap().current;
    assert_eq!(entry.org_id, made.0);
    let mut late = c.entry("晚了");
    late.provider_code = HOUSING.to_owned();
    let refused = create_entry(&c.db, &c.steward, late, at(12)).await.unwrap_err();
    assert_eq!(refused.code(), "entry-provider", "a closed unit provides nothing new");
    assert!(org::by_code(c.db.conn(), HEALTH).await.unwrap().unwrap().valid_to.is_some());
});

::store::on_both!(names_change_and_units_close, migrations, async |db: Db| {
    let c = City::new(db).await;
    let housing = c.housing.org_id();
    for (name, on) in [("住房局", "2024-01-01"), ("住建委", "2026-01-01")] {
        rename_org(&c.db, &c.steward, housing, name, "", day(on), at(0)).await.unwrap();
    }
    let early =
        rename_org(&c.db, &c.steward, housing, "别名", "", day("2025-01-01"), at(1)).await.unwrap_err();
    assert_eq!(early.code(), "org-day");
    let spans: Vec<String> = orgs::past(c.db.conn(), housing)
        .await
        .unwrap()
        .iter()
        .map(|p| format!("{} {} {}", p.name_zh, p.valid_from, p.valid_to))
        .collect();
    assert_eq!(spans, ["住房局 2024-01-01 2025-12-31", "住房和城乡建设局 2020-01-01 2023-12-31"]);
    let now = org::find(c.db.conn(), housing).await.unwrap();
    assert_eq!((now.name_zh.as_str(), now.name_en.as_str(), now.valid_to), ("住建委", "住建委", None));

    let in_use = close_org(&c.db, &c.steward, housing, day("2026-05-01"), at(2)).await.unwrap_err();
    assert_eq!(in_use.code(), "org-in-use", "a unit below it exists");
    close_org(&c.db, &c.steward, c.office.org_id(), day("2026-05-01"), at(3)).await.unwrap();
    close_org(&c.db, &c.steward, housing, day("2026-05-02"), at(4)).await.unwrap();
    let below =
        add_org(&c.db, &c.steward, housing, "unit", unit("X1", "新单位"), day("2026-05-03"), at(5)).await;
    assert_eq!(below.unwrap_err().code(), "org-closed");
    let odd =
        add_org(&c.db, &c.steward, c.city.org_id(), "团", unit("X1", "新单位"), day("2026-05-03"), at(5))
            .await;
    assert_eq!(odd.unwrap_err().code(), "org-kind");
    let added =
        add_org(&c.db, &c.steward, c.city.org_id(), "unit", unit("X1", "新单位"), day("2026-05-03"), at(5))
            .await;
    assert_eq!(path(&c, added.unwrap()).await, "/441900/X1/");
});
