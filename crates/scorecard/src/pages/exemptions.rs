//! `GET /exemptions`: what is exempted, and what counts at all (豁免和考核范围).

use askama::Template;
use axum::extract::{Path, RawForm, State as Shared};
use axum::response::Response;
use intake::Orgs;
use kernel::{Actor, OrgId, Result};
use shell::ui::{Crumbs, FormState};
use shell::{Cx, Flash, Reply, Signed, page, redirect};
use uuid::Uuid;

use super::{Again, id};
use crate::actions::{self, AskExemption, MAY_ASK, NewScope, STEWARD};
use crate::context::Scorecard;
use crate::store::basis;

/// One exemption.
struct Line {
    id: Uuid,
    org: String,
    what: String,
    record: Option<Uuid>,
    days: String,
    /// The decisions it touches, in the list of decisions.
    touched: String,
    reason: String,
    asked: String,
    state: String,
    tone: &'static str,
    decided: String,
    answer: String,
    open: bool,
    approved: bool,
    /// By whom and when it was taken back, and why.
    revoked: Option<(String, String)>,
}

/// One change of scope.
struct Change {
    id: Uuid,
    org: String,
    what: String,
    counts: bool,
    from: String,
    basis: String,
    by: String,
    revoked: Option<String>,
}

#[derive(Template)]
#[template(path = "scorecard/exemptions.html")]
struct Page {
    cx: Cx,
    rows: Vec<Line>,
    changes: Vec<Change>,
    ask: FormState,
    again: Again,
    orgs: Vec<(String, String)>,
    any_org: Vec<(String, String)>,
    resources: Vec<(String, String)>,
    may_ask: bool,
    may_decide: bool,
}

impl Page {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("board", "/board").here("exemptions").to_string()
    }

    fn field(&self, name: &str) -> String {
        let label = format!("exemption-{name}");
        let field = self.ask.field(&self.cx, name, &label);
        match name {
            "org" => field.kind("select").options(&self.orgs).choose().to_string(),
            "scope_org" => self
                .ask
                .field(&self.cx, "scope_org", "exemption-org")
                .kind("select")
                .options(&self.any_org)
                .to_string(),
            "scope_resource" => self
                .ask
                .field(&self.cx, "scope_resource", "exemption-resource")
                .kind("select")
                .options(&self.resources)
                .to_string(),
            "counts" => {
                let options = [("no", "scope-out"), ("yes", "scope-in")];
                let options = options.map(|(value, label)| (value.to_owned(), self.cx.t(label)));
                let field = self.ask.field(&self.cx, "counts", "scope-counts").kind("select");
                field.options(&options).to_string()
            }
            "scope_from" => {
                self.ask.field(&self.cx, "scope_from", "scope-from").kind("date").required().to_string()
            }
            "scope_basis" => {
                let field = self.ask.field(&self.cx, "scope_basis", "scope-basis").kind("textarea");
                field.attribute("rows", 2).required().hint(self.cx.t("scope-basis-hint")).to_string()
            }
            "resource" => field.kind("select").options(&self.resources).to_string(),
            "record" => field.hint(self.cx.t("exemption-record-hint")).to_string(),
            "from" => field.kind("date").required().hint(self.cx.t("exemption-days-hint")).to_string(),
            "to" => field.kind("date").required().to_string(),
            _ => field.kind("textarea").attribute("rows", 2).required().to_string(),
        }
    }
}

/// `GET /exemptions`
pub async fn show(cx: Cx, Signed(actor): Signed, Shared(scorecard): Shared<Scorecard>) -> Reply {
    build(cx, &actor, &scorecard, Again::default()).await
}

