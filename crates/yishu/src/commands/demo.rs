//! `yishu demo`: makes a fictional city, hands in its files as its departments would, holds what the checker found to
//! what was planted, mends a part, and serves the result.

mod front_end;
mod life;
mod play;
mod registered;
mod score;
mod share;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use catalogue::actions::{
    Assignment, FromPack, assign_responsible, entry_from_pack, review_entry, submit_entry,
};
use catalogue::model::{Duty, UpdateCycle, Verdict};
use chrono::NaiveDate;
use clap::Args;
use identity::actions::{NewAccount, create_account};
use identity::org::{self, NewOrg};
use intake::Intake;
use kernel::{Actor, Clock as _, Error, OrgId, Result, Role, Scope, SystemClock};
use simulator::city::Responsible;
use simulator::{City, Manifest, Options, Resource, Scale};

use super::{failed, runtime, say, serve};
use yishu::config::Config;
use yishu::wiring;

/// The password of every demo account. They exist only in the demo's own database.
const PASSWORD: &str = "Yishu#2026";

/// 建一座虚构的演示城市：各部门报送、校验、说明错误、更正、入库，然后启动平台。
/// A fictional city whose departments hand in, are told what is wrong, mend and land; then the platform is served.
#[derive(Debug, Args)]
pub struct Demo {
    /// 只运行并核对，不启动平台 / run and verify without serving
    #[arg(long)]
    once: bool,
    /// 只建城市、账号和目录，不报送文件 / city, accounts and catalogue only; no file is handed in
    #[arg(long)]
    unfilled: bool,
    /// 启动 --dir 中已经建好的演示城市，不重新建 / serve the demo that lies in --dir, without making it anew
    #[arg(long, conflicts_with_all = ["once", "unfilled", "as_of"])]
    again: bool,
    /// 演示数据放在哪里（会先清空，除非 --again）/ where the demo lies; emptied first, unless --again
    #[arg(long, default_value = "data/demo")]
    dir: PathBuf,
    /// 规模 / size: tiny, small, city
    #[arg(long, default_value = "small")]
    scale: Scale,
    /// 随机种子 / seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// 城市的历史到哪一天为止；默认今天 / last day of the city's history; today by default
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<NaiveDate>,
    /// 监听地址 / address to listen on
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: std::net::SocketAddr,
}

impl Demo {
    /// Runs the command; with `--once` exit code 1 when anything differs from what was planted.
    #[must_use]
    pub fn run(self) -> ExitCode {
        serve::log();
        match runtime().and_then(|r| r.block_on(self.go())) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(e) => failed(&e),
        }
    }

    async fn go(self) -> Result<bool> {
        if self.again {
            return self.serve_again().await;
        }
        empty(&self.dir)?;
        let wanted = self.as_of.unwrap_or_else(|| SystemClock.today());
        let city = City::with(Options::alive_on(self.seed, self.scale, wanted));
        say(&format!("{}  {}", city.name, city.name_en));
        let last = city.options.as_of;
        if last < wanted {
            say(&format!(
                "工作日历只公布到 {last}，演示城市的历史到这一天为止。\nThe working-day calendar is published up to {last}; the demo city's history ends on that day."
            ));
        }
        let files = self.dir.join("files");
        let manifest = city.write(&files)?;
        let front = self.front_end();
        std::fs::create_dir_all(&front).map_err(|e| unusable(&self.dir, &e))?;
        let config = self.config();
        let intake = wiring::open(&config, Arc::new(SystemClock)).await?;
        let orgs = settle(&intake, &city, &manifest).await?;
        describe(&intake, &city, &manifest, &orgs).await?;
        let right = self.unfilled || play::three_months(&intake, &files, &manifest, &orgs).await?;
        front_end::connect(&intake, &city, &manifest, &orgs, &front).await?;
        let sign_ins = sign_ins(&city);
        std::fs::write(self.dir.join(SIGN_INS), &sign_ins).map_err(|e| unusable(&self.dir, &e))?;
        if self.once {
            return Ok(right);
        }
        self.serve(intake, sign_ins).await
    }

    async fn serve_again(&self) -> Result<bool> {
        let Ok(sign_ins) = std::fs::read_to_string(self.dir.join(SIGN_INS)) else {
            return Err(Error::bad_input(
                "demo-folder",
                format!("文件夹“{}”里没有建好的演示城市。请去掉 --again 先建一座。", self.dir.display()),
                format!(
                    "The folder {} holds no finished demo city. Leave --again out to make one.",
                    self.dir.display()
                ),
            ));
        };
        let intake = wiring::open(&self.config(), Arc::new(SystemClock)).await?;
        self.serve(intake, sign_ins).await
    }

    async fn serve(&self, intake: Intake, sign_ins: String) -> Result<bool> {
        serve::run(self.config(), intake, move |address| {
            say(&format!("\n一数 Yishu  http://{address}/\n\n{sign_ins}按 Ctrl+C 停止 Press Ctrl+C to stop"));
        })
        .await?;
        Ok(true)
    }

    fn front_end(&self) -> PathBuf {
        self.dir.join("front-end")
    }

    fn config(&self) -> Config {
        Config {
            longest_override: 366,
            database: format!("sqlite://{}", self.dir.join("control.db").display()),
            lake: self.dir.join("lake").display().to_string(),
            engine: "local".to_owned(),
            listen: self.listen,
            secure_cookies: false,
            behind_proxy: false,
            pull_hosts: None,
            pull_folder: Some(self.front_end().display().to_string()),
            deliver_hosts: None,
            outbox: Some(self.dir.join("outbox").display().to_string()),
            outgoing: rectify::Outgoing::default(),
        }
    }
}

