//! The browser's part: the files of `web/dist`, built into the executable. In a debug build they are read from the
//! folder at run time, so that a rebuilt bundle shows without compiling.

use std::collections::HashMap;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kernel::Error;
use rust_embed::RustEmbed;

use crate::Fail;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Dist;

const FAVICON: &str = include_str!("../assets/favicon.svg");

/// The address of a file with a mark of its content, so that browsers may keep it for ever.
pub(crate) struct Addresses(HashMap<String, String>);

impl Addresses {
    pub(crate) fn new() -> Self {
        if Dist::get("app.css").is_none() {
            tracing::warn!("built without web/dist: pages will be plain; `make web` makes it");
        }
        Self(
            Dist::iter()
                .filter_map(|name| {
                    let file = Dist::get(&name)?;
                    let mark = hex::encode(&file.metadata.sha256_hash()[..6]);
                    Some((name.to_string(), format!("/assets/{name}?v={mark}")))
                })
                .collect(),
        )
    }

    pub(crate) fn of(&self, name: &str) -> String {
        self.0.get(name).cloned().unwrap_or_else(|| format!("/assets/{name}"))
    }
}

/// `GET /assets/{*name}`
pub(crate) async fn asset(Path(name): Path<String>) -> Response {
    let Some(file) = Dist::get(&name) else {
        return Fail(Error::not_found("文件", "file")).into_response();
    };
    let kind = mime_guess::from_path(&name).first_or_octet_stream();
    // Debug builds read the folder again and again; the address may outlive the content.
    let keep = if cfg!(debug_assertions) { "no-cache" } else { "public, max-age=31536000, immutable" };
    let kind = if kind.type_() == "text" || kind.subtype() == "javascript" {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_string()
    };
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep.to_owned())], file.data).into_response()
}

/// `GET /favicon.svg`
pub(crate) async fn favicon() -> Response {
    ([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")], FAVICON)
        .into_response()
}
