//! `GET /public/records/{id}/object`, `/repair` and `POST`: the forms without an account; the hall uses them too.

use askama::Template;
use axum::extract::{Multipart, Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use kernel::{Actor, Error, RecordId, Result};
use shell::ui::{Crumbs, FormState};
use shell::{Cx, Reply, page};
use standards::pack::Resource;

use super::filled::Filled;
use super::{FORMS, visitor};
use crate::actions::case::{self, Application, Opened, Refused, Shown, open_case, profile_in_force};
use crate::context::Portal;
use crate::model::case::{Contact, Fault, Kind};
use crate::pages::public::public_id;
use crate::pages::public::record::public_value;

/// A field of the record beside what the applicant says.
struct FieldLine {
    code: String,
    label: String,
    said: String,
    wanted: String,
}

/// A paper of the list.
struct PaperLine {
    paper: String,
    title: String,
    required: bool,
    by_form: bool,
    seen: bool,
}

#[derive(Template)]
#[template(path = "portal/case_form.html")]
pub(super) struct FormPage {
    cx: Cx,
    staff: bool,
    kind: Kind,
    action: String,
    document: String,
    subject: String,
    resource: String,
    authority: String,
    decided: String,
    fields: Vec<FieldLine>,
    papers: Vec<PaperLine>,
    papers_source: String,
    limits_source: String,
    fault: String,
    duties: bool,
    form: FormState,
    errors: Vec<String>,
    /// Why there is nothing to fill in: the record cannot be repaired, or not yet.
    kept: Option<String>,
    form_key: String,
}

impl FormPage {
    fn title_key(&self) -> &'static str {
        match self.kind {
            Kind::Objection => "case-form-objection",
            Kind::Repair => "case-form-repair",
        }
    }

    fn is_objection(&self) -> bool {
        self.kind == Kind::Objection
    }

    fn faults(&self) -> Vec<(String, String)> {
        let empty = (String::new(), self.cx.t("case-choose"));
        let each =
            Fault::ALL.iter().map(|f| (f.name().to_owned(), self.cx.t(&format!("case-fault-{}", f.name()))));
        std::iter::once(empty).chain(each).collect()
    }
}

/// The form for a record, empty or as it was sent. `action` is the address it is sent to.
pub(super) async fn form_page(
    cx: &Cx,
    portal: &Portal,
    (staff, action): (bool, &str),
    kind: Kind,
    shown: &Shown,
    sent: Option<(&Filled, Refused)>,
) -> Result<FormPage> {
    let (pack, resource) = portal.intake.resource(&shown.found.resource)?;
    let rules = portal.intake.packs.cases();
    let profile = profile_in_force(portal).await?;
    let place = rules.profiles.get(&profile).ok_or_else(|| Error::internal(format!("profile {profile}")))?;
    let limits = if kind == Kind::Objection { &place.objection } else { &place.repair };
    let kept = match (kind, &sent) {
        (Kind::Repair, None) => case::before_repair(portal, shown.found.id).await?,
        _ => None,
    };
    let empty = Filled::default();
    let (filled, refused) = match sent {
        Some((filled, refused)) => (filled, refused.0),
        None => (&empty, Vec::new()),
    };
    let mut form = FormState::of(&filled.pairs);
    let mut errors = Vec::new();
    for (field, error) in &refused {
        if ["subject_code", "name", "phone", "id", "remark", "fault", "paper_number"].contains(field) {
            form = form.refused(cx, field, error);
        }
        errors.push(cx.text(error.text()).to_owned());
    }
    if !filled.files.is_empty() && !errors.is_empty() {
        errors.push(cx.t("case-files-again"));
    }
    let lang = cx.lang();
    let claimed = filled.prefixed("claim:");
    let (document, subject) = shown.document_and_subject(resource);
    let fields = shown.public_fields(resource).into_iter().map(|f| FieldLine {
        wanted: claimed.iter().find(|(k, _)| *k == f.field.code).map(|(_, v)| v.clone()).unwrap_or_default(),
        code: f.field.code.clone(),
        label: f.field.label.get(lang).to_owned(),
        said: public_value(&portal.intake.packs, pack, lang, f.field, &f.value),
    });
    let seen = filled.all("seen");
    let papers = rules.papers(limits).iter().map(|p| PaperLine {
        paper: p.paper.clone(),
        title: p.title.get(lang).to_owned(),
        required: p.required,
        by_form: p.by_form,
        seen: seen.contains(&p.paper),
    });
    let list = rules.paper_lists.get(&limits.papers);
    Ok(FormPage {
        staff,
        kind,
        action: action.to_owned(),
        document,
        subject,
        resource: resource.title.get(lang).to_owned(),
        authority: authority(shown, resource).to_owned(),
        decided: cx.date(shown.found.decision_date),
        fields: fields.collect(),
        papers: papers.collect(),
        papers_source: list.map(|l| l.source.clone()).unwrap_or_default(),
        limits_source: limits.source.clone(),
        fault: filled.value("fault").to_owned(),
        duties: !filled.value("duties").is_empty(),
        form,
        errors,
        kept: kept.map(|e| cx.text(e.text()).to_owned()),
        form_key: match filled.value("form_key") {
            "" => uuid::Uuid::new_v4().to_string(),
            key => key.to_owned(),
        },
        cx: cx.clone(),
    })
}

