//! Responsible persons.

use ::store::Db;
use kernel::ErrorKind;

use super::super::*;
use super::{City, at, day, migrations};
use crate::model::Duty;
use crate::store::people;

fn person(c: &City, entry: Option<&str>, duty: Duty, name: &str, from: &str) -> Assignment {
    Assignment {
        org: c.housing.org_id(),
        entry: entry.map(str::to_owned),
        duty,
        name: name.to_owned(),
        phone: "0769-22000000".to_owned(),
        email: String::new(),
        from: day(from),
    }
}

::store::on_both!(one_answers_after_another, migrations, async |db: Db| {
    let c = City::new(db).await;
    let code = c.published("施工许可", 0).await;
    let name = async |new| assign_responsible(&c.db, &c.officer, new, at(9)).await;
    name(person(&c, None, Duty::Responsible, "甲", "2025-01-01")).await.unwrap();
    name(person(&c, None, Duty::Deputy, "乙", "2025-01-01")).await.unwrap();
    name(person(&c, None, Duty::Deputy, "丙", "2025-01-01")).await.unwrap();
    let second = name(person(&c, None, Duty::Responsible, "丁", "2025-06-01")).await.unwrap();
    name(person(&c, Some(&code), Duty::Responsible, "戊", "2025-06-01")).await.unwrap();

    let of = async |day_text: &str| -> Vec<String> {
        let found = people::of_entry(c.db.conn(), c.housing.org_id(), &code, day(day_text)).await.unwrap();
        let mut names: Vec<String> = found.into_iter().map(|p| p.name).collect();
        names.sort();
        names
    };
    let mut before = ["甲", "乙", "丙"].map(str::to_owned);
    before.sort();
    assert_eq!(of("2025-05-31").await, before);
    let mut after = ["戊", "乙", "丙"].map(str::to_owned);
    after.sort();
    assert_eq!(of("2025-06-01").await, after, "the entry's own person comes first");
    let general = people::on_day(c.db.conn(), c.housing.org_id(), day("2025-06-01")).await.unwrap();
    assert_eq!(general.iter().filter(|p| p.duty == "responsible").count(), 2);

    let early = name(person(&c, None, Duty::Responsible, "己", "2025-03-01")).await.unwrap_err();
    assert_eq!(early.code(), "person-day");
    let mut silent = person(&c, None, Duty::Leader, "庚", "2025-03-01");
    silent.phone.clear();
    assert_eq!(name(silent).await.unwrap_err().code(), "person-incomplete");
    let theirs =
        assign_responsible(&c.db, &c.stranger, person(&c, None, Duty::Leader, "辛", "2025-03-01"), at(9))
            .await;
    assert_eq!(theirs.unwrap_err().kind(), ErrorKind::NotFound);
    end_responsible(&c.db, &c.officer, second, at(10)).await.unwrap();
    let today = kernel::beijing_date(at(10));
    let left = people::on_day(c.db.conn(), c.housing.org_id(), today).await.unwrap();
    assert!(!left.iter().any(|p| p.name == "丁"));
    assert!(end_responsible(&c.db, &c.stranger, left[0].id, at(11)).await.is_err());
});
