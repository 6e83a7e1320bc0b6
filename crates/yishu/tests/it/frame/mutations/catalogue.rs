//! Entries and their review, responsible persons, organisations, local overrides of rules.

use kernel::Role;

use super::Walk;
use crate::frame::catalogue::{filled, send, set, upload};

pub(super) async fn walk(w: &mut Walk) {
    let city = w.served.org("441900").await.to_string();
    let steward = w.served.person("steward", None, &[Role::BureauSteward]).await;

    let mut units: Vec<String> = Vec::new();
    for code in ["HOUSING1", "HEALTH1", "OFFICE1"] {
        let parent = if code == "OFFICE1" { units[0].clone() } else { city.clone() };
        let fields = [
            ("parent", parent.as_str()),
            ("kind", "unit"),
            ("code", code),
            ("name_zh", code),
            ("name_en", ""),
            ("on", "2025-01-01"),
        ];
        w.form("POST /orgs", "org:", &steward, "/orgs", &fields).await;
        let org = identity::org::by_code(w.served.db.conn(), code).await.unwrap().unwrap();
        units.push(org.id.to_string());
    }
    let [housing, health, office] = [units[0].as_str(), units[1].as_str(), units[2].as_str()];

    let mut fields = filled(&steward, "/catalogue/new?pack=licence-2018").await;
    set(&mut fields, "provider_code", "HOUSING1");
    w.see("POST /catalogue", "entry:307001/000001", send(&steward, "/catalogue", &fields)).await;
    let (entry, subject) = ("/catalogue/307001-000001", "entry:307001/000001");
    let mut changed = filled(&steward, &format!("{entry}/edit")).await;
    set(&mut changed, "update_cycle", "weekly");
    let edit = format!("{entry}/edit");
    w.see("POST /catalogue/{code}/edit", subject, send(&steward, &edit, &changed)).await;
    for _ in 0..2 {
        w.form("POST /catalogue/{code}/submit", subject, &steward, &format!("{entry}/submit"), &[]).await;
        let verdict = [("verdict", "approve"), ("note", "")];
        let path = format!("{entry}/review");
        w.form("POST /catalogue/{code}/review", subject, &steward, &path, &verdict).await;
    }
    let yaml = "- name: 乙\n  provider_code: HEALTH1\n  class_path: 3/07/001\n  abstract: 丙\n  format: 3 数据库\n  share_type: 1\n  open_type: 1\n  update_cycle: 每日\n";
    let import = upload(&steward, "目录.yaml", yaml.as_bytes().to_vec());
    w.see("POST /catalogue/import", "catalogue", import).await;

    let person = [
        ("org", housing),
        ("entry", "307001/000001"),
        ("duty", "responsible"),
        ("person", "赵某"),
        ("phone", "0769-22000000"),
        ("from", "2025-01-02"),
    ];
    let whose = format!("org:{housing}");
    w.form("POST /responsible", &whose, &steward, "/responsible", &person).await;
    let page = steward.text(entry).await;
    let id = page.split("/responsible/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let path = format!("/responsible/{id}/end");
    w.form("POST /responsible/{id}/end", &whose, &steward, &path, &[]).await;
    let gone = [("note", "停用")];
    w.form("POST /catalogue/{code}/take-down", subject, &steward, &format!("{entry}/take-down"), &gone).await;

    overrides(w).await;

    let name = [("name_zh", "卫生局"), ("name_en", ""), ("on", "2025-06-01")];
    let path = format!("/orgs/{health}/rename");
    w.form("POST /orgs/{id}/rename", &format!("org:{health}"), &steward, &path, &name).await;
    let child = format!("child.{office}");
    let parts = [
        ("on", "2025-07-01"),
        ("name_zh.1", "住房局"),
        ("code.1", "HOUSING2"),
        ("name_zh.2", "建设局"),
        ("code.2", "BUILDING2"),
        (child.as_str(), "2"),
    ];
    let path = format!("/orgs/{housing}/split");
    w.form("POST /orgs/{id}/split", &format!("org:{housing}"), &steward, &path, &parts).await;
    let into = identity::org::by_code(w.served.db.conn(), "BUILDING2").await.unwrap().unwrap().id.to_string();
    let merge = [("from", health), ("into", into.as_str()), ("on", "2025-09-01")];
    w.form("POST /orgs/merge", &format!("org:{into}"), &steward, "/orgs/merge", &merge).await;
    let path = format!("/orgs/{office}/close");
    let on = [("on", "2025-10-01")];
    w.form("POST /orgs/{id}/close", &format!("org:{office}"), &steward, &path, &on).await;
}

async fn overrides(w: &mut Walk) {
    let steward = w.served.person("rule-steward", None, &[Role::BureauSteward]).await;
    let fields = [
        ("rule", "subject-known"),
        ("kind", "switch-off"),
        ("org", ""),
        ("reason", "法人库迁移"),
        ("expires", "2026-02-01"),
    ];
    let path = "/rules/licence-2018/overrides";
    w.form("POST /rules/{resource}/overrides", "override:", &steward, path, &fields).await;
    let page = steward.text("/rules/licence-2018").await;
    let id = page.split("/overrides/").find_map(|p| p.split_once("/revoke")).unwrap().0.to_owned();
    let subject = format!("override:{id}");
    let until = [("resource", "licence-2018"), ("expires", "2026-03-01")];
    let path = format!("/overrides/{id}/extend");
    w.form("POST /overrides/{id}/extend", &subject, &steward, &path, &until).await;
    let path = format!("/overrides/{id}/revoke");
    w.form("POST /overrides/{id}/revoke", &subject, &steward, &path, &until).await;
}
