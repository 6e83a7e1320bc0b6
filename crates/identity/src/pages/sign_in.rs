//! The sign-in page.

use askama::Template;
use axum::extract::{Form, Query};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use kernel::ErrorKind;
use serde::Deserialize;
use shell::{Cx, Reply, Signed, page, redirect};

use crate::actions;

#[derive(Template)]
#[template(path = "identity/sign_in.html")]
struct SignIn {
    cx: Cx,
    name: String,
    next: String,
    error: Option<String>,
}

#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// `GET /sign-in`
pub async fn show(cx: Cx, Query(Next { next }): Query<Next>) -> Reply {
    if cx.is_signed() {
        return Ok(redirect(&cx, shell::local_path(&next), None));
    }
    page(&SignIn { cx, name: String::new(), next, error: None })
}

#[derive(Deserialize)]
pub struct Given {
    name: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// `POST /sign-in`
pub async fn submit(cx: Cx, Form(given): Form<Given>) -> Reply<Response> {
    match actions::sign_in(&cx, &given.name, given.password, cx.now()).await {
        Ok(secret) => {
            let mut response = redirect(&cx, shell::local_path(&given.next), None);
            if let Ok(cookie) = cx.session_cookie(&secret).parse() {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            Ok(response)
        }
        Err(e) if matches!(e.kind(), ErrorKind::BadInput | ErrorKind::RateLimited) => {
            let code = if e.kind() == ErrorKind::BadInput {
                StatusCode::BAD_REQUEST
            } else {
                StatusCode::TOO_MANY_REQUESTS
            };
            let error = Some(cx.text(e.text()).to_owned());
            let response = page(&SignIn { cx, name: given.name, next: given.next, error })?;
            Ok((code, response).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

/// `POST /sign-out`
pub async fn sign_out(cx: Cx, Signed(actor): Signed) -> Reply<Response> {
    actions::sign_out(&cx, &actor, cx.now()).await?;
    let mut response = redirect(&cx, "/sign-in", None);
    if let Ok(cookie) = cx.no_session_cookie().parse() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}