/// The address to which the hall sends its form.
pub(super) fn hall_action(kind: Kind, record: RecordId) -> String {
    format!("/cases?record={record}&kind={}", kind.name())
}

/// The name of the authority: the name field that is not the subject's.
fn authority<'a>(shown: &'a Shown, resource: &Resource) -> &'a str {
    let subject = resource.time_limit.as_ref().map_or("", |l| l.subject.as_str());
    let is_name =
        |f: &&standards::pack::Field| f.kind == standards::pack::FieldKind::Name && f.code != subject;
    resource.fields.iter().find(is_name).map_or("", |f| shown.cell(&f.code))
}

async fn empty_form(cx: &Cx, portal: &Portal, id: &str, kind: Kind) -> Reply {
    portal.limits.page(cx)?;
    let record = case::public_record(portal, public_id(id)?).await?;
    let shown = case::see(portal, record).await?;
    framed(cx, false, &form_page(cx, portal, (false, cx.path()), kind, &shown, None).await?)
}

async fn sent_form(cx: &Cx, portal: &Portal, id: &str, kind: Kind, form: Multipart) -> Reply {
    FORMS.take(&visitor(cx), cx.now())?;
    let record = case::public_record(portal, public_id(id)?).await?;
    send(cx, portal, None, kind, record, Filled::read(form).await?).await
}

/// `GET /public/records/{id}/object`
pub async fn object(cx: Cx, Shared(portal): Shared<Portal>, Path(id): Path<String>) -> Reply {
    empty_form(&cx, &portal, &id, Kind::Objection).await
}

/// `GET /public/records/{id}/repair`
pub async fn repair(cx: Cx, Shared(portal): Shared<Portal>, Path(id): Path<String>) -> Reply {
    empty_form(&cx, &portal, &id, Kind::Repair).await
}

/// `POST /public/records/{id}/object`
pub async fn send_objection(
    cx: Cx,
    Shared(portal): Shared<Portal>,
    Path(id): Path<String>,
    form: Multipart,
) -> Reply {
    sent_form(&cx, &portal, &id, Kind::Objection, form).await
}

/// `POST /public/records/{id}/repair`
pub async fn send_repair(
    cx: Cx,
    Shared(portal): Shared<Portal>,
    Path(id): Path<String>,
    form: Multipart,
) -> Reply {
    sent_form(&cx, &portal, &id, Kind::Repair, form).await
}

/// A form or a receipt in the frame of the public site.
#[derive(Template)]
#[template(path = "portal/case_public.html")]
struct OnSite {
    cx: Cx,
    title: String,
    inner: String,
}

/// The same in the console.
#[derive(Template)]
#[template(path = "portal/case_console.html")]
struct InConsole {
    cx: Cx,
    title: String,
    crumbs: String,
    inner: String,
}

