//! New entries, edits, and what follows: handing in, review, taking down.

use askama::Template;
use axum::extract::{Form, Path, Query, RawForm};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use kernel::{Error, Lang, OrgId};
use serde::Deserialize;
use shell::ui::{Crumbs, FormState};
use shell::{Cx, Flash, Reply, Signed, page, redirect};
use standards::pack::Packs;

use super::detail::own;
use super::form::Typed;
use super::{address, mendable, providers};
use crate::actions::{self, Edited};
use crate::model::{
    CLASSES, DATA_TYPES, EntryState, FORMATS, OpenType, ShareType, UpdateCycle, Verdict, from_url,
};
use crate::store::entries;

/// Rows for items that are blank at first.
const BLANK: usize = 3;
/// Rows one press of the button adds.
const MORE: usize = 10;

type Options = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "catalogue/form.html")]
struct FormPage {
    cx: Cx,
    typed: Typed,
    /// The code of the entry being edited.
    code: Option<String>,
    /// When it had last been changed, see [`actions::edit_entry`].
    seen: String,
    /// Whether saving makes a new version.
    new_version: bool,
    providers: Options,
    resources: Options,
    shares: Options,
    opens: Options,
    cycles: Options,
    types: Options,
    classes: Options,
}

impl FormPage {
    fn form(&self) -> &FormState {
        &self.typed.form
    }

    fn action(&self) -> String {
        self.code.as_deref().map_or_else(|| "/catalogue".to_owned(), |c| format!("{}/edit", address(c)))
    }

    fn back(&self) -> String {
        self.code.as_deref().map_or_else(|| "/catalogue".to_owned(), address)
    }

    fn title(&self) -> &'static str {
        if self.code.is_some() { "entry-edit" } else { "entry-new" }
    }

    fn formats(&self) -> [&'static str; 7] {
        FORMATS
    }
}

async fn form_page(cx: Cx, typed: Typed, code: Option<String>, seen: String, new_version: bool) -> Reply {
    let zh = cx.lang() == Lang::Zh;
    let packs = Packs::builtin().map_err(|e| Error::internal(format!("{e:?}")))?;
    let mut resources = vec![(String::new(), cx.t("entry-no-resource"))];
    resources.extend(packs.resources().map(|(_, r)| (r.resource.clone(), cx.text(&r.title).to_owned())));
    let term = |prefix: &str, code: &str| (code.to_owned(), cx.t(&format!("{prefix}-{code}")));
    let mut providers = providers(&cx).await?;
    if providers.len() > 1 {
        providers.insert(0, (String::new(), String::new()));
    }
    let types = DATA_TYPES
        .iter()
        .map(|(letter, name, en)| ((*letter).to_owned(), format!("{letter} {}", if zh { name } else { en })))
        .collect();
    let classes = CLASSES
        .iter()
        .filter(|c| c.path.len() == 4)
        .map(|c| (format!("{}/001", c.path), crate::model::Class::label(c.path, cx.lang())))
        .collect();
    page(&FormPage {
        typed,
        code,
        seen,
        new_version,
        providers,
        resources,
        shares: ShareType::ALL.iter().map(|t| term("entry-share", t.code())).collect(),
        opens: OpenType::ALL.iter().map(|t| term("entry-open", t.code())).collect(),
        cycles: UpdateCycle::ALL.iter().map(|c| term("entry-cycle", c.name())).collect(),
        types,
        classes,
        cx,
    })
}

/// What the pack to begin with is.
#[derive(Deserialize)]
pub struct Begin {
    #[serde(default)]
    pack: String,
}

/// `GET /catalogue/new?pack=`
pub async fn new(cx: Cx, Signed(actor): Signed, Query(begin): Query<Begin>) -> Reply {
    let own = match actor.org {
        Some(id) => identity::org::find(cx.app().db().conn(), id).await.map(|o| o.code).unwrap_or_default(),
        None => String::new(),
    };
    let typed = if begin.pack.is_empty() {
        let form = FormState::new()
            .with("provider_code", own)
            .with("format", FORMATS[2])
            .with("share_type", "1")
            .with("open_type", "1")
            .with("update_cycle", "daily");
        Typed { form, items: Vec::new() }
    } else {
        Typed::of(&actions::draft_from_pack(&begin.pack, &own)?)
    };
    form_page(cx, typed.with_blank(BLANK), None, String::new(), false).await
}

/// Which field a refusal stands beside.
fn field(e: &Error) -> &'static str {
    match e.code() {
        "entry-class" => "class_path",
        "entry-provider" => "provider_code",
        "entry-resource" => "pack_resource",
        _ => "",
    }
}

