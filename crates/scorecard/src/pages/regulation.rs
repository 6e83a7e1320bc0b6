//! `GET /regulation`: the regulation (通报制度) that circulars rest on, readable by everybody who is judged.

use askama::Template;
use axum::extract::{Form, State as Shared};
use axum::response::Response;
use kernel::Error;
use serde::Deserialize;
use shell::ui::{Crumbs, FormState};
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
    regulation: Regulation,
    versions: Vec<Version>,
    may_edit: bool,
}

impl Page {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("board", "/board").here("regulation").to_string()
    }
}

/// `GET /regulation`
pub async fn show(cx: Cx, Signed(_): Signed, Shared(scorecard): Shared<Scorecard>) -> Reply {
    let conn = scorecard.intake.db.conn();
    let (version, regulation) = actions::regulation(conn).await?;
    let versions = circulars::regulations(conn).await?.into_iter();
    page(&Page {
        version,
        regulation,
        versions: versions
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
    open: bool,
}

impl Edit {
    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx).to("regulation", "/regulation").here("regulation-edit").to_string()
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
        .with("title", r.title)
        .with("issuer", r.issuer)
        .with("number_word", r.number_word)
        .with("window", r.window.to_string())
        .with("main_to", r.main_to)
        .with("copy_to", r.copy_to)
        .with("body", r.body);
    page(&Edit { version, form, open: r.ranking_open, cx })
}

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    version: i32,
    title: String,
    issuer: String,
    number_word: String,
    window: String,
    ranking_open: Option<String>,
    main_to: String,
    copy_to: String,
    body: String,
    note: String,
}

/// `POST /regulation`
pub async fn save(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    Form(typed): Form<Typed>,
) -> Reply<Response> {
    let text = |t: &str| t.trim().replace("\r\n", "\n");
    let window = typed.window.trim().parse().map_err(|_| {
        Error::bad_input(
            "regulation-window",
            "征求意见的期限请填工作日数，如 3。",
            "The window to object is a number of working days, such as 3.",
        )
    })?;
    let new = Regulation {
        title: text(&typed.title),
        issuer: text(&typed.issuer),
        number_word: text(&typed.number_word),
        window,
        ranking_open: typed.ranking_open.is_some(),
        main_to: text(&typed.main_to),
        copy_to: text(&typed.copy_to),
        body: text(&typed.body),
    };
    actions::edit_regulation(&scorecard, &actor, (typed.version, &new), &typed.note).await?;
    Ok(redirect(&cx, "/regulation", Some(Flash::ok(cx.t("regulation-saved")))))
}
