//! The city's three months, day by day (逐日演练): files come in, what is wrong is put right on the day the ledger says, and the
//! platform follows.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use indexmap::IndexMap;
use intake::Intake;
use intake::actions::accept_suggestions::accept_all_suggestions;
use intake::actions::decide_held::{Decision as Held, decide_held};
use intake::actions::follow::wrong_rows_after;
use intake::actions::land_mended::land_mended;
use intake::actions::look_up::summary;
use intake::actions::mend_rows::{Edit, MOST_ROWS, mend};
use intake::actions::process_submission::process_submission;
use intake::actions::receive_upload::{Upload, receive_upload};
use intake::jobs::upkeep;
use intake::model::Way;
use kernel::{Actor, Clock as _, Error, FixedClock, OrgId, Result, SubmissionId, SystemClock, beijing_date};
use serde::de::DeserializeOwned;
use simulator::{Answer, Case, Decision, FileEntry, Manifest, Registered, Resource, Return};
use uuid::Uuid;

use super::officer;
use super::score::{Scores, write_figures};
use super::share::{Shared, put_rest_in_use};
use crate::commands::say;
use yishu::wiring;

/// What happens on a day.
#[derive(Default)]
struct Day<'a> {
    /// Files that are handed in, by their place in the manifest.
    files: Vec<usize>,
    /// Decisions that are put right, by file.
    mended: BTreeMap<usize, Vec<&'a Decision>>,
    /// Records sent back that their departments answer.
    answered: Vec<&'a Return>,
    /// Applications handed in, passed on and decided, by their place in the ledger.
    filed: Vec<usize>,
    forwarded: Vec<usize>,
    decided: Vec<usize>,
    /// Figures that the bureau enters and takes back, by their place in the ledger.
    registered: Vec<usize>,
    unregistered: Vec<usize>,
}

/// What came of it so far.
#[derive(Default)]
pub(super) struct Tally {
    rows: u64,
    landed: u64,
    rejected: u64,
    mended: u64,
    pub(super) wrong: Vec<String>,
}

pub(super) struct Play<'a> {
    intake: &'a Intake,
    /// Applications, and the case each became.
    pub(super) cases: &'a [Case],
    pub(super) opened: HashMap<usize, Uuid>,
    /// Figures that were entered, by their place in the ledger.
    pub(super) registered: HashMap<usize, Uuid>,
    folder: &'a Path,
    manifest: &'a Manifest,
    orgs: &'a HashMap<String, OrgId>,
    /// The submission each file became.
    submissions: HashMap<usize, SubmissionId>,
    pub(super) tally: Tally,
}

/// An hour of a day in Beijing.
pub(super) fn hour(day: NaiveDate, hour: u32) -> DateTime<Utc> {
    day.and_time(NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default()).and_utc() - TimeDelta::hours(8)
}

/// Plays the days of the ledger and compares what was found with what was planted.
///
/// # Errors
/// When the ledger cannot be read or a use case fails.
pub(super) async fn three_months(
    intake: &Intake,
    folder: &Path,
    manifest: &Manifest,
    orgs: &HashMap<String, OrgId>,
) -> Result<bool> {
    let start = Instant::now();
    let decisions: Vec<Decision> = read(&folder.join("decisions.ndjson"))?;
    let returns: Vec<Return> = read(&folder.join("returns.ndjson"))?;
    let cases: Vec<Case> = read(&folder.join("cases.ndjson"))?;
    let figures: Vec<Registered> = read(&folder.join("registered.ndjson"))?;
    let mut play = Play {
        intake,
        cases: &cases,
        opened: HashMap::new(),
        registered: HashMap::new(),
        folder,
        manifest,
        orgs,
        submissions: HashMap::new(),
        tally: Tally::default(),
    };
    let days = days(manifest, &decisions, &returns, (&cases, &figures));
    let ends = days.keys().next().copied().zip(days.keys().next_back().copied());
    if let Some((first, _)) = ends {
        play.choose_rules(first).await?;
    }
    let mut shared = match ends {
        Some((first, _)) => Some(Shared::begin(&play.at(first, 9)).await?),
        None => None,
    };
    let mut scores = Scores::default();
    for (day, doings) in days {
        for n in doings.files {
            play.hand_in(n, day).await?;
        }
        for (n, mended) in doings.mended {
            play.mend(n, &mended, day).await?;
        }
        for n in doings.filed {
            play.file(n, day).await?;
        }
        for n in doings.forwarded {
            play.forward(n, day).await?;
        }
        for n in doings.decided {
            play.decide(n, day).await?;
        }
        for n in doings.registered {
            play.register((n, &figures[n]), day).await?;
        }
        for n in doings.unregistered {
            play.unregister(n, day).await?;
        }
        play.answer(&doings.answered, day).await?;
        wiring::follow(&play.at(day, 17)).await?;
        if day.weekday() == Weekday::Sat {
            // As a running platform does every few minutes: small files are put together.
            upkeep(&play.at(day, 17)).await?;
        }
        if let Some(shared) = &mut shared {
            shared.day(&play.at(day, 17)).await?;
        }
        if let Some((_, last)) = ends {
            scores.day(&play.at(day, 18), last).await?;
        }
    }
    if let Some((_, last)) = ends {
        play.call(last).await?;
    }
    if let Some((first, last)) = ends {
        write_figures(&play.at(last, 19), first, orgs, &folder.join("figures.json")).await?;
    }
    let evening = ends.map(|(_, last)| play.at(last, 20));
    let well = play.judge(start).await?;
    if let (Some(shared), Some(evening)) = (&mut shared, evening) {
        put_rest_in_use(&evening).await?;
        // What is made of the old editions is made into deliveries in the second round.
        for _ in 0..2 {
            wiring::follow(&evening).await?;
        }
        shared.day(&evening).await?;
    }
    Ok(well)
}

