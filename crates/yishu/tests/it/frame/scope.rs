//! What an actor may see: an organisation and everything below it, in SQL.

use identity::org::{self, NewOrg};
use kernel::{Clock, OrgId, Role, Scope};
use store::Db;
use yishu::wiring::migrations;

use super::Served;

async fn add(served: &Served, code: &str, parent: Option<OrgId>) -> OrgId {
    let new = NewOrg {
        code: code.to_owned(),
        name_zh: format!("机构{code}"),
        name_en: format!("Org {code}"),
        kind: "department".to_owned(),
        parent,
        valid_from: served.clock.today(),
    };
    org::insert(served.db.conn(), new).await.unwrap().org_id()
}

store::on_both!(one_sees_what_lies_below_and_nothing_beside, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let city = add(&served, "441900", None).await;
    let first = add(&served, "A1", Some(city)).await;
    let below = add(&served, "A1X", Some(first)).await;
    let village = add(&served, "V1", Some(below)).await;
    // Its code begins like that of the first, and lies beside it.
    let beside = add(&served, "A10", Some(city)).await;
    let codes = async |scope: Scope| -> Vec<String> {
        org::list(served.db.conn(), &scope).await.unwrap().into_iter().map(|o| o.code).collect()
    };
    assert_eq!(codes(Scope::Org(first)).await, ["A1", "A1X", "V1"]);
    assert_eq!(codes(Scope::Org(village)).await, ["V1"]);
    assert_eq!(codes(Scope::Org(city)).await.len(), 5);
    assert_eq!(codes(Scope::City).await.len(), 5);
    assert_eq!(
        codes(Scope::Org(OrgId::new())).await,
        Vec::<String>::new(),
        "one that does not exist sees nothing"
    );
    let scope = Scope::Org(first);
    assert!(org::require_in_scope(served.db.conn(), &scope, village).await.is_ok());
    for outside in [beside, city] {
        assert_eq!(
            org::require_in_scope(served.db.conn(), &scope, outside).await.unwrap_err().code(),
            "not-found"
        );
    }
    let wild = NewOrg {
        code: "A%".to_owned(),
        name_zh: String::new(),
        name_en: String::new(),
        kind: "department".to_owned(),
        parent: None,
        valid_from: served.clock.today(),
    };
    assert_eq!(org::insert(served.db.conn(), wild).await.unwrap_err().code(), "org-code");
});

store::on_both!(an_administrator_of_a_part_rules_that_part_only, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let city = add(&served, "441900", None).await;
    let (mine, other) = (add(&served, "A1", Some(city)).await, add(&served, "B1", Some(city)).await);
    let admin = served.person("admin-a", Some(mine), &[Role::Administrator]).await;
    served.account("clerk-a", Some(mine), &[Role::DataOfficer]).await;
    served.account("clerk-b", Some(other), &[Role::DataOfficer]).await;
    served.account("steward", None, &[Role::BureauSteward]).await;

    let list = admin.text("/accounts").await;
    assert!(list.contains("clerk-a") && !list.contains("clerk-b") && !list.contains("steward"));
    let all = served.person("root", None, &[Role::Administrator]).await;
    let id =
        |html: &str| html.split("<a href=\"/accounts/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let (b, steward) =
        (id(&all.text("/accounts?q=clerk-b").await), id(&all.text("/accounts?q=steward").await));
    for id in [b, steward] {
        assert_eq!(admin.get(&format!("/accounts/{id}")).send().await.unwrap().status(), 404);
        for verb in ["disable", "enable", "reset-password"] {
            assert_eq!(admin.post("/", &format!("/accounts/{id}/{verb}"), &[]).await.status(), 404, "{verb}");
        }
    }
    // Neither a wider scope nor another's department can be given away.
    let other = other.to_string();
    for fields in [
        [("name", "eve"), ("roles", "administrator"), ("city_wide", "yes")],
        [("name", "eve"), ("roles", "administrator"), ("org", &*other)],
    ] {
        let status = admin.post("/", "/accounts", &fields).await.status().as_u16();
        assert!([403, 404].contains(&status), "{status}");
    }
    // Nor can one's own account be changed, so that nobody locks the last door from inside.
    let me = id(&admin.text("/accounts?q=admin-a").await);
    assert_eq!(admin.post("/", &format!("/accounts/{me}/disable"), &[]).await.status(), 400);
});
