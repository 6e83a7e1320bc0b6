//! `GET /regulation`: the regulation (通报制度) that circulars rest on, readable by everybody who is judged.

use askama::Template;
use axum::extract::{RawForm, State as Shared};
use axum::response::Response;
use kernel::{Error, ErrorKind, Result};
use shell::ui::{Crumbs, FormState, TableState};
use shell::{Cx, Flash, Reply, Signed, page, redirect};

use crate::actions::{self, STEWARD};
use crate::context::Scorecard;
use crate::model::Regulation;
use crate::store::circulars;

/// A version as the list shows it.
struct Version {
    version: i32,
    by: String,
    at: String,
    note: String,
}

#[derive(Template)]
#[template(path = "scorecard/regulation.html")]
struct Page {
    cx: Cx,
    version: i32,
    /// The version in force.
    newest: i32,
    regulation: Regulation,
    versions: Vec<Version>,
    may_edit: bool,
}

impl Page {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("board", "/board").here("regulation").to_string()
    }
}

/// `GET /regulation`, of the version asked for or the one in force.
pub async fn show(cx: Cx, Signed(_): Signed, Shared(scorecard): Shared<Scorecard>) -> Reply {
    let conn = scorecard.intake.db.conn();
    let (newest, in_force) = actions::regulation(conn).await?;
    let versions = circulars::regulations(conn).await?;
    let (version, regulation) = match TableState::read(&cx, &[""]).filter("version") {
        "" => (newest, in_force),
        asked => {
            let found = versions.iter().find(|v| v.version.to_string() == asked);
            let found = found.ok_or_else(|| Error::not_found("这个版本", "version"))?;
            (found.version, serde_json::from_str(&found.content).map_err(Error::internal)?)
        }
    };
    page(&Page {
        version,
        newest,
        regulation,
        versions: versions
            .into_iter()
            .map(|v| Version { version: v.version, by: v.by_name, at: cx.time(&v.at), note: v.note })
            .collect(),
        may_edit: cx.can(STEWARD),
        cx,
    })
}

#[derive(Template)]
#[template(path = "scorecard/regulation_edit.html")]
struct Edit {
    cx: Cx,
    version: i32,
    form: FormState,
    /// Whether somebody else saved meanwhile: what they changed has to be merged before this is saved again.
    moved: bool,
}

impl Edit {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("regulation", "/regulation").here("regulation-edit").to_string()
    }

    /// Whether every member sees the ranking of all.
    fn open(&self) -> bool {
        self.form.value("ranking_open") == "yes"
    }

    fn line(&self, name: &str) -> String {
        let label = format!("regulation-{}", name.replace('_', "-"));
        self.form.field(&self.cx, name, &label).to_string()
    }

    fn body(&self) -> String {
        let hint = self.cx.t("regulation-body-hint");
        let field = self.form.field(&self.cx, "body", "regulation-body").kind("textarea");
        field.required().attribute("rows", 24).hint(hint).to_string()
    }

    fn window(&self) -> String {
        self.form.field(&self.cx, "window", "regulation-window").kind("number").required().to_string()
    }
}

/// `GET /regulation/edit`
pub async fn edit(cx: Cx, Signed(_): Signed, Shared(scorecard): Shared<Scorecard>) -> Reply {
    let (version, r) = actions::regulation(scorecard.intake.db.conn()).await?;
    let form = FormState::new()
        .with("ranking_open", if r.ranking_open { "yes" } else { "" })
        .with("title", r.title)
        .with("issuer", r.issuer)
        .with("number_word", r.number_word)
        .with("window", r.window.to_string())
        .with("main_to", r.main_to)
        .with("copy_to", r.copy_to)
        .with("body", r.body);
    page(&Edit { version, form, moved: false, cx })
}

/// The version that was seen, and the regulation as it was typed.
fn read(form: &FormState) -> Result<(i32, Regulation)> {
    let text = |name: &str| form.value(name).trim().replace("\r\n", "\n");
    let version = text("version").parse().map_err(|_| Error::not_found("这个版本", "version"))?;
    let window = text("window").parse().map_err(|_| {
        Error::bad_input(
            "regulation-window",
            "征求意见的期限请填工作日数，如 3。",
            "The window to object is a number of working days, such as 3.",
        )
    })?;
    let new = Regulation {
        title: text("title"),
        issuer: text("issuer"),
        number_word: text("number_word"),
        window,
        ranking_open: !text("ranking_open").is_empty(),
        main_to: text("main_to"),
        copy_to: text("copy_to"),
        body: text("body"),
    };
    Ok((version, new))
}

/// `POST /regulation`
pub async fn save(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let form = super::typed(&body);
    let done = match read(&form) {
        Ok((seen, new)) => {
            actions::edit_regulation(&scorecard, &actor, (seen, &new), form.value("note")).await
        }
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => Ok(redirect(&cx, "/regulation", Some(Flash::ok(cx.t("regulation-saved"))))),
        Err(e) => {
            let e = super::mendable(e)?;
            let moved = e.kind() == ErrorKind::Conflict;
            // Told to merge, one may save over what the other wrote; else the version seen stays the one seen.
            let version = match (moved, form.value("version").parse()) {
                (false, Ok(seen)) => seen,
                _ => actions::regulation(scorecard.intake.db.conn()).await?.0,
            };
            let form = form.refused(&cx, "", &e);
            super::refused(&e, page(&Edit { version, form, moved, cx })?)
        }
    }
}
