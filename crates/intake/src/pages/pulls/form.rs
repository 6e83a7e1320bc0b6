//! `GET /pulls/new`, `POST /pulls`, `GET /pulls/{id}/edit`, `POST /pulls/{id}`: the form of a source.

use askama::Template;
use axum::extract::{Path, RawForm, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use kernel::{Error, ErrorKind, OrgId};
use shell::ui::{Crumbs, FormState};
use shell::{Cx, Flash, Reply, Signed, page, redirect};

use super::pull_id;
use crate::Intake;
use crate::actions::create_pull::{PullDraft, create_pull};
use crate::actions::edit_pull::edit_pull;
use crate::actions::provider::handed_in_by;
use crate::model::Schedule;
use crate::pages::Orgs;
use crate::store::entity::pull_source::Model;
use crate::store::pulls;

type Options = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "intake/pull_form.html")]
struct Edit {
    cx: Cx,
    form: FormState,
    orgs: Options,
    resources: Options,
    modes: Options,
    schedules: Options,
    /// What may be reached, in words, or nothing.
    hosts: String,
    folder: bool,
    /// Id and name of a source that exists.
    existing: Option<(String, String)>,
}

impl Edit {
    /// How an address is written, and what may be reached.
    fn address_hint(&self) -> String {
        let mut hint = self.cx.t("pull-address-hint");
        if !self.hosts.is_empty() {
            hint.push(' ');
            hint.push_str(&self.cx.t1("pull-address-hosts", "hosts", self.hosts.as_str()));
        }
        if self.folder {
            hint.push(' ');
            hint.push_str(&self.cx.t("pull-address-folder"));
        }
        hint
    }
}

async fn form_page(cx: &Cx, intake: &Intake, form: FormState, existing: Option<(String, String)>) -> Reply {
    let orgs = Orgs::load(cx).await?;
    let option = |value: &str, key: &str| (value.to_owned(), cx.t(key));
    let departments: Vec<&identity::org::Org> = orgs.departments().collect();
    let resources = handed_in_by(intake, cx.signed()?, &departments).await?;
    page(&Edit {
        orgs: orgs.departments().map(|o| (o.id.to_string(), o.name(cx.lang()).to_owned())).collect(),
        resources: resources
            .iter()
            .map(|(r, _)| (r.resource.clone(), r.title.get(cx.lang()).to_owned()))
            .collect(),
        modes: vec![option("full", "pull-mode-full"), option("increasing", "pull-mode-increasing")],
        schedules: vec![
            option("hand", "pull-schedule-hand"),
            option("every", "pull-schedule-every"),
            option("daily", "pull-schedule-daily"),
            option("workdays", "pull-schedule-workdays"),
        ],
        hosts: intake.pull.hosts.join(", "),
        folder: intake.pull.folder.is_some(),
        form,
        existing,
        cx: cx.clone(),
    })
}

/// What the form holds, and the same as typed.
fn read(body: &[u8]) -> (FormState, kernel::Result<PullDraft>) {
    let pairs = shell::form_pairs(body);
    let form = pairs.iter().fold(FormState::new(), |form, (name, value)| match (name.as_str(), value) {
        // A password that was typed here by mistake is not sent back.
        ("address", address) => form.with(name, without_password(address)),
        _ => form.with(name, value),
    });
    let typed = pairs.iter().find(|(name, _)| name == "address").map(|(_, v)| v.clone());
    let text = |name: &str| form.value(name).to_owned();
    let increasing = form.value("mode") == "increasing";
    let draft = || {
        if increasing && form.value("increasing").trim().is_empty() {
            return Err(Error::bad_input(
                "pull-column",
                "请填写递增列的列名，如自增编号或更新时间。",
                "Name the increasing column, such as a running number or the time of change.",
            ));
        }
        Ok(PullDraft {
            resource: text("resource"),
            name: text("name"),
            address: typed.clone().unwrap_or_default(),
            user: text("user"),
            secret: (form.value("with_password") == "yes").then(|| text("secret")),
            table: text("table"),
            increasing: increasing.then(|| text("increasing")),
            inclusive: form.value("inclusive") == "yes",
            reached: increasing.then(|| text("reached")),
            schedule: Schedule::of(form.value("schedule"), form.value("minutes"), form.value("at"))?,
        })
    };
    let draft = draft();
    (form, draft)
}

