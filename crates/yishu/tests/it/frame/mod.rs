//! The whole product behind its address, over both databases.

mod access;
mod case_ends;
mod cases;
mod catalogue;
mod daily;
mod followed;
mod intake;
mod interface;
mod issues;
mod judging;
mod late;
mod load;
mod mapping;
mod marks;
mod mending;
mod mutations;
mod notices;
mod overrides;
mod public_site;
mod publication;
mod pulls;
mod records;
mod replaced;
mod returns;
mod schema;
mod scope;
mod scorecard;
mod scorecard_forms;
mod scorecard_frozen;
mod scorecard_registered;
mod scorecard_shown;
mod sharing;
mod sign_in;
mod stopped;
mod texts;

use std::net::SocketAddr;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use kernel::{Actor, Clock, OrgId, Role};
use reqwest::{Client, RequestBuilder, Response, redirect::Policy};
use shell::{App, Settings};
use store::Db;
use store::testing::HandClock;

/// The product, listening.
pub struct Served {
    pub app: App,
    pub db: Db,
    pub clock: HandClock,
    pub base: String,
    pub intake: ::intake::Intake,
    folder: tempfile::TempDir,
}

/// The password of every account a test opens.
pub const PASSWORD: &str = "tall-bamboo-7";

/// Publishes a catalogue entry: the organisation is the resource's provider from now on.
pub async fn provides(db: &Db, (org, resource): (OrgId, &str), now: DateTime<Utc>) {
    use ::catalogue::actions::{FromPack, entry_from_pack, review_entry, submit_entry};
    let system = kernel::Actor::system();
    let from = FromPack {
        org,
        resource: resource.to_owned(),
        class_path: "3/07/001".to_owned(),
        update_cycle: ::catalogue::model::UpdateCycle::Irregular,
    };
    let code = entry_from_pack(db, &system, from, now).await.unwrap();
    // Once for registration, once for publication.
    for _ in 0..2 {
        submit_entry(db, &system, &code, now).await.unwrap();
        review_entry(db, &system, &code, ::catalogue::model::Verdict::Approve, "", now).await.unwrap();
    }
}

