//! Import and export.

use askama::Template;
use axum::extract::{Multipart, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::Text;
use serde::Deserialize;
use shell::ui::{Crumbs, TableState, attachment};
use shell::{Cx, Flash, Reply, Signed, page, redirect, uploaded};

use super::mendable;
use crate::actions;
use crate::exchange::{self, Format};

/// Most wrong places shown; the rest is counted.
const SHOWN: usize = 500;

#[derive(Template)]
#[template(path = "catalogue/import.html")]
struct Import {
    cx: Cx,
    /// Why the file as a whole was refused.
    refused: Option<String>,
    wrong: Vec<(Text, Text)>,
    total: usize,
}

fn import_page(cx: Cx, refused: Option<String>, mut wrong: Vec<(Text, Text)>) -> Reply {
    let total = wrong.len();
    wrong.truncate(SHOWN);
    page(&Import { cx, refused, wrong, total })
}

/// `GET /catalogue/import`
pub async fn form(cx: Cx) -> Reply {
    import_page(cx, None, Vec::new())
}

/// `POST /catalogue/import`
pub async fn import(cx: Cx, Signed(actor): Signed, mut form: Multipart) -> Reply<Response> {
    let (name, bytes) = uploaded(&mut form).await?.unwrap_or_default();
    let done = match name.parse::<Format>() {
        Ok(format) => actions::import_entries(cx.app().db(), &actor, format, &bytes, cx.now()).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(done) if done.wrong.is_empty() => {
            let text = cx.ta(
                "import-done",
                &[
                    ("created", done.created.len().into()),
                    ("changed", done.changed.len().into()),
                    ("unchanged", done.unchanged.into()),
                ],
            );
            Ok(redirect(&cx, "/catalogue", Some(Flash::ok(text))))
        }
        Ok(done) => Ok((StatusCode::BAD_REQUEST, import_page(cx, None, done.wrong)?).into_response()),
        Err(e) if mendable(&e) => {
            let text = cx.text(e.text()).to_owned();
            Ok((StatusCode::BAD_REQUEST, import_page(cx, Some(text), Vec::new())?).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

/// Which file.
#[derive(Deserialize)]
pub struct Which {
    format: String,
    /// `yes`: the file without entries.
    #[serde(default)]
    template: String,
}

/// `GET /catalogue/export?format=xlsx|yaml` with the filters of the list.
pub async fn export(cx: Cx, Signed(actor): Signed, Query(which): Query<Which>) -> Reply<Response> {
    let format: Format = which.format.parse()?;
    let table = TableState::read(&cx, &super::list::SORTS);
    let empty = which.template == "yes";
    let bytes = if empty {
        exchange::write(format, &[], cx.lang())?
    } else {
        actions::export_entries(cx.app().db(), &actor, &super::list::find(&table), format, cx.lang()).await?
    };
    let name = cx.t(if empty { "import-template-name" } else { "catalogue" });
    Ok(match format {
        Format::Xlsx => attachment(
            &format!("{name}.xlsx"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            bytes,
        ),
        Format::Yaml => attachment(&format!("{name}.yaml"), "application/yaml; charset=utf-8", bytes),
    })
}
