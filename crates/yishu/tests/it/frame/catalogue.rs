//! A department writes an entry, the bureau reviews it, everyone reads it.

use kernel::Role;
use store::Db;
use yishu::wiring::migrations;

use super::{Browser, Served};

/// The fields of a complete entry, begun with a pack.
pub(super) async fn filled(browser: &Browser, path: &str) -> Vec<(String, String)> {
    let html = browser.text(path).await;
    let form = html.split("<form").find(|f| f.contains("name=\"abstract\"")).expect("the form");
    let mut fields = Vec::new();
    for control in
        regex::Regex::new(r#"(?s)<(input) ([^>]*)>()|<(?:textarea|select) ([^>]*)>(.*?)</(textarea|select)>"#)
            .unwrap()
            .captures_iter(form)
    {
        let part = |a: usize, b: usize| control.get(a).or(control.get(b)).map_or("", |m| m.as_str());
        let (kind, attributes, inner) = (part(1, 6), part(2, 4), part(3, 5));
        let attribute = |name: &str| {
            attributes.split_once(&format!("{name}=\"")).map(|(_, v)| v.split('"').next().unwrap().to_owned())
        };
        let Some(name) = attribute("name").filter(|n| n != "_csrf" && n != "more") else { continue };
        let value = match kind {
            "textarea" => inner.to_owned(),
            "select" => inner
                .split("<option ")
                .find(|o| o.contains(" selected"))
                .and_then(|o| o.split('"').nth(1))
                .unwrap_or_default()
                .to_owned(),
            _ if attribute("type").as_deref() == Some("checkbox") && !attributes.contains(" checked") => {
                continue;
            }
            _ => attribute("value").unwrap_or_default(),
        };
        fields.push((name, value.replace("&amp;", "&").replace("&#39;", "'").replace("&quot;", "\"")));
    }
    fields
}

pub(super) async fn send(browser: &Browser, path: &str, fields: &[(String, String)]) -> reqwest::Response {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    browser.post("/", path, &fields).await
}

pub(super) fn set(fields: &mut [(String, String)], name: &str, value: &str) {
    let field = fields.iter_mut().find(|(k, _)| k == name).unwrap_or_else(|| panic!("no field {name}"));
    field.1 = value.to_owned();
}

fn location(answer: &reqwest::Response) -> String {
    answer.headers()["location"].to_str().unwrap().to_owned()
}

store::on_both!(an_entry_goes_from_draft_to_a_second_version, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let housing = served.org("11441900HOUSING001").await;
    let health = served.org("11441900HEALTH0001").await;
    let officer = served.person("officer", Some(housing), &[Role::DataOfficer]).await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let other = served.person("other", Some(health), &[Role::DataOfficer]).await;

    let mut fields = filled(&officer, "/catalogue/new?pack=licence-2018").await;
    assert!(fields.iter().filter(|(k, _)| k.ends_with(".code")).count() > 10, "items of the pack");
    let refused = {
        let mut wrong = fields.clone();
        set(&mut wrong, "class_path", "目录");
        send(&officer, "/catalogue", &wrong).await
    };
    assert_eq!(refused.status(), 400);
    let page = refused.text().await.unwrap();
    assert!(page.contains("class_path-error") && page.contains("name=\"item.0.code\""), "typed text stays");

    set(&mut fields, "name", "施工许可 <b>");
    let made = send(&officer, "/catalogue", &fields).await;
    assert_eq!(location(&made), "/catalogue/307001-000001");
    let entry = "/catalogue/307001-000001";
    assert!(officer.text("/catalogue").await.contains("施工许可"));
    assert!(!other.text("/catalogue").await.contains("施工许可"));
    assert_eq!(other.get(entry).send().await.unwrap().status(), 404);
    let page = officer.text(entry).await;
    assert!(
        page.contains("施工许可 &#60;b&#62;") || page.contains("施工许可 &lt;b&gt;"),
        "names are escaped"
    );
    assert!(page.contains("XK_WSH") && !page.contains("/review"));

    let person = [
        ("org", &*housing.to_string()),
        ("entry", "307001/000001"),
        ("duty", "responsible"),
        ("person", "赵某"),
        ("phone", "0769-22000000"),
        ("from", "2026-01-01"),
    ];
    for (field, wrong) in [
        ("person", &*"长".repeat(61)),
        ("phone", &"1".repeat(31)),
        ("phone", "tel;\"><script>"),
        ("email", "<b>@x"),
        ("email", "nobody"),
    ] {
        let mut fields: Vec<(&str, &str)> = person.iter().copied().filter(|(n, _)| *n != field).collect();
        fields.push((field, wrong));
        officer.post("/", "/responsible", &fields).await;
        assert!(!officer.text(entry).await.contains("0769-22000000"), "{field} {wrong}");
    }
    let typed = person.map(|(n, v)| match n {
        "entry" => (n, ""),
        "phone" => (n, "请打前台"),
        _ => (n, v),
    });
    let refused = officer.post("/", "/responsible", &typed).await;
    assert_eq!(refused.status(), 400);
    let refused = refused.text().await.unwrap();
    assert!(
        refused.contains("value=\"请打前台\"") && refused.contains("value=\"赵某\""),
        "what was typed stays"
    );
    assert!(refused.contains("0769-22000000转12"), "{refused}");
    assert_eq!(officer.post("/", "/responsible", &person).await.status(), 303);
    assert!(
        officer.text(entry).await.contains("赵某") && officer.text(entry).await.contains("0769-22000000")
    );
    for _ in 0..2 {
        assert_eq!(officer.post("/", &format!("{entry}/submit"), &[]).await.status(), 303);
        assert!(steward.text("/").await.contains("/catalogue?state=waiting"));
        assert!(steward.text("/catalogue?state=waiting").await.contains("施工许可"));
        let verdict = [("verdict", "approve"), ("note", "")];
        assert_eq!(steward.post("/", &format!("{entry}/review"), &verdict).await.status(), 303);
    }
    assert!(other.text("/catalogue?q=施工&class=3/07&share=2&sort=name").await.contains("施工许可"));
    assert!(other.text(entry).await.contains("赵某"));
    assert_eq!(other.get(&format!("{entry}/edit")).send().await.unwrap().status(), 403);
    let theirs = send(&other, &format!("{entry}/edit"), &fields).await;
    assert_eq!(theirs.status(), 403, "another department's entry");

    let mut changed = filled(&officer, &format!("{entry}/edit")).await;
    set(&mut changed, "update_cycle", "weekly");
    let more = {
        let mut more = changed.clone();
        more.push(("more".to_owned(), "yes".to_owned()));
        send(&officer, &format!("{entry}/edit"), &more).await.text().await.unwrap()
    };
    assert!(
        more.matches("data_type\"").count()
            > changed.iter().filter(|(k, _)| k.ends_with("data_type")).count()
    );
    served.clock.advance(chrono::Duration::minutes(1));
    let saved = send(&officer, &format!("{entry}/edit"), &changed).await;
    assert_eq!(location(&saved), format!("{entry}?version=2"));
    let compare = officer.text(&format!("{entry}/compare?from=1&to=2")).await;
    assert!(compare.contains("<del>每日</del>") && compare.contains("<ins>每周</ins>"), "{compare}");
    let late = send(&officer, &format!("{entry}/edit"), &fields_with(&changed, "name", "别的")).await;
    assert_eq!(late.status(), 400, "somebody was quicker");
    assert!(late.text().await.unwrap().contains("role=\"alert\""));

    let taken = steward.post("/", &format!("{entry}/take-down"), &[("note", "停用")]).await;
    assert_eq!(taken.status(), 303);
    assert_eq!(other.get(entry).send().await.unwrap().status(), 404);
    let english =
        officer.client.get(format!("{}/language/en?back=/catalogue", served.base)).send().await.unwrap();
    assert_eq!(english.status(), 303);
    assert!(officer.text(&format!("{entry}?version=2")).await.contains("Version 2"));
    let actions = served.actions().await;
    for action in [
        "entry.create",
        "entry.edit",
        "entry.submit",
        "entry.review",
        "entry.take-down",
        "responsible.assign",
    ] {
        assert!(actions.iter().any(|a| a == action), "{action} left no record");
    }
});

