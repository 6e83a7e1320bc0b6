//! Adding, extending and revoking local overrides.

use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{Days, NaiveDate};
use kernel::{Error, OrgId, Result, Scope, beijing_date};
use lake::check::{Change, REGISTERED, check_of, checks_of};
use serde::Deserialize;
use shell::ui::{Crumbs, FormState};
use shell::{Cx, Flash, Reply, Signed, page, redirect};
use standards::pack::Severity;
use uuid::Uuid;

use super::mendable;
use super::rules::{Check, Rules, address, latest, listed, sentence, severity_badge, shown_check};
use crate::actions::{self, NewOverride};
use identity::org;

/// How long an override runs when nothing else is chosen, in days.
const USUALLY: u64 = 90;
/// For how many days a subject is new when nothing else is chosen.
const NEW_FOR: u16 = 30;

#[derive(Template)]
#[template(path = "catalogue/rule_override.html")]
struct OverridePage {
    cx: Cx,
    code: String,
    title: String,
    check: Check,
    form: FormState,
    orgs: Vec<(String, String)>,
    /// The fields at which a built-in check can be changed alone.
    fields: Vec<(String, String)>,
    severities: Vec<(String, String)>,
    /// Libraries that could stand in for the one the rule asks.
    libraries: Vec<(String, String)>,
    today: NaiveDate,
    latest: NaiveDate,
    longest: usize,
}

impl OverridePage {
    fn why(&self) -> String {
        sentence(&self.cx, &self.check.info.why, self.check.fields.first())
    }

    fn looks_at(&self) -> String {
        listed(&self.cx, &self.check.fields)
    }

    fn severity(&self) -> String {
        severity_badge(&self.cx, self.check.info.severity)
    }

    fn back(&self) -> String {
        address(&self.code)
    }

    fn chosen(&self, kind: &str) -> bool {
        self.form.value("kind") == kind
    }
}

#[derive(Deserialize)]
pub struct Which {
    #[serde(default)]
    rule: String,
}

/// `GET /rules/{resource}/overrides/new?rule=`
pub async fn new(
    cx: Cx,
    State(rules): State<Rules>,
    Signed(_): Signed,
    Path(code): Path<String>,
    Query(which): Query<Which>,
) -> Reply {
    let until = beijing_date(cx.now()).checked_add_days(Days::new(USUALLY.min(u64::from(rules.longest))));
    let (rule, field) = check_of(&which.rule);
    let form = FormState::new()
        .with("field", field.unwrap_or_default())
        .with("kind", "switch-off")
        .with("days", NEW_FOR.to_string())
        .with("expires", until.map(|d| d.to_string()).unwrap_or_default());
    form_page(cx, &rules, &code, rule, form).await
}

async fn form_page(cx: Cx, rules: &Rules, code: &str, rule: &str, form: FormState) -> Reply {
    let (pack, resource) = rules.resource(code)?;
    let info = checks_of(&rules.packs, pack, resource).into_iter().find(|c| c.key == rule && c.adjustable);
    let info = info.ok_or_else(|| Error::not_found("可调整的检查", "check that can be changed"))?;
    let scope = &cx.signed()?.scope;
    let today = beijing_date(cx.now());
    let mut orgs = Vec::new();
    if *scope == Scope::City {
        orgs.push((String::new(), cx.t("override-whole-city")));
    }
    let own = org::list(cx.app().db().conn(), scope).await?;
    // Villages send through their townships; thousands of them would bury the rest.
    let own = own.iter().filter(|o| o.kind != "village" && crate::store::orgs::valid_on(o, today));
    orgs.extend(own.map(|o| (o.id.to_string(), format!("{}{}", "　".repeat(o.depth()), o.name(cx.lang())))));
    let libraries = if info.libraries.is_empty() {
        Vec::new()
    } else {
        let others = rules.packs.resources().filter(|(_, r)| {
            r.field(REGISTERED).is_some() && !info.libraries.contains(&r.resource) && r.resource != code
        });
        others.map(|(_, r)| (r.resource.clone(), cx.text(&r.title).to_owned())).collect()
    };
    let severities = ["reject", "warn", "pass"];
    let severities = severities.iter().map(|s| ((*s).to_owned(), cx.t(&format!("check-severity-{s}"))));
    let check = shown_check(&cx, &rules.packs, resource, info);
    let mut fields = Vec::new();
    if check.info.condition.is_none() && check.fields.len() > 1 {
        fields.push((String::new(), cx.t("override-all-fields")));
        fields.extend(check.info.fields.iter().cloned().zip(check.fields.iter().cloned()));
    }
    page(&OverridePage {
        code: code.to_owned(),
        title: cx.text(&resource.title).to_owned(),
        check,
        fields,
        form,
        orgs,
        severities: severities.collect(),
        libraries,
        today,
        latest: latest(today, rules.longest),
        longest: usize::from(rules.longest),
        cx,
    })
}

/// A change of a check as its form gives it, before it is made (拟作的调整).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    rule: String,
    field: String,
    kind: String,
    severity: String,
    condition: String,
    days: String,
    library: String,
    org: String,
}

/// What a form asks for: the change, and for whom; the whole city when no organisation is named.
#[derive(Debug, Clone)]
pub struct AskedChange {
    /// What is to be done otherwise.
    pub change: Change,
    /// For this organisation and those below it.
    pub org: Option<OrgId>,
}

impl Asked {
    /// Name of the row rule, or the code of the built-in check, with the field where it is about one alone.
    #[must_use]
    pub fn rule(&self) -> String {
        match self.field.as_str() {
            "" => self.rule.clone(),
            field => format!("{}@{field}", self.rule),
        }
    }

