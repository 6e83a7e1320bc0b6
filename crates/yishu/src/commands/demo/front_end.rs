//! The demo city's front-end database: a SQLite file as a department's registration system would offer it, registered,
//! read once, and read again by schedule.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use intake::Intake;
use intake::actions::create_pull::{PullDraft, create_pull};
use intake::actions::start_pull::start_pull;
use intake::actions::switch_pull::switch_pull;
use intake::model::Schedule;
use kernel::{Error, OrgId, Result};
use simulator::{City, Manifest, Scale};
use store::sea_orm::{ConnectionTrait as _, Statement};
use store::{Db, OrFail as _};
use yishu::wiring;

use super::officer;
use crate::commands::say;

/// Firms in it.
const FIRMS: usize = 40;
/// Its file.
const FILE: &str = "registration.db";

/// Makes the database of the department that hands in the legal entities, and lets the platform read it.
pub(super) async fn connect(
    intake: &Intake,
    city: &City,
    manifest: &Manifest,
    orgs: &HashMap<String, OrgId>,
    folder: &Path,
) -> Result<()> {
    let firms = manifest.files.iter().find(|f| f.resource.code() == "legal-entity");
    let Some((file, org)) = firms.and_then(|f| Some((f, *orgs.get(&f.org)?))) else { return Ok(()) };
    // Each department's files lie in a folder of its own.
    let folder = folder.join(&identity::org::find(intake.db.conn(), org).await?.code);
    std::fs::create_dir_all(&folder).map_err(Error::internal)?;
    fill(&folder.join(FILE), city).await?;
    let actor = officer(&file.org_name, org);
    let draft = PullDraft {
        resource: "legal-entity".to_owned(),
        name: "登记系统前置库".to_owned(),
        address: format!("sqlite://{FILE}"),
        user: String::new(),
        secret: None,
        table: "t_enterprise".to_owned(),
        increasing: Some("更新时间".to_owned()),
        inclusive: true,
        reached: None,
        schedule: Schedule::of("every", "30", "")?,
    };
    let id = create_pull(intake, &actor, org, draft).await?;
    switch_pull(intake, &actor, id, true).await?;
    start_pull(intake, &actor, id).await?;
    let worker = wiring::worker(intake.clone());
    while worker.step().await? {}
    say("1 个前置库 front-end database");
    Ok(())
}

/// Firms that are not among the city's files, so that none of theirs is replaced; the last code has a letter O for a
/// zero.
async fn fill(path: &Path, city: &City) -> Result<()> {
    let db = Db::connect(&format!("sqlite://{}", path.display())).await?;
    let table = "create table t_enterprise (\"企业名称\" text, \"统一社会信用代码\" text, \"法定代表人\" text, \
                 \"成立日期\" text, \"更新时间\" text)";
    db.conn().execute_unprepared(table).await.or_fail()?;
    let others = City::generate(city.options.seed.wrapping_add(1_000), Scale::Tiny);
    let own: HashSet<&str> = city.entities.iter().map(|e| e.code.as_str()).collect();
    let mut rows: Vec<_> =
        others.entities.iter().filter(|e| !own.contains(e.code.as_str())).take(FIRMS).collect();
    rows.sort_by_key(|e| e.registered_on);
    let last = rows.len().saturating_sub(1);
    for (i, firm) in rows.into_iter().enumerate() {
        let code = if i == last { firm.code.replacen('0', "O", 1) } else { firm.code.clone() };
        let values = [
            firm.name.clone().into(),
            code.into(),
            firm.representative.clone().into(),
            firm.registered_on.to_string().into(),
            format!("2026-01-05 {:02}:{:02}:00", 8 + i / 60, i % 60).into(),
        ];
        let insert = "insert into t_enterprise values (?, ?, ?, ?, ?)";
        let statement = Statement::from_sql_and_values(db.backend(), insert, values);
        db.conn().execute_raw(statement).await.or_fail()?;
    }
    db.close().await
}
