//! `yishu load` against a running platform, as a person runs it.

use std::process::Output;

use kernel::Role;
use serde_json::Value;
use store::Db;
use yishu::wiring::{self, migrations};

use super::{Browser, Served};

/// A good row, and a letter O for a zero.
const FILE: &str = "名称甲,统一社会信用代码,注册日期\n\
    东莞示例食品有限公司,91441900MA0DEM013W,2016/03/18\n\
    东莞示例饮料有限公司,9144190OMA0DEM013W,2016/03/18\n";

struct Desk {
    served: Served,
    secret: String,
    folder: tempfile::TempDir,
    _stop: tokio::sync::watch::Sender<bool>,
}

impl Desk {
    async fn new(db: Db) -> (Self, Browser) {
        let served = Served::start(db).await;
        let org = served.org("A1").await;
        served.provides(org, "legal-entity").await;
        let officer = served.person("officer", Some(org), &[Role::DataOfficer]).await;
        let secret = officer.credential(org, "命令行").await;
        // The worker stops when the sender goes.
        let (stop, stopped) = tokio::sync::watch::channel(false);
        tokio::spawn(wiring::worker(served.intake.clone()).run(1, stopped));
        (Self { served, secret, folder: tempfile::tempdir().unwrap(), _stop: stop }, officer)
    }

    async fn load(&self, file: &str, text: &str, more: &[&str]) -> Output {
        self.load_as("legal-entity", file, text, more).await
    }

    async fn load_as(&self, resource: &str, file: &str, text: &str, more: &[&str]) -> Output {
        let path = self.folder.path().join(file);
        std::fs::write(&path, text).unwrap();
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_yishu"));
        command.arg("load").arg(&path).args(["--resource", resource]);
        command.env("YISHU_ADDRESS", &self.served.base).env("YISHU_CREDENTIAL", &self.secret);
        command.args(more).output().await.unwrap()
    }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

store::on_both!(a_file_is_handed_in_from_the_command_line, migrations, async |db: Db| {
    let (desk, officer) = Desk::new(db).await;
    let mapped = ["--map", "名称甲=NAME"];
    let done = desk.load("法人.csv", FILE, &mapped).await;
    let text = said(&done);
    assert_eq!(done.status.code(), Some(1), "{text}");
    for part in
        ["法人.csv  已入库，有错误待改", "2 行：合格 1", "[E103] 不合格 × 1", "多半是把数字0写成了字母O"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    let page = text.lines().last().unwrap().rsplit(' ').next().unwrap();
    let path = page.strip_prefix(&desk.served.base).unwrap();
    assert_eq!(officer.get(path).send().await.unwrap().status(), 200, "the page exists");
    assert_eq!(desk.served.intake.lake.count("legal-entity", None).await.unwrap(), 1);

    // Once more it is known; in English, as JSON.
    let again = desk.load("法人.csv", FILE, &["--format", "json", "--lang", "en"]).await;
    let json: Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!((&json[0]["known"], &json[0]["rejected"]), (&true.into(), &1.into()), "{json}");
    assert!(json[0]["groups"][0]["why"].as_str().unwrap().contains("letter"), "{json}");

    let good = desk.load("好.csv", &FILE.lines().take(2).collect::<Vec<_>>().join("\n"), &mapped).await;
    assert_eq!(good.status.code(), Some(0), "{}", said(&good));
    let open = desk.load("没有名称.csv", "编号甲,注册日期\n1,2016/03/18\n", &[]).await;
    assert_eq!(open.status.code(), Some(1), "{}", said(&open));
    assert!(said(&open).contains("对应表头"), "{}", said(&open));
    let mapped = ["--map", "编号甲=NAME"];
    let later = desk.load("没有名称.csv", "编号甲,注册日期\n1,2016/03/18\n", &mapped).await;
    assert!(said(&later).contains("已入库"), "the mapping given later counts: {}", said(&later));
    let pdf = desk.load("扫描.csv", "%PDF-1.4 not a table", &[]).await;
    assert_eq!(pdf.status.code(), Some(2), "{}", said(&pdf));
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_keeps_a_file_from_being_handed_in_is_said() {
    let test = store::testing::TestDb::sqlite(migrations).await;
    let (mut desk, _) = Desk::new(test.db.clone()).await;
    let unknown = desk.load_as("no-such", "a.csv", FILE, &[]).await;
    assert_eq!(unknown.status.code(), Some(2), "{}", said(&unknown));
    assert!(said(&unknown).contains("没有“no-such”这个资源"), "{}", said(&unknown));
    for (more, code) in [
        (["--map", "名称甲=NO_FIELD"], "[platform-refused]"),
        (["--org", "ZZ"], "[platform-refused]"),
        (["--address", "http://127.0.0.1:9"], "[platform-unreachable]"),
        (["--address", "data.example"], "[platform-address]"),
        (["--credential", "/no/such/file"], "[unreadable]"),
    ] {
        let done = desk.load("a.csv", FILE, &more).await;
        assert_eq!(done.status.code(), Some(2), "{}", said(&done));
        assert!(said(&done).contains(code), "{code} in {}", said(&done));
    }
    desk.secret = "ys_wrong".to_owned();
    let wrong = desk.load("a.csv", FILE, &[]).await;
    assert!(said(&wrong).contains("[credential-refused]"), "{}", said(&wrong));
    assert!(!said(&wrong).contains("ys_wrong"), "the credential is not repeated");
    desk.secret.clear();
    assert!(said(&desk.load("a.csv", FILE, &[]).await).contains("[credential-needed]"));
}
