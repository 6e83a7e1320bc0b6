//! `GET /targets/{id}`, `GET /targets/new`, `POST /targets`, `POST /targets/{id}`: one target with its figures, and its form.

use askama::Template;
use axum::extract::{Path, RawForm, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use intake::Orgs;
use kernel::{Error, ErrorKind, OrgId};
use shell::ui::{Crumbs, FormState};
use shell::{Cx, Flash, Reply, Signed, page, redirect};

use super::targets::Line;
use super::{id, resource_title};
use crate::actions::{MAY_DELIVER, TargetDraft, create_target, edit_target, switch_target, table_name};
use crate::context::Sharing;
use crate::model::{Format, Way};
use crate::store::deliveries::{self, Sums};
use crate::store::{entity, targets};

type Options = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "sharing/target_form.html")]
struct Edit {
    cx: Cx,
    form: FormState,
    resources: Options,
    ways: Options,
    formats: Options,
    /// Hosts that may be reached, in words, or nothing.
    hosts: String,
    /// Id and name of a target that exists.
    existing: Option<(String, String)>,
}

impl Edit {
    fn address_hint(&self) -> String {
        match self.hosts.as_str() {
            "" => self.cx.t("target-address-none"),
            hosts => self.cx.t1("target-address-hosts", "hosts", hosts),
        }
    }
}

fn form_page(cx: &Cx, sharing: &Sharing, form: FormState, existing: Option<(String, String)>) -> Reply {
    let resources = sharing.intake.packs.resources();
    let way = |w: Way| (w.name().to_owned(), cx.t(&format!("target-way-{}", w.name())));
    page(&Edit {
        resources: resources.map(|(_, r)| (r.resource.clone(), r.title.get(cx.lang()).to_owned())).collect(),
        ways: Way::ALL.map(way).to_vec(),
        formats: Format::ALL.map(|f| (f.name().to_owned(), f.name().to_uppercase())).to_vec(),
        hosts: sharing.intake.pull.deliver_hosts.join(", "),
        form,
        existing,
        cx: cx.clone(),
    })
}

fn read(body: &[u8]) -> (FormState, TargetDraft) {
    let pairs = shell::form_pairs(body);
    let form = FormState::of(&pairs);
    let text = |name: &str| form.value(name).to_owned();
    let all = |name: &str| pairs.iter().filter(|(n, _)| n == name).map(|(_, v)| v.clone()).collect();
    let draft = TargetDraft {
        code: text("code"),
        title_zh: text("title_zh"),
        title_en: text("title_en"),
        way: text("way"),
        format: text("format"),
        address: text("address"),
        secret: text("secret"),
        resources: all("resources"),
        workdays: text("workdays"),
        count_first_day: form.value("count_first_day") == "yes",
        limit_source: text("limit_source"),
        from_start: form.value("from_start") == "yes",
    };
    (form, draft)
}

/// The form again with the refusal in its place; what is not the typist's to mend goes on.
fn refused(
    cx: &Cx,
    sharing: &Sharing,
    form: FormState,
    existing: Option<(String, String)>,
    e: Error,
) -> Reply<Response> {
    if !matches!(e.kind(), ErrorKind::BadInput | ErrorKind::Conflict) {
        return Err(e.into());
    }
    let field = match e.code() {
        "target-code" | "already-exists" => "code",
        "target-title" => "title_zh",
        "target-way" => "way",
        "target-format" => "format",
        "target-address" | "target-host" => "address",
        "target-secret-name" => "secret",
        "target-resources" | "resource-unknown" => "resources",
        "target-workdays" => "workdays",
        _ => "",
    };
    let form = form.refused(cx, field, &e);
    Ok((StatusCode::BAD_REQUEST, form_page(cx, sharing, form, existing)?).into_response())
}

/// `GET /targets/new`
pub async fn new(cx: Cx, Shared(sharing): Shared<Sharing>) -> Reply {
    let form = FormState::new().with("way", "file").with("format", "csv").with("from_start", "yes");
    form_page(&cx, &sharing, form, None)
}

/// `POST /targets`
pub async fn create(
    cx: Cx,
    Signed(actor): Signed,
    Shared(sharing): Shared<Sharing>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let (form, draft) = read(&body);
    match create_target(&sharing, &actor, &draft).await {
        Ok(id) => Ok(redirect(&cx, &format!("/targets/{id}"), Some(Flash::ok(cx.t("target-created"))))),
        Err(e) => refused(&cx, &sharing, form, None, e),
    }
}