/// A part of the ledger.
fn read<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let lines = BufReader::new(File::open(path).map_err(Error::internal)?).lines();
    lines.map(|line| serde_json::from_str(&line.map_err(Error::internal)?).map_err(Error::internal)).collect()
}

/// The days on which something happens, in order.
fn days<'a>(
    manifest: &Manifest,
    decisions: &'a [Decision],
    returns: &'a [Return],
    (cases, figures): (&[Case], &[Registered]),
) -> BTreeMap<NaiveDate, Day<'a>> {
    let mut days: BTreeMap<NaiveDate, Day<'a>> = BTreeMap::new();
    let mut places = HashMap::with_capacity(manifest.files.len());
    for (n, file) in manifest.files.iter().enumerate() {
        days.entry(file.received_on).or_default().files.push(n);
        places.insert(file.file.as_str(), n);
    }
    for decision in decisions {
        if let (Some(day), Some(n)) = (decision.mended_on, places.get(decision.file.as_str())) {
            days.entry(day).or_default().mended.entry(*n).or_default().push(decision);
        }
    }
    for returned in returns.iter().filter(|r| r.answer != Answer::None) {
        if let Some(day) = returned.answered_on {
            days.entry(day).or_default().answered.push(returned);
        }
    }
    for (n, case) in cases.iter().enumerate() {
        days.entry(case.filed_on).or_default().filed.push(n);
        if let Some(day) = case.forwarded_on {
            days.entry(day).or_default().forwarded.push(n);
        }
        if let Some(day) = case.decided_on {
            days.entry(day).or_default().decided.push(n);
        }
    }
    for (n, figure) in figures.iter().enumerate() {
        days.entry(figure.entered_on).or_default().registered.push(n);
        if let Some(day) = figure.revoked_on {
            days.entry(day).or_default().unregistered.push(n);
        }
    }
    days
}