/// `POST /catalogue`
pub async fn create(cx: Cx, Signed(actor): Signed, RawForm(body): RawForm) -> Reply<Response> {
    let mut typed = Typed::read(&shell::form_pairs(&body));
    if !typed.form.value("more").is_empty() {
        return form_page(cx, typed.with_blank(MORE), None, String::new(), false).await;
    }
    let made = match typed.entry() {
        Ok(entry) => actions::create_entry(cx.app().db(), &actor, entry, cx.now()).await,
        Err(e) => Err(e),
    };
    match made {
        Ok(code) => Ok(redirect(&cx, &address(&code), Some(Flash::ok(cx.t1("entry-created", "code", code))))),
        Err(e) if mendable(&e) => {
            typed.form = typed.form.refused(&cx, field(&e), &e);
            let shown = form_page(cx, typed.with_blank(BLANK), None, String::new(), false).await?;
            Ok((StatusCode::BAD_REQUEST, shown).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

/// `GET /catalogue/{code}/edit`
pub async fn edit(cx: Cx, Signed(actor): Signed, Path(code): Path<String>) -> Reply {
    let code = from_url(&code);
    let conn = cx.app().db().conn();
    let chain = entries::chain(conn, &actor, &code).await?;
    let work = chain.work().clone();
    let org = entries::orgs_of(conn, std::slice::from_ref(&work)).await?.pop().flatten();
    if !own(&cx, &actor, OrgId(chain.current.org_id)).await? {
        return Err(Error::forbidden().into());
    }
    let state: EntryState = work.state()?;
    if !state.editable() && !state.needs_new_version() {
        let text = cx.t1("entry-not-editable", "state", cx.t(&format!("entry-state-{state}")));
        return Ok(redirect(&cx, &address(&code), Some(Flash::warn(text))));
    }
    let typed = Typed::of(&work.entry(org.as_ref())?).with_blank(BLANK);
    let seen = work.updated_at.timestamp_micros().to_string();
    form_page(cx, typed, Some(code), seen, state.needs_new_version()).await
}

/// `POST /catalogue/{code}/edit`
pub async fn save(
    cx: Cx,
    Signed(actor): Signed,
    Path(code): Path<String>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let code = from_url(&code);
    let mut typed = Typed::read(&shell::form_pairs(&body));
    let seen = typed.form.value("seen").to_owned();
    let new_version = typed.form.value("new_version") == "yes";
    if !typed.form.value("more").is_empty() {
        return form_page(cx, typed.with_blank(MORE), Some(code), seen, new_version).await;
    }
    let at = seen.parse().ok().and_then(DateTime::<Utc>::from_timestamp_micros);
    let done = match typed.entry() {
        Ok(entry) => actions::edit_entry(cx.app().db(), &actor, &code, at, entry, cx.now()).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(edited) => {
            let (to, text) = match edited {
                Edited::Unchanged => (address(&code), cx.t("entry-unchanged")),
                Edited::InPlace(v) => (format!("{}?version={v}", address(&code)), cx.t("entry-saved")),
                Edited::NewVersion(v) => {
                    (format!("{}?version={v}", address(&code)), cx.t1("entry-new-version", "n", v))
                }
            };
            Ok(redirect(&cx, &to, Some(Flash::ok(text))))
        }
        Err(e) if mendable(&e) => {
            typed.form = typed.form.refused(&cx, field(&e), &e);
            let shown = form_page(cx, typed.with_blank(BLANK), Some(code), seen, new_version).await?;
            Ok((StatusCode::BAD_REQUEST, shown).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

fn told(cx: &Cx, code: &str, done: kernel::Result<String>) -> Reply<Response> {
    match done {
        Ok(text) => Ok(redirect(cx, &address(code), Some(Flash::ok(text)))),
        // The page is where the remedy is.
        Err(e) if mendable(&e) => {
            Ok(redirect(cx, &address(code), Some(Flash::error(cx.text(e.text()).to_owned()))))
        }
        Err(e) => Err(e.into()),
    }
}

/// `POST /catalogue/{code}/submit`
pub async fn submit(cx: Cx, Signed(actor): Signed, Path(code): Path<String>) -> Reply<Response> {
    let code = from_url(&code);
    let done = actions::submit_entry(cx.app().db(), &actor, &code, cx.now()).await;
    let text = cx.t("entry-submitted");
    told(&cx, &code, done.map(|_| text))
}

/// A verdict with its reason.
#[derive(Deserialize)]
pub struct Given {
    #[serde(default)]
    verdict: String,
    #[serde(default)]
    note: String,
}

/// `POST /catalogue/{code}/review`
pub async fn review(
    cx: Cx,
    Signed(actor): Signed,
    Path(code): Path<String>,
    Form(given): Form<Given>,
) -> Reply<Response> {
    let code = from_url(&code);
    let verdict: Verdict = given.verdict.parse()?;
    let done = actions::review_entry(cx.app().db(), &actor, &code, verdict, &given.note, cx.now()).await;
    let done = done.map(|state| cx.t1("entry-reviewed", "state", cx.t(&format!("entry-state-{state}"))));
    told(&cx, &code, done)
}

/// `POST /catalogue/{code}/take-down`
pub async fn take_down(
    cx: Cx,
    Signed(actor): Signed,
    Path(code): Path<String>,
    Form(given): Form<Given>,
) -> Reply<Response> {
    let code = from_url(&code);
    let done = actions::take_down_entry(cx.app().db(), &actor, &code, &given.note, cx.now()).await;
    let text = cx.t("entry-taken-down");
    told(&cx, &code, done.map(|()| text))
}