fn filled(row: entity::target::Model, feeds: &[entity::feed::Model]) -> FormState {
    let form = FormState::new()
        .with("code", row.code)
        .with("title_zh", row.title_zh)
        .with("title_en", row.title_en)
        .with("way", row.way)
        .with("format", row.format)
        .with("address", row.address)
        .with("secret", row.secret.unwrap_or_default())
        .with("workdays", row.workdays.map(|n| n.to_string()).unwrap_or_default())
        .with("count_first_day", if row.count_first_day { "yes" } else { "" })
        .with("limit_source", row.limit_source)
        .with("from_start", "yes");
    feeds.iter().filter(|f| f.target_id == row.id).fold(form, |form, f| form.with("resources", &f.resource))
}

/// `GET /targets/{id}/edit`
pub async fn edit(cx: Cx, Shared(sharing): Shared<Sharing>, Path(text): Path<String>) -> Reply {
    let conn = sharing.intake.db.conn();
    let row = targets::get(conn, id(&text, "这个共享对象", "target")?).await?;
    let feeds = targets::feeds(conn).await?;
    let existing = Some((text, row.title().get(cx.lang()).to_owned()));
    form_page(&cx, &sharing, filled(row, &feeds), existing)
}

/// `POST /targets/{id}`
pub async fn update(
    cx: Cx,
    Signed(actor): Signed,
    Shared(sharing): Shared<Sharing>,
    Path(text): Path<String>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let target = id(&text, "这个共享对象", "target")?;
    let row = targets::get(sharing.intake.db.conn(), target).await?;
    let (form, draft) = read(&body);
    match edit_target(&sharing, &actor, target, &draft).await {
        Ok(()) => Ok(redirect(&cx, &format!("/targets/{text}"), Some(Flash::ok(cx.t("target-saved"))))),
        Err(e) => {
            let existing = Some((text, row.title().get(cx.lang()).to_owned()));
            refused(&cx, &sharing, form, existing, e)
        }
    }
}

async fn switch(cx: Cx, actor: kernel::Actor, sharing: Sharing, text: String, on: bool) -> Reply<Response> {
    switch_target(&sharing, &actor, id(&text, "这个共享对象", "target")?, on).await?;
    let said = if on { "target-enabled" } else { "target-disabled" };
    Ok(redirect(&cx, &format!("/targets/{text}"), Some(Flash::ok(cx.t(said)))))
}

/// `POST /targets/{id}/enable`
pub async fn enable(
    cx: Cx,
    Signed(actor): Signed,
    Shared(sharing): Shared<Sharing>,
    Path(text): Path<String>,
) -> Reply<Response> {
    switch(cx, actor, sharing, text, true).await
}

/// `POST /targets/{id}/disable`
pub async fn disable(
    cx: Cx,
    Signed(actor): Signed,
    Shared(sharing): Shared<Sharing>,
    Path(text): Path<String>,
) -> Reply<Response> {
    switch(cx, actor, sharing, text, false).await
}

#[derive(Template)]
#[template(path = "sharing/target.html")]
struct Detail {
    cx: Cx,
    id: String,
    line: Line,
    address: String,
    secret: String,
    /// What it takes: title, and for a table its name.
    feeds: Vec<(String, String)>,
    /// Figures by department.
    orgs: Vec<(String, String, Sums)>,
    may_edit: bool,
}

impl Detail {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("targets", "/targets").here_named(&self.line.title).to_string()
    }
}

/// `GET /targets/{id}`
pub async fn show(
    cx: Cx,
    Signed(actor): Signed,
    Shared(sharing): Shared<Sharing>,
    Path(text): Path<String>,
) -> Reply {
    let (conn, today) = (sharing.intake.db.conn(), sharing.intake.clock.today());
    let row = targets::get(conn, id(&text, "这个共享对象", "target")?).await?;
    let feeds = targets::feeds(conn).await?;
    let filter = deliveries::Filter { target: Some(row.id), ..deliveries::Filter::default() };
    let sums = deliveries::total(conn, &actor, &filter, today).await?;
    let orgs = Orgs::load(&cx).await?;
    let by_org = deliveries::by_target_and_org(conn, &actor, Some(row.id), today).await?;
    let by_org = by_org.into_iter().filter_map(|s| {
        let org = OrgId(s.org_id?);
        Some((format!("/deliveries?target={}&org={org}", row.id), orgs.name(org, cx.lang()), s))
    });
    let is_table = row.way == Way::Table.name();
    let taken = feeds.iter().filter(|f| f.target_id == row.id).map(|f| {
        let table = if is_table { table_name(&row.code, &f.resource) } else { String::new() };
        (resource_title(&cx, &sharing, &f.resource), table)
    });
    let secret = row.secret.as_deref().map(|name| sharing.intake.pull.deliver_token(name).0);
    page(&Detail {
        id: text,
        line: Line::of(&cx, &sharing, &row, &feeds, sums),
        address: row.address.clone(),
        secret: secret.unwrap_or_default(),
        feeds: taken.collect(),
        orgs: by_org.collect(),
        may_edit: cx.can(MAY_DELIVER),
        cx,
    })
}
