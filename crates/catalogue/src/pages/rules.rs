//! The checks of a resource: what each looks at, what it says, and what is done otherwise here.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use chrono::NaiveDate;
use kernel::{Actor, Error, Result, Text, beijing_date};
use lake::check::{Change, CheckInfo, check_of, checks_of};
use shell::ui::{Crumbs, TableState, escape};
use shell::{Cx, Reply, Signed, page};
use standards::pack::{Pack, Packs, Resource, Severity};

use crate::actions::RULES;
use crate::store::entity::rule_override_step::Model as Step;
use crate::store::overrides::{self, Model};
use identity::org::{self, Org};

/// What the pages on rules work with.
#[derive(Clone)]
pub struct Rules {
    /// Standards.
    pub packs: Arc<Packs>,
    /// Greatest number of days an override may run.
    pub longest: u16,
}

impl Rules {
    /// A resource with its pack.
    pub(super) fn resource(&self, code: &str) -> Result<(&Pack, &Resource)> {
        self.packs.resource(code).ok_or_else(|| Error::not_found("数据标准", "resource"))
    }
}

/// The address of a resource's checks.
pub(super) fn address(resource: &str) -> String {
    format!("/rules/{resource}")
}

/// A resource in the list.
struct Line {
    code: String,
    title: String,
    rule_set: String,
    rules: usize,
    builtin: usize,
    in_force: usize,
    /// How many of these the standard has outgrown.
    unfit: usize,
    /// The last day of the one that ends first.
    next_end: Option<NaiveDate>,
}

#[derive(Template)]
#[template(path = "catalogue/rules.html")]
struct List {
    cx: Cx,
    lines: Vec<Line>,
}

impl List {
    fn day(&self, day: &NaiveDate) -> String {
        self.cx.date(*day)
    }
}

/// `GET /rules`
pub async fn list(cx: Cx, State(rules): State<Rules>, Signed(actor): Signed) -> Reply {
    let today = beijing_date(cx.now());
    let all = overrides::list(cx.app().db().conn(), &actor, None).await?;
    let lines = rules.packs.resources().map(|(pack, r)| {
        let checks = checks_of(&rules.packs, pack, r);
        let own = checks.iter().filter(|c| c.condition.is_some()).count();
        let mine: Vec<&Model> =
            all.iter().filter(|o| o.resource == r.resource && o.in_force(today)).collect();
        Line {
            code: r.resource.clone(),
            title: cx.text(&r.title).to_owned(),
            rule_set: pack.rule_set(&r.resource),
            rules: own,
            builtin: checks.len() - own,
            in_force: mine.len(),
            unfit: mine.iter().filter(|o| unfit(&rules.packs, o).is_some()).count(),
            next_end: mine.iter().map(|o| o.expires_on).min(),
        }
    });
    let lines = lines.collect();
    page(&List { lines, cx })
}

/// Why an override can no longer be carried out, if so.
fn unfit(packs: &Packs, row: &Model) -> Option<Text> {
    let fits = row.as_override().and_then(|o| o.validate(packs, &row.resource));
    fits.err().map(|e| e.text().clone())
}

/// A check as the page shows it.
pub(super) struct Check {
    pub info: CheckInfo,
    /// Labels of the fields it looks at.
    pub fields: Vec<String>,
    /// Titles of the libraries it compares with.
    pub libraries: Vec<String>,
    /// What is done otherwise today.
    pub changed: Vec<Shown>,
}

/// An override as the page shows it.
#[derive(Clone)]
pub(super) struct Shown {
    pub row: Model,
    pub change: Change,
    /// For whom.
    pub org: Option<Org>,
    /// What is checked, in words.
    pub title: String,
    pub steps: Vec<Step>,
    pub can_change: bool,
    /// Why it can no longer be carried out, if so.
    pub unfit: Option<Text>,
}

#[derive(Template)]
#[template(path = "catalogue/rule_set.html")]
struct RuleSetPage {
    cx: Cx,
    code: String,
    title: String,
    rule_set: String,
    /// What is searched for among the checks.
    q: String,
    rules: Vec<Check>,
    builtin: Vec<Check>,
    in_force: Vec<Shown>,
    ended: Vec<Shown>,
    today: NaiveDate,
    longest: u16,
    can_change: bool,
    packs: Arc<Packs>,
}