    /// The change that is asked for.
    ///
    /// # Errors
    /// `override-change` when something is missing or cannot be read; not found for no organisation.
    pub fn change(&self) -> Result<AskedChange> {
        let org = match self.org.as_str() {
            "" => None,
            id => Some(id.parse::<OrgId>().map_err(|_| Error::not_found("组织机构", "organisation"))?),
        };
        Ok(AskedChange { change: change(self)?, org })
    }
}

#[derive(Deserialize)]
pub struct Given {
    #[serde(flatten)]
    asked: Asked,
    reason: String,
    expires: String,
}

fn day(given: &str) -> Result<NaiveDate> {
    given.parse().map_err(|_| {
        Error::bad_input(
            "override-expiry",
            format!("到期日“{given}”不是日期，应如 2026-12-31。"),
            format!("“{given}” is not a day such as 2026-12-31."),
        )
    })
}

fn change(given: &Asked) -> Result<Change> {
    let refuse = |zh: &str, en: &str| Err(Error::bad_input("override-change", zh, en));
    match given.kind.as_str() {
        "switch-off" => Ok(Change::SwitchOff),
        "severity" => match given.severity.as_str() {
            "reject" => Ok(Change::Severity(Severity::Reject)),
            "warn" => Ok(Change::Severity(Severity::Warn)),
            "pass" => Ok(Change::Severity(Severity::Pass)),
            _ => refuse("请选择严重程度。", "Choose a severity."),
        },
        "condition" if given.condition.trim().is_empty() => {
            refuse("请填写替代的条件。", "Give the condition that takes its place.")
        }
        "condition" => Ok(Change::Condition(given.condition.trim().to_owned())),
        "new-subjects" => match given.days.trim().parse::<u16>() {
            Ok(days @ 1..=366) => Ok(Change::NewSubjects { days, library: given.library.clone() }),
            _ => refuse("天数应为 1 到 366 的整数。", "The days must be a whole number from 1 to 366."),
        },
        _ => refuse("请选择怎样调整。", "Choose what to change."),
    }
}

fn wanted(code: &str, given: &Given) -> Result<NewOverride> {
    let asked = given.asked.change()?;
    Ok(NewOverride {
        resource: code.to_owned(),
        org: asked.org,
        rule: given.asked.rule(),
        change: asked.change,
        reason: given.reason.clone(),
        expires: day(&given.expires)?,
    })
}

/// `POST /rules/{resource}/overrides`
pub async fn add(
    cx: Cx,
    State(rules): State<Rules>,
    Signed(actor): Signed,
    Path(code): Path<String>,
    Form(given): Form<Given>,
) -> Reply<Response> {
    rules.resource(&code)?;
    let done = match wanted(&code, &given) {
        Ok(new) => {
            let db = cx.app().db();
            actions::override_rule(db, &actor, &rules.packs, new, rules.longest, cx.now()).await
        }
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => Ok(redirect(&cx, &address(&code), Some(Flash::ok(cx.t("override-added"))))),
        Err(e) if mendable(&e) => {
            let field = match e.code() {
                "override-expiry" => "expires",
                "override-reason" => "reason",
                _ => "",
            };
            let form = FormState::new()
                .with("kind", given.asked.kind.clone())
                .with("severity", given.asked.severity.clone())
                .with("condition", given.asked.condition.clone())
                .with("days", given.asked.days.clone())
                .with("library", given.asked.library.clone())
                .with("org", given.asked.org.clone())
                .with("field", given.asked.field.clone())
                .with("reason", given.reason.clone())
                .with("expires", given.expires.clone())
                .refused(&cx, field, &e);
            let shown = form_page(cx, &rules, &code, &given.asked.rule, form).await?;
            Ok((StatusCode::BAD_REQUEST, shown).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

fn id_of(given: &str) -> Result<Uuid> {
    given.parse().map_err(|_| Error::not_found("本地规则调整", "local override"))
}

/// Back to the resource's checks, with what was done or why not.
fn told(cx: &Cx, resource: &str, done: Result<String>) -> Reply<Response> {
    let flash = match done {
        Ok(text) => Flash::ok(text),
        Err(e) if mendable(&e) => Flash::error(cx.text(e.text()).to_owned()),
        Err(e) => return Err(e.into()),
    };
    Ok(redirect(cx, &address(resource), Some(flash)))
}

#[derive(Deserialize)]
pub struct Until {
    /// The page the form stands on.
    #[serde(default)]
    resource: String,
    #[serde(default)]
    expires: String,
}

/// `POST /overrides/{id}/extend`
pub async fn extend(
    cx: Cx,
    State(rules): State<Rules>,
    Signed(actor): Signed,
    Path(id): Path<String>,
    Form(given): Form<Until>,
) -> Reply<Response> {
    let id = id_of(&id)?;
    let done = match day(&given.expires) {
        Ok(until) => {
            actions::extend_override(cx.app().db(), &actor, id, until, rules.longest, cx.now()).await
        }
        Err(e) => Err(e),
    };
    let done = done.map(|row| cx.t1("override-extended-done", "day", cx.date(row.expires_on)));
    told(&cx, &given.resource, done)
}

/// `POST /overrides/{id}/revoke`
pub async fn revoke(
    cx: Cx,
    Signed(actor): Signed,
    Path(id): Path<String>,
    Form(given): Form<Until>,
) -> Reply<Response> {
    let done = actions::revoke_override(cx.app().db(), &actor, id_of(&id)?, cx.now()).await;
    told(&cx, &given.resource, done.map(|_| cx.t("override-revoked-done")))
}
