//! Pages of pull sources (前置库).

pub mod detail;
pub mod form;
pub mod list;
pub mod steps;

use chrono::{DateTime, Utc};
use kernel::{Error, OrgId, Result, Text};
use shell::Cx;

use super::Orgs;
use crate::Intake;
use crate::model::{PullId, Schedule};
use crate::store::entity::pull_source::Model;

/// A source as the list and the head of its page show it.
pub(crate) struct Line {
    pub id: PullId,
    pub name: String,
    pub org: String,
    pub resource: String,
    pub resource_title: String,
    pub address: String,
    pub table: String,
    pub schedule: String,
    pub enabled: bool,
    pub running: bool,
    pub failures: i64,
    pub next_at: Option<DateTime<Utc>>,
    pub last_at: Option<DateTime<Utc>>,
    /// Key of the text that says how the last run ended; empty before the first.
    pub last_state: String,
    pub last_rows: i64,
    pub error: Option<String>,
}

impl Line {
    pub(crate) fn of(cx: &Cx, intake: &Intake, row: &Model, orgs: &Orgs) -> Result<Self> {
        let title = intake.packs.resource(&row.resource).map(|(_, r)| r.title.get(cx.lang()).to_owned());
        Ok(Self {
            id: PullId(row.id),
            name: row.name.clone(),
            org: orgs.name(OrgId(row.org_id), cx.lang()),
            resource: row.resource.clone(),
            resource_title: title.unwrap_or_else(|| "–".to_owned()),
            address: row.address.clone(),
            table: row.table_name.clone(),
            schedule: in_words(cx, row.schedule.parse()?),
            enabled: row.enabled,
            running: row.run_id.is_some(),
            failures: row.failures,
            next_at: row.next_at.filter(|_| row.enabled),
            last_at: row.last_at,
            last_state: row.last_state.as_ref().map(|s| format!("pull-run-{s}")).unwrap_or_default(),
            last_rows: row.last_rows,
            error: said(cx, row.last_error.as_deref())?,
        })
    }

    /// Class of the badge that shows the state.
    pub(crate) fn tone(&self) -> &'static str {
        match self {
            Self { running: true, .. } => "info",
            Self { failures: 1.., .. } => "reject",
            Self { enabled: true, .. } => "pass",
            _ => "",
        }
    }

    /// The state in words.
    pub(crate) fn state(&self, cx: &Cx) -> String {
        match self {
            Self { running: true, .. } => cx.t("pull-run-running"),
            Self { failures: n @ 1.., .. } => cx.t1("pull-failing", "n", *n),
            Self { enabled: true, .. } => cx.t("pull-on"),
            _ => cx.t("pull-off"),
        }
    }
}

/// A schedule in the reader's words.
pub(crate) fn in_words(cx: &Cx, schedule: Schedule) -> String {
    match (schedule.minutes(), schedule.at()) {
        (Some(n), _) => cx.t1("pull-schedule-every-n", "n", i64::from(n)),
        (_, Some(at)) if schedule.kind() == "workdays" => cx.t1("pull-schedule-workdays-at", "at", at),
        (_, Some(at)) => cx.t1("pull-schedule-daily-at", "at", at),
        _ => cx.t("pull-schedule-hand"),
    }
}

/// A stored message in the reader's language.
pub(crate) fn said(cx: &Cx, json: Option<&str>) -> Result<Option<String>> {
    let text: Option<Text> = json.map(serde_json::from_str).transpose().map_err(Error::internal)?;
    Ok(text.map(|t| cx.text(&t).to_owned()))
}

/// The id in a path; what is no id does not exist.
pub(crate) fn pull_id(text: &str) -> Result<PullId> {
    text.parse().map_err(|_| Error::not_found("这个前置库", "pull source"))
}