impl Play<'_> {
    /// The platform at an hour of a day; never later than now.
    pub(super) fn at(&self, day: NaiveDate, at: u32) -> Intake {
        let now = SystemClock.now();
        let at = if beijing_date(now) == day { hour(day, at).min(now) } else { hour(day, at) };
        Intake { clock: Arc::new(FixedClock(at)), ..self.intake.clone() }
    }

    /// The officer of an organisation, by its code in the ledger.
    pub(super) fn officer(&self, code: &str) -> Result<(Actor, OrgId)> {
        let org = self.orgs.get(code).copied();
        let org = org.ok_or_else(|| Error::internal(format!("no organisation {code}")))?;
        let name = self.manifest.files.iter().find(|f| f.org == code).map_or(code, |f| &f.org_name);
        Ok((officer(name, org), org))
    }

    /// A department hands in a file, judged on the day on which it came.
    async fn hand_in(&mut self, n: usize, day: NaiveDate) -> Result<()> {
        let file = &self.manifest.files[n];
        let (actor, org) = self.officer(&file.org)?;
        let intake = self.at(day, 10);
        let id = receive(&intake, &actor, self.folder, file, org).await?;
        process_submission(&intake, id).await?;
        let mut got = summary(&intake, &actor, id).await?;
        if got.state == "held" {
            decide_held(&intake, &actor, id, Held::Land).await?;
            process_submission(&intake, id).await?;
            got = summary(&intake, &actor, id).await?;
        }
        let expected = (file.rows, file.rejected, file.warned);
        if (got.rows, got.rejected, got.warned) != expected || got.state != "landed" {
            self.tally.wrong.push(format!(
                "{}: {} rows {} rejected {} warned {}, planted {expected:?}",
                file.file, got.state, got.rows, got.rejected, got.warned
            ));
        }
        self.submissions.insert(n, id);
        self.tally.rows += got.rows;
        self.tally.rejected += got.rejected;
        self.tally.landed += got.landed;
        say(&format!(
            "  [{:>3}/{}] {:<44} {:>6} 行 rows  {:>5} 不合格 rejected",
            self.submissions.len(),
            self.manifest.files.len(),
            file.file,
            got.rows,
            got.rejected
        ));
        // In every other base library somebody mends with one click what can be mended so.
        let library = matches!(file.resource, Resource::LegalEntity | Resource::Person);
        if library
            && n.is_multiple_of(2)
            && got.rejected > 0
            && accept_all_suggestions(&intake, &actor, id).await? > 0
        {
            self.land(&intake, &actor, id).await?;
        }
        Ok(())
    }

    /// A department puts wrong rows right in the grid, cell by cell as the papers say.
    async fn mend(&mut self, n: usize, decisions: &[&Decision], day: NaiveDate) -> Result<()> {
        let file = &self.manifest.files[n];
        let (actor, _) = self.officer(&file.org)?;
        let intake = self.at(day, 15);
        let Some(id) = self.submissions.get(&n).copied() else { return Ok(()) };
        let truth: HashMap<i64, &Decision> = decisions.iter().map(|d| (i64::from(d.row), *d)).collect();
        let (mut edits, mut after) = (Vec::with_capacity(truth.len()), 0);
        loop {
            let rows = wrong_rows_after(&intake, id, after, 2_000).await?;
            let Some(last) = rows.last() else { break };
            after = last.ordinal;
            for row in &rows {
                let Some(decision) = truth.get(&row.row) else { continue };
                let differs = |(field, value): &(&String, &String)| {
                    row.cells.get(*field).and_then(serde_json::Value::as_str).unwrap_or_default()
                        != value.as_str()
                };
                let values: IndexMap<String, String> =
                    decision.truth.iter().filter(differs).map(|(f, v)| (f.clone(), v.clone())).collect();
                edits.push(Edit { row: row.id, version: None, values });
            }
        }
        for edits in edits.chunks(MOST_ROWS) {
            mend(&intake, &actor, id, edits).await?;
        }
        let landed = self.land(&intake, &actor, id).await?;
        if landed != decisions.len() as u64 {
            let (file, wanted) = (&file.file, decisions.len());
            self.tally.wrong.push(format!("{file}: {landed} of {wanted} rows put right on {day} landed"));
        }
        Ok(())
    }

    async fn land(&mut self, intake: &Intake, actor: &Actor, id: SubmissionId) -> Result<u64> {
        let child = land_mended(intake, actor, id).await?;
        process_submission(intake, child).await?;
        let landed = summary(intake, actor, child).await?.landed;
        self.tally.mended += landed;
        Ok(landed)
    }

    /// Whether everything came as it was planted.
    async fn judge(self, start: Instant) -> Result<bool> {
        let Tally { rows, landed, rejected, mended, mut wrong } = self.tally;
        if landed + rejected != rows {
            wrong.push(format!("{rows} rows came in, {landed} landed and {rejected} were rejected"));
        }
        if let store::audit::Verdict::Altered { seq } = store::audit::verify(&self.intake.db).await? {
            wrong.push(format!("the audit log is broken at record {seq}"));
        }
        say(&format!(
            "{} 个文件 files · {rows} 行 rows · {landed} 入库 landed · {rejected} 不合格 rejected · {mended} 更正入库 mended · {:.1} s",
            self.manifest.files.len(),
            start.elapsed().as_secs_f64()
        ));
        if wrong.is_empty() {
            say("与种下的错误逐项一致 Everything planted was found, and nothing else.");
        } else {
            say(&format!("{} 处与账本不符 differences from the ledger:", wrong.len()));
            for w in &wrong {
                say(&format!("  {w}"));
            }
        }
        Ok(wrong.is_empty())
    }
}

async fn receive(
    intake: &Intake,
    actor: &Actor,
    folder: &Path,
    file: &FileEntry,
    org: OrgId,
) -> Result<SubmissionId> {
    let path = folder.join(&file.file);
    let bytes = tokio::fs::File::open(&path).await.map_err(Error::internal)?;
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let upload = Upload {
        org,
        resource: Some(file.resource.code().to_owned()),
        file_name: name,
        way: Way::Upload,
        key: None,
        again: true,
        mapping: IndexMap::new(),
    };
    Ok(receive_upload(intake, actor, upload, bytes).await?.id())
}