fn fields_with(fields: &[(String, String)], name: &str, value: &str) -> Vec<(String, String)> {
    let mut fields = fields.to_vec();
    set(&mut fields, name, value);
    fields
}

/// Uploads a file as the import's form does.
pub(super) async fn upload(browser: &Browser, name: &str, bytes: Vec<u8>) -> reqwest::Response {
    let token = browser.csrf("/").await;
    let file = reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned());
    let form = reqwest::multipart::Form::new().text("_csrf", token).part("file", file);
    let request = browser.client.post(format!("{}/catalogue/import", browser.base));
    request.header("accept", "text/html").multipart(form).send().await.unwrap()
}

store::on_both!(entries_travel_as_files_and_units_are_reorganised, migrations, async |db: Db| {
    let served = Served::start(db).await;
    let city = served.org("441900").await;
    let steward = served.person("steward", None, &[Role::BureauSteward]).await;
    let add = async |code: &str, name: &str, parent: &str, kind: &str| {
        let fields = [
            ("parent", parent),
            ("kind", kind),
            ("code", code),
            ("name_zh", name),
            ("name_en", ""),
            ("on", "2025-01-01"),
        ];
        assert_eq!(steward.post("/", "/orgs", &fields).await.status(), 303);
        let found = identity::org::by_code(served.db.conn(), code).await.unwrap();
        found.unwrap_or_else(|| panic!("{code} was not added")).id.to_string()
    };
    let housing = add("HOUSING1", "住建局", &city.to_string(), "department").await;
    let health = add("HEALTH1", "卫健局", &city.to_string(), "department").await;
    let office = add("OFFICE1", "交易中心", &housing, "unit").await;

    let template = steward.get("/catalogue/export?format=xlsx&template=yes").send().await.unwrap();
    assert_eq!(template.status(), 200);
    let empty = upload(&steward, "模板.xlsx", template.bytes().await.unwrap().to_vec()).await;
    assert_eq!(empty.status(), 400);
    assert!(empty.text().await.unwrap().contains("文件里没有目录"));
    let wrong = "- name: 甲\n- name: 乙\n  provider_code: NOWHERE\n  class_path: 3/07/001\n  abstract: 丙\n  format: 3 数据库\n  share_type: 1\n  open_type: 1\n  update_cycle: 每日\n";
    let refused = upload(&steward, "目录.yaml", wrong.as_bytes().to_vec()).await;
    assert_eq!(refused.status(), 400);
    let page = refused.text().await.unwrap();
    assert!(page.contains("第 1 条") && page.contains("第 2 条") && page.contains("NOWHERE"), "{page}");
    let picture = upload(&steward, "目录.png", vec![1, 2, 3]).await;
    assert_eq!(picture.status(), 400);
    let right = wrong.replace("- name: 甲\n", "").replace("NOWHERE", "HOUSING1");
    assert_eq!(upload(&steward, "目录.yaml", right.into_bytes()).await.status(), 303);
    let yaml = steward.text("/catalogue/export?format=yaml&state=draft").await;
    assert!(yaml.contains("307001/000001") && yaml.contains("HOUSING1"), "{yaml}");
    let again = upload(&steward, "again.yaml", yaml.into_bytes()).await;
    assert_eq!(again.status(), 303);

    let tree = steward.text("/orgs").await;
    assert!(tree.contains("住建局") && tree.contains(&format!("/orgs/{office}")));
    assert_eq!(
        steward
            .post(
                "/",
                &format!("/orgs/{health}/rename"),
                &[("name_zh", "卫生局"), ("name_en", "Health"), ("on", "2025-06-01")]
            )
            .await
            .status(),
        303
    );
    assert!(steward.text(&format!("/orgs/{health}")).await.contains("卫健局"), "the former name stays");
    let form = steward.text(&format!("/orgs/{housing}/split")).await;
    assert!(form.contains("entry.307001/000001") && form.contains(&format!("child.{office}")));
    let one = [("on", "2025-07-01"), ("name_zh.1", "住房局"), ("code.1", "HOUSING2")];
    let refused = steward.post("/", &format!("/orgs/{housing}/split"), &one).await;
    assert_eq!(refused.status(), 400);
    assert!(refused.text().await.unwrap().contains("至少要有两个机构"));
    let child = format!("child.{office}");
    let two = [
        ("on", "2025-07-01"),
        ("name_zh.1", "住房局"),
        ("code.1", "HOUSING2"),
        ("name_zh.2", "建设局"),
        ("code.2", "BUILDING2"),
        ("entry.307001/000001", "2"),
        (child.as_str(), "2"),
    ];
    assert_eq!(steward.post("/", &format!("/orgs/{housing}/split"), &two).await.status(), 303);
    let old = steward.text(&format!("/orgs/{housing}")).await;
    assert!(old.contains("建设局") && old.contains("住房局") && old.contains("2025-06-30"));
    assert!(steward.text("/catalogue/307001-000001").await.contains("BUILDING2"));
    assert!(!steward.text("/orgs").await.contains("住建局"), "closed today");
    assert!(steward.text("/orgs?day=2025-03-01").await.contains("住建局"), "there in March");
    assert!(steward.text("/orgs?state=closed").await.contains("住建局"));

    assert!(steward.text(&format!("/orgs/merge?from={health}")).await.contains("checked"));
    let building =
        identity::org::by_code(served.db.conn(), "BUILDING2").await.unwrap().unwrap().id.to_string();
    let merge = [("from", health.as_str()), ("into", building.as_str()), ("on", "2025-09-01")];
    assert_eq!(steward.post("/", "/orgs/merge", &merge).await.status(), 303);
    assert_eq!(
        steward.post("/", &format!("/orgs/{office}/close"), &[("on", "2025-10-01")]).await.status(),
        303
    );
    let actions = served.actions().await;
    for action in ["org.add", "org.rename", "org.split", "org.merge", "org.close", "entry.import"] {
        assert!(actions.iter().any(|a| a == action), "{action} left no record");
    }
});