/// What stands in either frame.
pub(super) trait Inner: Template {
    fn title(&self) -> String;
    fn crumbs(&self) -> String;
}

/// Puts a form or a receipt into its frame.
pub(super) fn framed(cx: &Cx, staff: bool, inner: &impl Inner) -> Reply {
    let (title, html) = (inner.title(), inner.render().map_err(Error::internal)?);
    match staff {
        true => page(&InConsole { cx: cx.clone(), title, crumbs: inner.crumbs(), inner: html }),
        false => page(&OnSite { cx: cx.clone(), title, inner: html }),
    }
}

impl Inner for FormPage {
    fn title(&self) -> String {
        self.cx.t(self.title_key())
    }

    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("cases", "/cases").here(self.title_key()).to_string()
    }
}

#[derive(Template)]
#[template(path = "portal/case_receipt.html")]
struct Receipt {
    cx: Cx,
    staff: bool,
    id: String,
    number: String,
    /// None when the form was sent more than a day ago.
    code: Option<String>,
    /// Whether it had been sent before.
    again: bool,
}

impl Inner for Receipt {
    fn title(&self) -> String {
        self.number.clone()
    }

    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("cases", "/cases").here_named(&self.number).to_string()
    }
}

/// Opens the case: the page with its code, or the form again with everything that is wrong.
pub(super) async fn send(
    cx: &Cx,
    portal: &Portal,
    staff: Option<&Actor>,
    kind: Kind,
    record: RecordId,
    filled: Filled,
) -> Reply<Response> {
    // A field that people do not see: only a machine fills it.
    if !filled.value("homepage").is_empty() {
        return Err(Error::bad_input(
            "case-robot",
            "这份表单不像是人填写的，没有受理。请刷新页面后重新填写。",
            "This form does not look filled in by a person and was not taken. Reload the page and fill it in again.",
        )
        .into());
    }
    let text = |name: &str| filled.value(name).to_owned();
    let application = Application {
        kind,
        record,
        subject_name: text("subject_name"),
        subject_code: text("subject_code"),
        contact: Contact { name: text("name"), phone: text("phone"), id: text("id"), remark: text("remark") },
        fault: filled.value("fault").parse().ok().filter(|_| kind == Kind::Objection),
        claims: if kind == Kind::Objection { filled.prefixed("claim:") } else { Vec::new() },
        duties_met: !filled.value("duties").is_empty(),
        files: filled.files.clone(),
        seen: if staff.is_some() { filled.all("seen") } else { Vec::new() },
        paper_number: if staff.is_some() { text("paper_number") } else { String::new() },
        form_key: match filled.value("form_key").parse::<uuid::Uuid>() {
            Ok(key) => key.to_string(),
            Err(_) => uuid::Uuid::new_v4().to_string(),
        },
    };
    match open_case(portal, staff, application).await {
        Ok(Opened { id, number, code, again }) => {
            let (staff, code) = (staff.is_some(), code.map(|c| c.shown()));
            framed(cx, staff, &Receipt { cx: cx.clone(), staff, id: id.to_string(), number, code, again })
        }
        Err(refused) => {
            // What the person cannot mend in the form is told by the frame.
            let not_theirs = |e: &Error| {
                use kernel::ErrorKind::{Forbidden, Internal, NotFound, Unauthenticated, Unavailable};
                matches!(e.kind(), Forbidden | Internal | NotFound | Unauthenticated | Unavailable)
            };
            let mut all = refused.0;
            if let Some(at) = all.iter().position(|(_, e)| not_theirs(e)) {
                return Err(all.swap_remove(at).1.into());
            }
            let shown = match staff {
                Some(actor) => case::see_in_scope(portal, &actor.scope, record).await?,
                None => case::see(portal, record).await?,
            };
            let refused = Some((&filled, Refused(all)));
            let staff = staff.is_some();
            let action = if staff { hall_action(kind, record) } else { cx.path().to_owned() };
            let whole = form_page(cx, portal, (staff, &action), kind, &shown, refused).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, framed(cx, staff, &whole)?).into_response())
        }
    }
}