impl RuleSetPage {
    fn day(&self, day: &NaiveDate) -> String {
        self.cx.date(*day)
    }

    /// Heading, help and content of the tables of checks, and whether they stand open. Those that every field has fold, as
    /// they are many and seldom looked up.
    fn lists(&self) -> [(&'static str, &'static str, &[Check], bool); 2] {
        let found = !self.q.is_empty();
        [
            ("rules-rows", "rules-rows-help", &self.rules, true),
            (
                "rules-builtin",
                "rules-builtin-help",
                &self.builtin,
                found || self.builtin.iter().any(|c| !c.changed.is_empty()),
            ),
        ]
    }

    /// Whether a check is one of those searched for: by code, name, field or what it says.
    fn is_found(&self, check: &Check) -> bool {
        let wanted = self.q.to_lowercase();
        let info = &check.info;
        let says =
            [info.code.clone(), info.key.clone(), self.cx.text(&info.title).to_owned(), self.why(check)];
        says.iter().chain(&check.fields).any(|text| text.to_lowercase().contains(&wanted))
    }

    fn why(&self, check: &Check) -> String {
        sentence(&self.cx, &check.info.why, check.fields.first())
    }

    fn fix(&self, check: &Check) -> String {
        sentence(&self.cx, &check.info.fix, check.fields.first())
    }

    fn names(&self, names: &[String]) -> String {
        listed(&self.cx, names)
    }

    fn severity(&self, severity: &Severity) -> String {
        severity_badge(&self.cx, *severity)
    }

    fn change(&self, shown: &Shown) -> String {
        in_words(&self.cx, &self.packs, &shown.change)
    }

    fn whose(&self, shown: &Shown) -> String {
        whose(&self.cx, shown.org.as_ref())
    }

    fn ends(&self, shown: &Shown) -> String {
        match &shown.row.revoked_at {
            Some(at) => self.cx.t2(
                "override-revoked-by",
                "name",
                shown.row.revoked_by.clone().unwrap_or_default(),
                "at",
                self.cx.time(at),
            ),
            None => self.cx.t1("override-expired-on", "day", self.cx.date(shown.row.expires_on)),
        }
    }

    fn step(&self, step: &Step) -> String {
        let day = self.cx.date(step.expires_on);
        self.cx.t1(&format!("override-step-{}", step.verb), "day", day)
    }

    /// The latest day an extension may name.
    fn latest(&self) -> NaiveDate {
        latest(self.today, self.longest)
    }
}

/// The latest last day an override may have.
pub(super) fn latest(today: NaiveDate, longest: u16) -> NaiveDate {
    today.checked_add_days(chrono::Days::new(u64::from(longest))).unwrap_or(today)
}

