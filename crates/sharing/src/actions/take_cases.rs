//! 办件结果接入: the approval platform pushes what it finished; the answer tells at once what will become of it in the publicity
//! format, in plain words.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use intake::actions::derive::{judge_rows, received};
use intake::actions::push_rows::{Push, Pushed, push_rows, to_cells};
use intake::actions::read_rows::sight;
use kernel::{Actor, Error, ErrorKind, Lang, RecordId, Result, SubmissionId, Text};
use lake::check::{Finding, render};
use lake::query::{Browse, Filter};
use lake::table::{KEY, SUBMISSION};
use rectify::model::record_id;
use serde::Serialize;
use standards::pack::{Mapping, Severity};

use super::map_table::compiled;
use super::where_it_went::{WentTo, where_it_went};
use crate::context::Sharing;
use crate::model::plain;
use crate::store::{lines, mappings};

/// The resource of finished cases.
pub const FINISHED_CASE: &str = "finished-case";
/// The field by which a case is known.
const NUMBER: &str = "CASE_NO";

/// What became of the cases of one push.
pub struct Cases {
    /// The push as intake answers it.
    pub pushed: Pushed,
    /// Each case, in the order given.
    pub cases: Vec<TakenCase>,
}

/// One case that was pushed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TakenCase {
    /// Its number.
    pub case: String,
    /// `taken`: on its way in the publicity format. `waiting`: a person has to decide. `wrong`: to be mended. `kept`: taken, but no
    /// mapping is in use.
    pub state: &'static str,
    /// What is wrong or waited for, and how to mend it.
    pub said: Vec<String>,
}

/// Takes finished cases: one or many, each once however often it is pushed under one key.
///
/// # Errors
/// As [`push_rows`].
pub async fn take_cases(
    sharing: &Sharing,
    actor: &Actor,
    (key, rows, body): (Option<String>, Vec<IndexMap<String, String>>, Vec<u8>),
    lang: Lang,
) -> Result<Cases> {
    let intake = &sharing.intake;
    let (_, resource) = intake.resource(FINISHED_CASE)?;
    let cells = to_cells(resource, &rows)?;
    let push = Push { resource: FINISHED_CASE.to_owned(), org: None, key, rows, body, by_case: false };
    let pushed = push_rows(intake, actor, push).await?;
    let (org, _) = received(intake, pushed.submission).await?;
    let states = mappings::states(intake.db.conn()).await?;
    let used = |m: &Mapping| states.iter().any(|s| s.mapping == m.mapping && s.enabled);
    let mapping = intake.packs.mappings().map(|(_, m)| m).find(|m| m.source == FINISHED_CASE && used(m));
    let mut cases: Vec<TakenCase> = cells
        .iter()
        .map(|c| TakenCase {
            case: c.get(NUMBER).cloned().unwrap_or_default(),
            state: if mapping.is_some() { "taken" } else { "kept" },
            said: Vec::new(),
        })
        .collect();
    let say = |resource: &str, f: &Finding| {
        let said = render(&intake.packs, resource, f, lang);
        format!("{}{}", said.why, said.fix)
    };
    for f in pushed.findings.iter().filter(|f| f.severity == Severity::Reject) {
        let at = usize::try_from(f.row).unwrap_or_default().wrapping_sub(1);
        if let Some(case) = cases.get_mut(at) {
            case.state = "wrong";
            case.said.push(say(FINISHED_CASE, f));
        }
    }
    if let Some(mapping) = mapping {
        let mapper = compiled(sharing, mapping).await?;
        let mapped = {
            let (mapper, cells) = (Arc::clone(&mapper), cells.clone());
            tokio::task::spawn_blocking(move || mapper.map_cells(&cells)).await.map_err(Error::internal)??
        };
        let made = mapped.iter().map(|m| mapper.named(m)).collect();
        let judged = judge_rows(intake, &mapping.target, org, made).await?;
        for ((case, row), found) in cases.iter_mut().zip(&mapped).zip(&judged) {
            if case.state == "wrong" {
                continue;
            }
            let waits = row.by_hand.iter().filter_map(|at| mapping.by_hand.get(*at));
            case.said.extend(waits.map(|b| b.why.get(lang).to_owned()));
            if !case.said.is_empty() {
                case.state = "waiting";
                continue;
            }
            let wrong = found.iter().filter(|f| f.severity == Severity::Reject);
            case.said.extend(wrong.map(|f| say(&mapping.target, f)));
            if !case.said.is_empty() {
                case.state = "wrong";
            }
        }
    }
    Ok(Cases { pushed, cases })
}

/// Where a finished case stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseStands {
    /// Its number.
    pub case: String,
    /// The submission that brought it.
    pub submission: SubmissionId,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// The decisions it became, in the publicity format and beyond.
    pub records: Vec<RecordId>,
    /// What a person has to decide first, in words.
    pub waiting: Vec<Text>,
    /// Where it went.
    pub went: Vec<WentTo>,
}

/// Authorities that number a case alike, at most.
const SAME_NUMBER: usize = 100;

/// Where a case stands that was taken.
///
/// # Errors
/// Not found for a number that is not there, or was pushed by another department.
pub async fn case_stands(sharing: &Sharing, actor: &Actor, number: &str) -> Result<CaseStands> {
    let intake = &sharing.intake;
    let missing = || {
        Error::new(
            ErrorKind::NotFound,
            "not-found",
            Text::new(
                "没有这个办件：没有收到过，或推送时答复为有误（wrong）、至今没有更正，或由别的单位推送。请核对编号和推送时的答复。",
                "There is no such case: it was never received, or was answered as wrong and is not mended yet, or another department pushed it. Check its number and the answer to the push.",
            ),
        )
    };
    if !intake.lake.has_table(FINISHED_CASE) {
        return Err(missing());
    }
    let browse = Browse {
        columns: vec![KEY.to_owned(), SUBMISSION.to_owned()],
        filters: vec![Filter::equals(NUMBER, number)],
        limit: SAME_NUMBER,
        ..Browse::default()
    };
    // Authorities number their cases each for itself: of several the sender's own.
    let mut own = None;
    for row in intake.lake.browse(FINISHED_CASE, &browse).await?.rows {
        let submission: SubmissionId = plain(row.get(1)).parse().map_err(Error::internal)?;
        match sight(intake, actor, Some(submission)).await {
            Ok(_) => own = Some((submission, record_id(FINISHED_CASE, &plain(row.first())))),
            Err(e) if e.kind() == ErrorKind::NotFound => {}
            Err(e) => return Err(e),
        }
    }
    let (submission, record) = own.ok_or_else(missing)?;
    let conn = intake.db.conn();
    let all = lines::with_offspring(conn, &[record.0]).await?;
    let mut waiting = Vec::new();
    for held in mappings::waiting_of(conn, &all).await? {
        let Some((_, mapping)) = intake.packs.mapping(&held.mapping) else { continue };
        let cases: Vec<usize> = serde_json::from_str(&held.cases).map_err(Error::internal)?;
        waiting.extend(cases.iter().filter_map(|at| mapping.by_hand.get(*at)).map(|b| b.why.clone()));
    }
    let (_, received_at) = received(intake, submission).await?;
    Ok(CaseStands {
        case: number.to_owned(),
        submission,
        received_at,
        records: all.into_iter().filter(|id| *id != record.0).map(RecordId).collect(),
        waiting,
        went: where_it_went(sharing, record).await?,
    })
}
