//! The page where one changes one's own password.

use askama::Template;
use axum::extract::Form;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use kernel::ErrorKind;
use serde::Deserialize;
use shell::{Cx, Flash, Reply, Signed, page, redirect};

use crate::actions;
use crate::model::PASSWORD_MIN;

#[derive(Template)]
#[template(path = "identity/password.html")]
struct Password {
    cx: Cx,
    error: Option<String>,
    min: usize,
}

/// `GET /account/password`
pub async fn show(cx: Cx) -> Reply {
    page(&Password { cx, error: None, min: PASSWORD_MIN })
}

#[derive(Deserialize)]
pub struct Given {
    old: String,
    new: String,
    again: String,
}

/// `POST /account/password`
pub async fn submit(cx: Cx, Signed(actor): Signed, Form(given): Form<Given>) -> Reply<Response> {
    let refuse = |cx: Cx, error: String| -> Reply<Response> {
        let response = page(&Password { cx, error: Some(error), min: PASSWORD_MIN })?;
        Ok((StatusCode::BAD_REQUEST, response).into_response())
    };
    if given.new != given.again {
        let error = cx.t("password-not-equal");
        return refuse(cx, error);
    }
    match actions::change_password(cx.app(), &actor, given.old, given.new, cx.now()).await {
        Ok(secret) => {
            let mut response = redirect(&cx, "/", Some(Flash::ok(cx.t("password-changed"))));
            if let Ok(cookie) = cx.session_cookie(&secret).parse() {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            Ok(response)
        }
        Err(e) if matches!(e.kind(), ErrorKind::BadInput | ErrorKind::RateLimited) => {
            let error = cx.text(e.text()).to_owned();
            refuse(cx, error)
        }
        Err(e) => Err(e.into()),
    }
}