/// The address without what stands before its host.
fn without_password(address: &str) -> String {
    match (address.split_once("://"), address.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://{rest}"),
        _ => address.to_owned(),
    }
}

/// The form again with the refusal in its place; what is not the typist's to mend goes on.
async fn refused(
    cx: &Cx,
    intake: &Intake,
    form: FormState,
    existing: Option<(String, String)>,
    e: Error,
) -> Reply<Response> {
    if !matches!(e.kind(), ErrorKind::BadInput | ErrorKind::Conflict) {
        return Err(e.into());
    }
    let field = match e.code() {
        "pull-name" | "already-exists" => "name",
        "pull-address" | "pull-address-secret" | "pull-host" | "pull-folder" => "address",
        "pull-table" => "table",
        "pull-column" => "increasing",
        "pull-mode" => "mode",
        "pull-secret-name" => "secret",
        "pull-schedule" => "schedule",
        "resource-unknown" => "resource",
        _ => "",
    };
    let form = form.refused(cx, field, &e);
    Ok((StatusCode::BAD_REQUEST, form_page(cx, intake, form, existing).await?).into_response())
}

/// `GET /pulls/new`
pub async fn new(cx: Cx, Shared(intake): Shared<Intake>) -> Reply {
    let form = FormState::new()
        .with("with_password", "yes")
        .with("mode", "increasing")
        .with("inclusive", "yes")
        .with("schedule", "workdays")
        .with("minutes", "30")
        .with("at", "02:30");
    form_page(&cx, &intake, form, None).await
}

/// `POST /pulls`
pub async fn create(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let (form, draft) = read(&body);
    let org: OrgId = form.value("org").parse().map_err(|_| Error::not_found("组织机构", "organisation"))?;
    let created = match draft {
        Ok(draft) => create_pull(&intake, &actor, org, draft).await,
        Err(e) => Err(e),
    };
    match created {
        Ok(id) => Ok(redirect(&cx, &format!("/pulls/{id}"), Some(Flash::ok(cx.t("pull-created"))))),
        Err(e) => refused(&cx, &intake, form, None, e).await,
    }
}

/// `GET /pulls/{id}/edit`
pub async fn edit(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
) -> Reply {
    let row = pulls::get(intake.db.conn(), &actor, pull_id(&id)?).await?;
    let code = identity::org::find(intake.db.conn(), OrgId(row.org_id)).await?.code;
    let name = row.name.clone();
    form_page(&cx, &intake, filled(row, &code)?, Some((id, name))).await
}

fn filled(row: Model, org_code: &str) -> kernel::Result<FormState> {
    let schedule: Schedule = row.schedule.parse()?;
    let mut form = FormState::new()
        .with("resource", row.resource)
        .with("name", row.name)
        .with("address", row.address)
        .with("user", row.user_name)
        .with("table", row.table_name)
        .with("mode", if row.increasing.is_some() { "increasing" } else { "full" })
        .with("increasing", row.increasing.unwrap_or_default())
        .with("reached", row.reached.unwrap_or_default())
        .with("schedule", schedule.kind())
        .with("minutes", schedule.minutes().unwrap_or(30).to_string())
        .with("at", schedule.at().unwrap_or_else(|| "02:30".to_owned()));
    if let Some(secret) = row.secret {
        // The department's code goes before it by itself.
        let code = org_code.to_ascii_uppercase();
        let suffix = secret.strip_prefix(&code).unwrap_or_default().trim_start_matches('_').to_owned();
        form = form.with("with_password", "yes").with("secret", suffix);
    }
    if row.inclusive {
        form = form.with("inclusive", "yes");
    }
    Ok(form)
}

/// `POST /pulls/{id}`
pub async fn update(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let row = pulls::get(intake.db.conn(), &actor, pull_id(&id)?).await?;
    let (form, draft) = read(&body);
    let saved = match draft {
        Ok(draft) => edit_pull(&intake, &actor, pull_id(&id)?, draft).await,
        Err(e) => Err(e),
    };
    match saved {
        Ok(()) => Ok(redirect(&cx, &format!("/pulls/{id}"), Some(Flash::ok(cx.t("pull-saved"))))),
        Err(e) => refused(&cx, &intake, form, Some((id, row.name)), e).await,
    }
}