/// A message without a row to speak of: the field is named, the rest of what depends on the row is left open.
pub(super) fn sentence(cx: &Cx, text: &Text, field: Option<&String>) -> String {
    let mut out = String::new();
    let mut rest = cx.text(text);
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else { break };
        match (name, field) {
            ("field", Some(label)) => out.push_str(label),
            _ => out.push('…'),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// Names one after another.
pub(super) fn listed(cx: &Cx, names: &[String]) -> String {
    names.join(if cx.lang() == kernel::Lang::Zh { "、" } else { ", " })
}

pub(super) fn severity_badge(cx: &Cx, severity: Severity) -> String {
    let tone = match severity {
        Severity::Pass => "info",
        other => other.name(),
    };
    let name = cx.t(&format!("check-severity-{}", severity.name()));
    format!("<span class=\"badge {tone}\">{}</span>", escape(&name))
}

/// What an override changes, in words.
fn in_words(cx: &Cx, packs: &Packs, change: &Change) -> String {
    match change {
        Change::SwitchOff => cx.t("override-does-switch-off"),
        Change::Severity(severity) => {
            let name = cx.t(&format!("check-severity-{}", severity.name()));
            cx.t1("override-does-severity", "severity", name)
        }
        Change::Condition(sql) => cx.t1("override-does-condition", "sql", sql.clone()),
        Change::NewSubjects { days, library } => {
            let title = packs.resource(library).map_or(library.as_str(), |(_, r)| cx.text(&r.title));
            cx.t2("override-does-new-subjects", "days", i64::from(*days), "library", title)
        }
    }
}

fn whose(cx: &Cx, org: Option<&Org>) -> String {
    org.map_or_else(|| cx.t("override-whole-city"), |o| o.name(cx.lang()).to_owned())
}

/// The check of a resource that has a key, as the page shows it.
pub(super) fn shown_check(cx: &Cx, packs: &Packs, resource: &Resource, info: CheckInfo) -> Check {
    let label =
        |code: &String| resource.field(code).map_or_else(|| code.clone(), |f| cx.text(&f.label).to_owned());
    let title = |code: &String| {
        packs.resource(code).map_or_else(|| code.clone(), |(_, r)| cx.text(&r.title).to_owned())
    };
    Check {
        fields: info.fields.iter().map(label).collect(),
        libraries: info.libraries.iter().map(title).collect(),
        changed: Vec::new(),
        info,
    }
}

async fn shown(
    cx: &Cx,
    actor: &Actor,
    packs: &Packs,
    checks: &[Check],
    rows: Vec<Model>,
) -> Result<Vec<Shown>> {
    let conn = cx.app().db().conn();
    let steps = overrides::steps(conn, &rows).await?;
    let orgs = crate::store::orgs::all(conn).await?;
    let own: Vec<uuid::Uuid> = org::list(conn, &actor.scope).await?.iter().map(|o| o.id).collect();
    rows.into_iter()
        .map(|row| {
            let (key, field) = check_of(&row.rule);
            let title = checks.iter().find(|c| c.info.key == key);
            let in_scope = match row.org_id {
                None => actor.scope == kernel::Scope::City,
                Some(org) => own.contains(&org),
            };
            Ok(Shown {
                change: row.change()?,
                org: row.org_id.and_then(|id| orgs.iter().find(|o| o.id == id)).cloned(),
                title: title.map_or_else(|| cx.t("override-rule-gone"), |c| titled(cx, c, field)),
                steps: steps.iter().filter(|s| s.override_id == row.id).cloned().collect(),
                can_change: in_scope && cx.can(RULES),
                unfit: unfit(packs, &row),
                row,
            })
        })
        .collect()
}

/// The name of what an override is about: the check, and the field where it is about one.
fn titled(cx: &Cx, check: &Check, field: Option<&str>) -> String {
    let title = cx.text(&check.info.title).to_owned();
    let at = field.and_then(|f| check.info.fields.iter().position(|known| known == f));
    match at.and_then(|at| check.fields.get(at)) {
        Some(label) => cx.t2("override-at", "name", title, "field", label),
        None => title,
    }
}

/// `GET /rules/{resource}`
pub async fn show(
    cx: Cx,
    State(rules): State<Rules>,
    Signed(actor): Signed,
    Path(code): Path<String>,
) -> Reply {
    let (pack, resource) = rules.resource(&code)?;
    let today = beijing_date(cx.now());
    let mut checks: Vec<Check> = checks_of(&rules.packs, pack, resource)
        .into_iter()
        .map(|info| shown_check(&cx, &rules.packs, resource, info))
        .collect();
    let rows = overrides::list(cx.app().db().conn(), &actor, Some(&code)).await?;
    let all = shown(&cx, &actor, &rules.packs, &checks, rows).await?;
    let (in_force, ended): (Vec<Shown>, Vec<Shown>) = all.into_iter().partition(|o| o.row.in_force(today));
    for check in &mut checks {
        check.changed =
            in_force.iter().filter(|o| check_of(&o.row.rule).0 == check.info.key).cloned().collect();
    }
    let (own, builtin) = checks.into_iter().partition(|c| c.info.condition.is_some());
    let mut whole = RuleSetPage {
        q: TableState::read(&cx, &[""]).filter("q").trim().to_owned(),
        title: cx.text(&resource.title).to_owned(),
        rule_set: pack.rule_set(&code),
        rules: own,
        builtin,
        in_force,
        ended,
        today,
        longest: rules.longest,
        can_change: cx.can(RULES),
        packs: Arc::clone(&rules.packs),
        code,
        cx,
    };
    let (rules, builtin) = (std::mem::take(&mut whole.rules), std::mem::take(&mut whole.builtin));
    whole.rules = rules.into_iter().filter(|c| whole.is_found(c)).collect();
    whole.builtin = builtin.into_iter().filter(|c| whole.is_found(c)).collect();
    page(&whole)
}