async fn build(cx: Cx, actor: &Actor, scorecard: &Scorecard, again: Again) -> Reply {
    let (conn, orgs) = (scorecard.intake.db.conn(), Orgs::load(&cx).await?);
    let resource = |code: &Option<String>| match code.as_deref() {
        None => cx.t("exemption-all-resources"),
        Some(code) => match scorecard.intake.packs.resource(code) {
            Some((_, r)) => r.title.get(cx.lang()).to_owned(),
            None => code.to_owned(),
        },
    };
    let rows = basis::exemptions(conn, actor)
        .await?
        .into_iter()
        .map(|e| Line {
            org: orgs.name(OrgId(e.org_id), cx.lang()),
            what: resource(&e.resource),
            record: e.record_id,
            touched: format!(
                "/records?org={}&resource={}&from={}&to={}",
                e.org_id,
                e.resource.as_deref().unwrap_or_default(),
                e.from_day,
                e.to_day
            ),
            days: format!("{} – {}", e.from_day, e.to_day),
            asked: format!("{} {}", e.asked_by, cx.time(&e.asked_at)),
            state: cx.t(&format!("exemption-state-{}", e.state)),
            tone: match e.state.as_str() {
                "approved" => "pass",
                "refused" => "reject",
                "revoked" => "info",
                _ => "warn",
            },
            open: e.state == "asked",
            approved: e.state == "approved",
            revoked: e
                .revoked_by
                .map(|by| (format!("{by} {}", cx.time_or_dash(&e.revoked_at)), e.revoked_why)),
            decided: e
                .decided_by
                .map(|by| format!("{by} {}", cx.time_or_dash(&e.decided_at)))
                .unwrap_or_default(),
            answer: e.answer,
            reason: e.reason,
            id: e.id,
        })
        .collect();
    let changes = basis::changes(conn, true)
        .await?
        .into_iter()
        .rev()
        .map(|c| Change {
            org: c.org_id.map_or_else(|| cx.t("exemption-all-orgs"), |o| orgs.name(OrgId(o), cx.lang())),
            what: resource(&c.resource),
            counts: c.counts,
            from: cx.date(c.from_day),
            basis: c.basis,
            by: format!("{} {}", c.by_name, cx.time(&c.at)),
            revoked: c.revoked_by.map(|by| format!("{by} {}", cx.time_or_dash(&c.revoked_at))),
            id: c.id,
        })
        .collect();
    let choice: Vec<(String, String)> =
        orgs.all().iter().map(|o| (o.id.to_string(), o.name(cx.lang()).to_owned())).collect();
    let none = |key: &str| vec![(String::new(), cx.t(key))];
    let all = scorecard.intake.packs.resources();
    let resources = all.map(|(_, r)| (r.resource.clone(), r.title.get(cx.lang()).to_owned()));
    page(&Page {
        any_org: none("exemption-all-orgs").into_iter().chain(choice.clone()).collect(),
        resources: none("exemption-all-resources").into_iter().chain(resources).collect(),
        orgs: choice,
        // The fields of both forms have names of their own.
        ask: again.page_form("ask", again.page_form("scope", FormState::new())),
        again,
        may_ask: cx.can(MAY_ASK),
        may_decide: cx.can(STEWARD),
        rows,
        changes,
        cx,
    })
}

fn given(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|t| !t.is_empty())
}

/// Back to the page with a word, or the page with the form that was refused.
async fn answered(
    cx: Cx,
    (actor, scorecard): (&Actor, &Scorecard),
    done: Result<&str>,
    (of, form): ((&'static str, Option<Uuid>), FormState),
) -> Reply<Response> {
    match done {
        Ok(said) => Ok(redirect(&cx, "/exemptions", Some(Flash::ok(cx.t(said))))),
        Err(e) => {
            let e = super::mendable(e)?;
            let again = Again::of(&cx, of, form, &e);
            super::refused(&e, build(cx, actor, scorecard, again).await?)
        }
    }
}

/// The id of a decision, or the address of its page.
fn record(text: &str) -> Result<Option<Uuid>> {
    let Some(text) = given(text) else { return Ok(None) };
    let last = text.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    id(&last, ("这条决定", "decision")).map(Some)
}

/// `POST /exemptions`
pub async fn ask(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let form = super::typed(&body);
    let day = |name: &str| form.value(name).parse().map_err(|_| super::no_day());
    let done = async {
        let ask = AskExemption {
            org: OrgId(id(form.value("org"), ("这个单位", "department"))?),
            resource: given(form.value("resource")),
            record: record(form.value("record"))?,
            days: (day("from")?, day("to")?),
            reason: form.value("reason").to_owned(),
        };
        actions::ask_exemption(&scorecard, &actor, ask).await
    };
    let done = done.await.map(|_| "exemption-asked");
    answered(cx, (&actor, &scorecard), done, (("ask", None), form)).await
}

/// `POST /exemptions/{id}/decide`
pub async fn decide(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let (exemption, form) = (super::id(&id, ("这项豁免", "exemption"))?, super::typed(&body));
    let verdict = (form.value("verdict") == "approve", form.value("reason"));
    let done = actions::decide_exemption(&scorecard, &actor, exemption, verdict).await;
    let done = done.map(|()| "exemption-decided");
    answered(cx, (&actor, &scorecard), done, (("decide", Some(exemption)), form)).await
}

/// `POST /exemptions/{id}/revoke`
pub async fn take_back(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let (exemption, form) = (super::id(&id, ("这项豁免", "exemption"))?, super::typed(&body));
    let done = actions::revoke_exemption(&scorecard, &actor, exemption, form.value("reason")).await;
    let done = done.map(|()| "exemption-revoked");
    answered(cx, (&actor, &scorecard), done, (("revoke", Some(exemption)), form)).await
}

/// `POST /scope`
pub async fn scope(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let form = super::typed(&body);
    let done = async {
        let org = given(form.value("scope_org"));
        let org = org.map(|org| id(&org, ("这个单位", "department"))).transpose()?;
        let new = NewScope {
            org: org.map(OrgId),
            resource: given(form.value("scope_resource")),
            counts: form.value("counts") == "yes",
            from: form.value("scope_from").parse().map_err(|_| super::no_day())?,
            basis: form.value("scope_basis").to_owned(),
        };
        actions::change_scope(&scorecard, &actor, new).await
    };
    let done = done.await.map(|_| "scope-changed");
    answered(cx, (&actor, &scorecard), done, (("scope", None), form)).await
}

/// `POST /scope/{id}/revoke`
pub async fn revoke(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Path(id): Path<String>,
) -> Reply<Response> {
    actions::revoke_scope(&scorecard, &actor, super::id(&id, ("这项范围调整", "change of scope"))?).await?;
    Ok(redirect(&cx, "/exemptions", Some(Flash::ok(cx.t("scope-revoked")))))
}
