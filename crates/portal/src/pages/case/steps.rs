//! What the desks do with a case.

use axum::extract::{Form, Path, RawForm, State as Shared};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::Response;
use serde::Deserialize;
use shell::ui::attachment;
use shell::{Cx, Flash, Reply, Signed, form_pairs, redirect};

use super::case_of;
use crate::actions::case::{self, Decision};
use crate::context::Portal;

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    note: String,
}

fn back(cx: &Cx, id: &str, said: &str) -> Response {
    redirect(cx, &format!("/cases/{id}"), Some(Flash::ok(cx.t(said))))
}

/// Handlers that differ in their use case and in what is said afterwards.
macro_rules! steps {
    ($($(#[$doc:meta])* $name:ident => $action:path, $said:literal;)*) => {$(
        $(#[$doc])*
        pub async fn $name(
            cx: Cx,
            Signed(actor): Signed,
            Shared(portal): Shared<Portal>,
            Path(id): Path<String>,
            Form(said): Form<Said>,
        ) -> Reply<Response> {
            $action(&portal, &actor, case_of(&id)?, &said.note).await?;
            Ok(back(&cx, &id, $said))
        }
    )*};
}

steps! {
    /// `POST /cases/{id}/forward`
    forward => case::forward_case, "case-said-forward";
    /// `POST /cases/{id}/take-back`
    take_back => case::take_back_case, "case-said-take-back";
    /// `POST /cases/{id}/ask-papers`
    ask_papers => case::ask_papers, "case-said-ask-papers";
    /// `POST /cases/{id}/halt`
    halt => case::halt_case, "case-said-halt";
    /// `POST /cases/{id}/resume`
    resume => case::resume_case, "case-said-resume";
    /// `POST /cases/{id}/extend`
    extend => case::extend_case, "case-said-extend";
    /// `POST /cases/{id}/note`
    note => case::note_case, "case-said-note";
}

/// `POST /cases/{id}/decide`
pub async fn decide(
    cx: Cx,
    Signed(actor): Signed,
    Shared(portal): Shared<Portal>,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let pairs = form_pairs(&body);
    let value = |name: &str| pairs.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v.as_str());
    let outcome = match value("outcome") {
        "" | "none" => None,
        name => Some(name.parse()?),
    };
    let changed = |(k, v): &(String, String)| Some((k.strip_prefix("new:")?.to_owned(), v.trim().to_owned()));
    let decision = Decision {
        outcome,
        answer: value("answer").to_owned(),
        // A field left empty is left as it is.
        changes: pairs.iter().filter_map(changed).filter(|(_, v)| !v.is_empty()).collect(),
    };
    let said = if outcome.is_some() { "case-said-pass" } else { "case-said-fail" };
    case::decide_case(&portal, &actor, case_of(&id)?, decision).await?;
    Ok(back(&cx, &id, said))
}

/// `GET /cases/{id}/papers/{paper}`
pub async fn paper(
    Signed(actor): Signed,
    Shared(portal): Shared<Portal>,
    Path((id, paper)): Path<(String, String)>,
) -> Reply<Response> {
    let file = case::paper_of(&portal, &actor, case_of(&id)?, case_of(&paper)?).await?;
    let mut answer = attachment(&file.name, file.media, file.bytes);
    // It comes from outside: wherever it is opened, nothing in it runs or asks for anything.
    let policy = HeaderValue::from_static("sandbox; default-src 'none'");
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    Ok(answer)
}