/// The accounts as they are printed.
fn sign_ins(city: &City) -> String {
    let mut text = format!("所有演示账号的密码 Password of every demo account: {PASSWORD}\n");
    for a in &city.accounts {
        text.push_str(&format!("  {:<22} {:<16} {}\n", a.login, a.role.name(), a.name));
    }
    text
}

/// The accounts, written when the city is finished.
const SIGN_INS: &str = "sign-ins.txt";
/// The file that says a folder holds a demo and may be thrown away.
const MARK: &str = "simulated-demo";

/// Makes the folder anew. A folder that is no demo is left alone.
fn empty(dir: &Path) -> Result<()> {
    let cannot = |e: std::io::Error| unusable(dir, &e);
    let used = dir.is_dir() && std::fs::read_dir(dir).map_err(cannot)?.next().is_some();
    if used && !dir.join(MARK).is_file() {
        return Err(Error::bad_input(
            "demo-folder",
            format!("文件夹“{}”不是演示数据，不会被清空。请另选一个空文件夹（--dir）。", dir.display()),
            format!(
                "The folder {} holds no demo and will not be emptied. Choose an empty one (--dir).",
                dir.display()
            ),
        ));
    }
    if used {
        std::fs::remove_dir_all(dir).map_err(cannot)?;
    }
    std::fs::create_dir_all(dir).map_err(cannot)?;
    std::fs::write(dir.join(MARK), "This folder holds simulated data and is emptied by `yishu demo`.\n")
        .map_err(cannot)
}

fn unusable(dir: &Path, e: &std::io::Error) -> Error {
    Error::bad_input(
        "demo-folder",
        format!("无法使用文件夹“{}”：{e}。", dir.display()),
        format!("Cannot use the folder {}: {e}.", dir.display()),
    )
}

/// Organisations and accounts. Returns ids by code.
async fn settle(intake: &Intake, city: &City, manifest: &Manifest) -> Result<HashMap<String, OrgId>> {
    // Whoever hands in the first file has an account by then.
    let first = manifest.files.iter().map(|f| f.received_on).min();
    let now = first.map_or_else(|| SystemClock.now(), |day| play::hour(day, 8));
    let mut ids = HashMap::new();
    let since = NaiveDate::from_ymd_opt(2015, 1, 1).unwrap_or_default();
    intake
        .db
        .tx(async |tx| {
            for o in city.orgs.iter().chain(city.departments.iter().map(|d| &d.org)) {
                if ids.contains_key(&o.code) {
                    continue;
                }
                let kind = serde_json::to_value(o.kind).ok().and_then(|v| v.as_str().map(str::to_owned));
                let new = NewOrg {
                    // The tree's path is made of codes of letters and digits.
                    code: o.uscc.clone().unwrap_or_else(|| o.division.clone()),
                    name_zh: o.name.clone(),
                    name_en: o.name_en.clone(),
                    kind: kind.unwrap_or_default(),
                    parent: o.parent.as_ref().and_then(|p| ids.get(p).copied()),
                    valid_from: since,
                };
                let made = org::insert(tx, new).await?;
                ids.insert(o.code.clone(), made.org_id());
            }
            Ok(())
        })
        .await?;
    let system = Actor::system();
    for a in &city.accounts {
        let new = NewAccount {
            name: a.login.clone(),
            display_name: a.name.clone(),
            password: PASSWORD.to_owned(),
            must_change_password: false,
            org: ids.get(&a.org).copied(),
            city_wide: matches!(a.role, Role::BureauSteward | Role::Auditor | Role::Administrator),
            roles: vec![a.role],
        };
        create_account(&intake.db, &system, new, now).await?;
    }
    say(&format!("{} 个机构 organisations, {} 个账号 accounts", ids.len(), city.accounts.len()));
    Ok(ids)
}