impl Served {
    /// Whether any file of the platform holds these bytes as they are.
    pub fn keeps(&self, bytes: &[u8]) -> bool {
        fn any(folder: &std::path::Path, bytes: &[u8]) -> bool {
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).any(|path| {
                if path.is_dir() {
                    return any(&path, bytes);
                }
                std::fs::read(path).unwrap().windows(bytes.len()).any(|part| part == bytes)
            })
        }
        any(self.folder.path(), bytes)
    }

    pub async fn start(db: Db) -> Self {
        Self::with(db, Settings::default()).await
    }

    pub async fn with(db: Db, settings: Settings) -> Self {
        Self::sending(db, settings, rectify::Outgoing::default()).await
    }

    /// The product with what it may send by mail and webhook.
    pub async fn sending(db: Db, settings: Settings, outgoing: rectify::Outgoing) -> Self {
        let clock = HandClock::new();
        let folder = tempfile::tempdir().unwrap();
        let intake = ::intake::Intake {
            db: db.clone(),
            lake: lake::Lake::open(&folder.path().display().to_string(), "local").await.unwrap(),
            packs: standards::pack::Packs::builtin().unwrap(),
            clock: Arc::new(clock.clone()),
            pull: ::intake::PullSettings::new(folder.path().join("front").to_str(), None)
                .delivering(folder.path().join("outbox").to_str(), Some("127.0.0.1")),
        };
        std::fs::create_dir(folder.path().join("front")).unwrap();
        let (app, router) = yishu::wiring::build_sending(intake.clone(), settings, 366, outgoing).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self { app, db, clock, base, intake, folder }
    }

    /// Where SQLite files lie that pulls may read.
    pub fn front_end(&self) -> std::path::PathBuf {
        self.folder.path().join("front")
    }

    /// Where delivered files are put.
    pub fn outbox(&self) -> std::path::PathBuf {
        self.folder.path().join("outbox")
    }

    /// Adds a department below nothing.
    pub async fn org(&self, code: &str) -> OrgId {
        self.org_below(None, code).await
    }

    /// Adds a department below another, or below nothing.
    pub async fn org_below(&self, parent: Option<OrgId>, code: &str) -> OrgId {
        let new = identity::org::NewOrg {
            code: code.to_owned(),
            name_zh: format!("部门{code}"),
            name_en: format!("Department {code}"),
            kind: "department".to_owned(),
            parent,
            valid_from: self.clock.today(),
        };
        identity::org::insert(self.db.conn(), new).await.unwrap().org_id()
    }

    /// Publishes a catalogue entry: the organisation is the resource's provider from now on.
    pub async fn provides(&self, org: OrgId, resource: &str) {
        provides(&self.db, (org, resource), self.clock.now()).await;
    }

    /// Opens an account; city-wide without an organisation.
    pub async fn account(&self, name: &str, org: Option<OrgId>, roles: &[Role]) {
        let new = identity::actions::NewAccount {
            name: name.to_owned(),
            display_name: name.to_owned(),
            password: PASSWORD.to_owned(),
            must_change_password: false,
            city_wide: org.is_none(),
            org,
            roles: roles.to_vec(),
        };
        identity::actions::create_account(&self.db, &Actor::system(), new, self.clock.now()).await.unwrap();
    }

    /// Opens an account and signs in with it.
    pub async fn person(&self, name: &str, org: Option<OrgId>, roles: &[Role]) -> Browser {
        self.account(name, org, roles).await;
        let browser = self.browser();
        let answer = browser.sign_in(name, PASSWORD).await;
        assert_eq!(answer.status(), 303, "sign-in of {name}");
        browser
    }

    pub fn browser(&self) -> Browser {
        let client = Client::builder().cookie_store(true).redirect(Policy::none()).build().unwrap();
        Browser { client, base: self.base.clone() }
    }

    pub async fn audit_rows(&self) -> u64 {
        let all = store::audit::Find { limit: 1, ..Default::default() };
        store::audit::find(&self.db, &all).await.unwrap().1
    }

    pub async fn actions(&self) -> Vec<String> {
        let all = store::audit::Find { limit: 1_000, ..Default::default() };
        store::audit::find(&self.db, &all).await.unwrap().0.into_iter().map(|r| r.action).collect()
    }
}

/// A browser with its cookies, which does not follow redirects.
#[derive(Clone)]
pub struct Browser {
    pub client: Client,
    pub base: String,
}

impl Browser {
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.base)).header("accept", "text/html")
    }

    pub async fn text(&self, path: &str) -> String {
        self.get(path).send().await.unwrap().text().await.unwrap()
    }

    /// The token of a page.
    pub async fn csrf(&self, path: &str) -> String {
        let html = self.text(path).await;
        let (_, after) = html.split_once("name=\"csrf-token\" content=\"").expect("the page has a token");
        after.split('"').next().unwrap().to_owned()
    }

    /// Sends a form as a browser does that has just opened `page`.
    pub async fn post(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Response {
        let token = self.csrf(page).await;
        self.post_with(&token, path, fields).await
    }

    pub async fn post_with(&self, token: &str, path: &str, fields: &[(&str, &str)]) -> Response {
        let body = std::iter::once(("_csrf", token))
            .chain(fields.iter().copied())
            .map(|(k, v)| format!("{k}={}", shell::ui::encode(v)))
            .collect::<Vec<_>>()
            .join("&");
        self.client
            .post(format!("{}{path}", self.base))
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .unwrap()
    }

    /// Makes an interface credential of a department and reads its secret off the page.
    pub async fn credential(&self, org: OrgId, label: &str) -> String {
        let fields = [("org", &*org.to_string()), ("label", label)];
        let html = self.post("/credentials", "/credentials", &fields).await.text().await.unwrap();
        html.split("<code>").nth(1).unwrap().split('<').next().unwrap().to_owned()
    }

    pub async fn sign_in(&self, name: &str, password: &str) -> Response {
        self.post("/sign-in", "/sign-in", &[("name", name), ("password", password)]).await
    }
}
