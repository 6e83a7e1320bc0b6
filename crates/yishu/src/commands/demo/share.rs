//! One source, many uses in the city (一源多用): the enterprise publicity system takes the licences of enterprises as files, mapped
//! to its own standard, and answers on a later day as such systems do, not always well.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use intake::Intake;
use kernel::{Error, Result};
use sharing::Sharing;
use sharing::actions::{TargetDraft, create_target, deliver, switch_mapping, take_receipt};
use uuid::Uuid;

use super::life::steward;

const MAPPING: &str = "licence-to-enterprise";
/// Put in use when the days are played: the editions of 2016 become records of today's, and penalties go to the target too.
const THEN: [&str; 3] = ["licence-2016-to-2018", "penalty-2016-to-2018", "penalty-to-enterprise"];
const TARGET: &str = "gsxt";
/// Of so many files the target turns one line down.
const TURNED_DOWN: usize = 12;

/// The target, and which of its files it has answered.
pub(super) struct Shared {
    target: Uuid,
    answered: BTreeSet<PathBuf>,
}

impl Shared {
    /// The bureau puts the mapping in use and adds the target.
    ///
    /// # Errors
    /// When a use case fails.
    pub(super) async fn begin(intake: &Intake) -> Result<Self> {
        let sharing = Sharing { intake: intake.clone() };
        switch_mapping(&sharing, &steward(), MAPPING, (true, true)).await?;
        let draft = TargetDraft {
            code: TARGET.to_owned(),
            title_zh: "企业信用信息公示系统（模拟）".to_owned(),
            title_en: "Enterprise credit publicity system (simulated)".to_owned(),
            way: "file".to_owned(),
            format: "csv".to_owned(),
            resources: vec!["enterprise-publicity".to_owned()],
            workdays: "20".to_owned(),
            limit_source: "企业信息公示暂行条例第六条、第十条".to_owned(),
            from_start: true,
            ..TargetDraft::default()
        };
        let target = create_target(&sharing, &steward(), &draft).await?;
        Ok(Self { target, answered: BTreeSet::new() })
    }

    /// What the day brought is sent, and the target answers what it was sent on the days before.
    ///
    /// # Errors
    /// When a use case fails, or the outbox cannot be read.
    pub(super) async fn day(&mut self, intake: &Intake) -> Result<()> {
        let sharing = Sharing { intake: intake.clone() };
        let before = intake.clock.today().format("%Y%m%d").to_string();
        let mut receipt = String::from("推送单号,行号,结果,说明\n");
        let mut new = 0;
        for file in files(intake)? {
            let sent_on = file.parent().and_then(Path::file_name).map(|n| n.to_string_lossy().into_owned());
            if sent_on.is_none_or(|day| day >= before) || self.answered.contains(&file) {
                continue;
            }
            let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let number = name.split('_').next().unwrap_or_default();
            let whole = self.answered.len() % TURNED_DOWN != 1;
            let line = if whole { ",成功," } else { "1,退回,企业名称与登记库不一致" };
            // Writing into a text cannot fail.
            let _ = writeln!(receipt, "{number},{line}");
            self.answered.insert(file);
            new += 1;
        }
        if new > 0 {
            take_receipt(&sharing, &steward(), receipt.as_bytes()).await?;
        }
        deliver(&sharing, self.target).await
    }
}

/// The bureau puts the other mappings in use, with what landed before: the figures of the months that were played stay as they were.
///
/// # Errors
/// When a use case fails.
pub(super) async fn put_rest_in_use(intake: &Intake) -> Result<()> {
    let sharing = Sharing { intake: intake.clone() };
    for mapping in THEN {
        switch_mapping(&sharing, &steward(), mapping, (true, true)).await?;
    }
    Ok(())
}

/// The files the target was given.
fn files(intake: &Intake) -> Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    let Some(folder) = intake.pull.outbox.as_ref().map(|o| o.join(TARGET)).filter(|f| f.is_dir()) else {
        return Ok(found);
    };
    for day in std::fs::read_dir(folder).map_err(Error::internal)? {
        for file in std::fs::read_dir(day.map_err(Error::internal)?.path()).map_err(Error::internal)? {
            let path = file.map_err(Error::internal)?.path();
            if path.extension().is_some_and(|e| e == "csv") {
                found.insert(path);
            }
        }
    }
    Ok(found)
}