/// Catalogue entries for what each department hands in, reviewed and published, and who answers for them.
async fn describe(
    intake: &Intake,
    city: &City,
    manifest: &Manifest,
    orgs: &HashMap<String, OrgId>,
) -> Result<()> {
    // What is promised has been promised since the first file came.
    let first = manifest.files.iter().map(|f| f.received_on).min();
    let (system, now) = (Actor::system(), first.map_or_else(|| SystemClock.now(), |day| play::hour(day, 10)));
    let mut done = std::collections::HashSet::new();
    for file in &manifest.files {
        let Some(org) = orgs.get(&file.org).copied() else { continue };
        if !done.insert((org, file.resource.code())) {
            continue;
        }
        let from = FromPack {
            org,
            resource: file.resource.code().to_owned(),
            class_path: "3/07/001".to_owned(),
            update_cycle: cycle(file.resource),
        };
        let code = entry_from_pack(&intake.db, &system, from, now).await?;
        // Once for registration, once for publication.
        for _ in 0..2 {
            submit_entry(&intake.db, &system, &code, now).await?;
            review_entry(&intake.db, &system, &code, Verdict::Approve, "", now).await?;
        }
    }
    let mut named = std::collections::HashSet::new();
    for o in city.orgs.iter().chain(city.departments.iter().map(|d| &d.org)) {
        let (Some(org), Some(person)) = (orgs.get(&o.code).copied(), &o.responsible) else { continue };
        let people = people(&o.code, person, named.len());
        // An organisation that is a department too is named once.
        if !named.insert(org) {
            continue;
        }
        for (duty, name, phone, email) in people {
            let from = kernel::beijing_date(now);
            let new = Assignment { org, entry: None, duty, name, phone, email, from };
            assign_responsible(&intake.db, &system, new, now).await?;
        }
    }
    say(&format!("{} 条目录 catalogue entries", done.len()));
    Ok(())
}

/// Who answers for the `n`th organisation: duty, name, telephone number, mail address. No such number can be dialled, and what is sent to
/// the domain reaches nobody (RFC 2606).
fn people(org: &str, responsible: &Responsible, n: usize) -> [(Duty, String, String, String); 3] {
    let at = |post: &str| format!("{post}@{}.example.org", org.to_lowercase());
    [
        (Duty::Responsible, responsible.name.clone(), responsible.phone.clone(), at("data")),
        (Duty::Deputy, invented(2 * n), format!("0000-1{n:06}"), at("deputy")),
        (Duty::Leader, invented(2 * n + 1), format!("0000-2{n:06}"), at("leader")),
    ]
}

/// An invented name; the same number gives the same name.
fn invented(n: usize) -> String {
    const FAMILY: [&str; 7] = ["赵", "钱", "孙", "李", "周", "吴", "郑"];
    const GIVEN: [&str; 11] =
        ["明远", "文静", "志强", "晓岚", "建国", "雨桐", "海波", "秀兰", "子涵", "立新", "春梅"];
    format!("{}{}", FAMILY[n % FAMILY.len()], GIVEN[n % GIVEN.len()])
}

/// How often a resource is to be delivered: decisions by the month, libraries seldom.
const fn cycle(resource: Resource) -> UpdateCycle {
    match resource {
        Resource::Authority => UpdateCycle::Yearly,
        Resource::LegalEntity | Resource::Person => UpdateCycle::HalfYearly,
        _ => UpdateCycle::Monthly,
    }
}

/// The officer of an organisation, who hands in for it.
fn officer(name: &str, org: OrgId) -> Actor {
    Actor {
        user: None,
        credential: None,
        name: format!("{name}数据员"),
        roles: vec![Role::DataOfficer],
        scope: Scope::Org(org),
        org: Some(org),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_answers_for_an_organisation_has_an_address_that_reaches_nobody() {
        let person = Responsible {
            name: "赵一".to_owned(),
            post: "数据专员".to_owned(),
            phone: "0000-5550001".to_owned(),
        };
        let mails = people("dept-SCJG", &person, 7).map(|(_, _, _, mail)| mail);
        let domain = "dept-scjg.example.org";
        assert_eq!(mails, ["data", "deputy", "leader"].map(|post| format!("{post}@{domain}")));
    }
}
