//! Local overrides of rules.

use ::store::Db;
use chrono::Days;
use kernel::{ErrorKind, OrgId, beijing_date};
use lake::check::Change;
use sea_orm::EntityTrait;

use super::super::*;
use super::{City, actor, at, migrations};
use crate::store::overrides;

fn new(rule: &str, org: Option<OrgId>, days: u64) -> NewOverride {
    NewOverride {
        resource: "licence-2018".to_owned(),
        org,
        rule: rule.to_owned(),
        change: Change::SwitchOff,
        reason: "法人库迁移".to_owned(),
        expires: beijing_date(at(0)).checked_add_days(Days::new(days)).unwrap(),
    }
}

::store::on_both!(an_override_runs_until_it_ends_or_is_revoked, migrations, async |db: Db| {
    let c = City::new(db).await;
    let packs = Packs::builtin().unwrap();
    let today = beijing_date(at(0));
    let day = |n: u64| today.checked_add_days(Days::new(n)).unwrap();
    let add = async |actor: &Actor, what| override_rule(&c.db, actor, &packs, what, 30, at(0)).await;
    let of = async |org: &Org, n: u64| {
        let found = overrides::in_force(c.db.conn(), "licence-2018", org.org_id(), day(n)).await.unwrap();
        found.into_iter().map(|o| o.rule).collect::<Vec<_>>()
    };

    let code = |done: Result<_>| done.map(|_: uuid::Uuid| ()).unwrap_err().code().to_owned();
    assert_eq!(
        code(add(&c.steward, NewOverride { reason: " ".to_owned(), ..new("W603", None, 5) }).await),
        "override-reason"
    );
    assert_eq!(code(add(&c.steward, new("W603", None, 31)).await), "override-expiry");
    let past = NewOverride { expires: today.pred_opt().unwrap(), ..new("W603", None, 0) };
    assert_eq!(code(add(&c.steward, past).await), "override-expiry");
    assert_eq!(code(add(&c.steward, new("no-such-rule", None, 5)).await), "override-rule");
    assert_eq!(add(&c.officer, new("W603", None, 5)).await.unwrap_err().kind(), ErrorKind::Forbidden);
    let local = actor("住建管理员", Role::BureauSteward, Some(&c.housing));
    assert_eq!(add(&local, new("W603", None, 5)).await.unwrap_err().kind(), ErrorKind::Forbidden);
    let theirs = add(&local, new("W603", Some(c.health.org_id()), 5)).await;
    assert_eq!(theirs.unwrap_err().kind(), ErrorKind::NotFound);
    assert!(of(&c.housing, 0).await.is_empty(), "nothing was written");

    let id = add(&c.steward, new("subject-known", None, 5)).await.unwrap();
    assert_eq!(code(add(&c.steward, new("subject-known", None, 9)).await), "override-exists");
    add(&local, new("W603", Some(c.housing.org_id()), 9)).await.unwrap();
    assert_eq!(
        of(&c.office, 5).await,
        ["W603", "subject-known"],
        "the nearer one first; what is above counts below"
    );
    assert_eq!(of(&c.health, 5).await, ["subject-known"]);
    assert_eq!(of(&c.office, 6).await, ["W603"], "the last day is over");
    assert!(
        overrides::in_force(c.db.conn(), "penalty-2018", c.office.org_id(), today).await.unwrap().is_empty()
    );

    let extend = async |n| extend_override(&c.db, &c.steward, id, day(n), 30, at(1)).await;
    assert_eq!(extend(5).await.unwrap_err().code(), "override-expiry", "no later than before");
    assert_eq!(extend(31).await.unwrap_err().code(), "override-expiry");
    let denied = extend_override(&c.db, &local, id, day(20), 30, at(1)).await.unwrap_err();
    assert_eq!(denied.kind(), ErrorKind::Forbidden, "the city's is not a department's to extend");
    extend(20).await.unwrap();
    assert_eq!(of(&c.health, 20).await, ["subject-known"]);
    revoke_override(&c.db, &c.steward, id, at(2)).await.unwrap();
    assert!(of(&c.health, 0).await.is_empty());
    assert_eq!(revoke_override(&c.db, &c.steward, id, at(3)).await.unwrap_err().code(), "override-ended");
    assert_eq!(extend(25).await.unwrap_err().code(), "override-ended");
    let seen = overrides::list(c.db.conn(), &c.stranger, None).await.unwrap();
    assert_eq!(seen.len(), 1, "another department's override is not shown");
    let steps = overrides::steps(c.db.conn(), &seen).await.unwrap();
    assert_eq!(steps.iter().map(|s| s.verb.as_str()).collect::<Vec<_>>(), ["add", "extend", "revoke"]);
    let events = ::store::events::Entity::find().all(c.db.conn()).await.unwrap();
    let told: Vec<_> = events.iter().filter(|e| e.resource.as_deref() == Some("licence-2018")).collect();
    assert_eq!(told.len(), 4);
});
