//! `GET /notices/templates/{kind}`: the texts of one kind in both languages, with a preview.

use askama::Template;
use axum::extract::{Path, RawForm, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Error, ErrorKind, Lang, Result};
use shell::ui::{Crumbs, FormState};
use shell::{Cx, Flash, Reply, Signed, page, redirect};

use crate::actions::notices::{Edited, Texts, edit_template, restore_template};
use crate::context::Rectify;
use crate::model::{NoticeKind, template};

/// One language of the page.
struct Half {
    lang: &'static str,
    form: FormState,
    /// Title and text with examples in the places of variables.
    preview: Option<(String, String)>,
    shipped: bool,
}

#[derive(Template)]
#[template(path = "rectify/notice_template.html")]
struct Page {
    cx: Cx,
    kind: NoticeKind,
    halves: Vec<Half>,
    /// Variables with what they stand for.
    variables: Vec<(String, String)>,
}

impl Page {
    fn name(&self) -> String {
        self.cx.t(&format!("notice-kind-{}", self.kind.name()))
    }

    fn crumbs(&self) -> String {
        Crumbs::new(&self.cx)
            .to("notices", "/notices")
            .to("notice-rules", "/notices/rules")
            .here_named(self.name())
            .to_string()
    }
}

fn lang_of(name: &str) -> Result<Lang> {
    match name {
        "zh" => Ok(Lang::Zh),
        "en" => Ok(Lang::En),
        _ => Err(Error::not_found("这种语言", "language")),
    }
}

/// Examples of what the variables stand for; nobody's data.
fn example(cx: &Cx, kind: NoticeKind, edited: &Edited) -> (String, String) {
    let values: Vec<(&str, String)> = kind
        .variables()
        .iter()
        .map(|v| (*v, cx.t(&format!("notice-example-{}", v.replace('_', "-")))))
        .collect();
    (template::fill(&edited.title, &values), template::fill(&edited.body, &values))
}

/// What was sent for one language, and how it would read where that was asked.
struct Typed {
    lang: Lang,
    form: FormState,
    preview: Option<(String, String)>,
}

async fn answer(cx: Cx, rectify: &Rectify, kind: NoticeKind, typed: Option<Typed>) -> Reply {
    let texts = Texts::read(rectify.intake.db.conn()).await?;
    let mut halves = Vec::new();
    for (lang, name) in [(Lang::Zh, "zh"), (Lang::En, "en")] {
        let (title, body) = texts.of(kind, lang);
        let edited = Edited { title: title.to_owned(), body: body.to_owned() };
        let shipped = (title, body) == kind.shipped(lang);
        halves.push(match &typed {
            Some(typed) if typed.lang == lang => {
                Half { lang: name, form: typed.form.clone(), preview: typed.preview.clone(), shipped }
            }
            _ => Half {
                lang: name,
                preview: Some(example(&cx, kind, &edited)),
                form: FormState::new().with("title", edited.title).with("body", edited.body),
                shipped,
            },
        });
    }
    let variables = kind.variables().iter();
    let variables = variables
        .map(|v| (format!("{{{v}}}"), cx.t(&format!("notice-variable-{}", v.replace('_', "-")))))
        .collect();
    page(&Page { cx, kind, halves, variables })
}

/// `GET /notices/templates/{kind}`
pub async fn show(cx: Cx, Shared(rectify): Shared<Rectify>, Path(kind): Path<String>) -> Reply {
    answer(cx, &rectify, kind.parse()?, None).await
}

/// `POST /notices/templates/{kind}/{lang}`: saves, or with `preview` shows how it would read.
pub async fn edit(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Path((kind, lang)): Path<(String, String)>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let (kind, lang): (NoticeKind, Lang) = (kind.parse()?, lang_of(&lang)?);
    let form = FormState::of(&shell::form_pairs(&body));
    // A browser ends lines with two characters.
    let text = |name: &str| form.value(name).replace("\r\n", "\n");
    let edited = Edited { title: text("title"), body: text("body") };
    let preview = form.value("preview") == "yes";
    let done = match preview {
        true => edited.checked(kind).map(drop),
        false => edit_template(&rectify.intake.db, &actor, (kind, lang), &edited, cx.now()).await,
    };
    match done {
        Ok(()) if preview => {
            let preview = Some(example(&cx, kind, &edited));
            answer(cx, &rectify, kind, Some(Typed { lang, form, preview })).await
        }
        Ok(()) => {
            let back = format!("/notices/templates/{}", kind.name());
            Ok(redirect(&cx, &back, Some(Flash::ok(cx.t("notice-template-saved")))))
        }
        Err(e) if e.kind() == ErrorKind::BadInput => {
            let field = match e.code() {
                "template-title" => "title",
                // Which of the two it is, is seen by checking them one by one.
                "template-variable" if template::check(edited.title.trim(), kind.variables()).is_err() => {
                    "title"
                }
                "template-variable" => "body",
                _ => "",
            };
            let form = form.refused(&cx, field, &e);
            let shown = answer(cx, &rectify, kind, Some(Typed { lang, form, preview: None })).await?;
            Ok((StatusCode::BAD_REQUEST, shown).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

/// `POST /notices/templates/{kind}/{lang}/restore`
pub async fn restore(
    cx: Cx,
    Signed(actor): Signed,
    Shared(rectify): Shared<Rectify>,
    Path((kind, lang)): Path<(String, String)>,
) -> Reply<Response> {
    let kind: NoticeKind = kind.parse()?;
    restore_template(&rectify.intake.db, &actor, (kind, lang_of(&lang)?), cx.now()).await?;
    let back = format!("/notices/templates/{}", kind.name());
    Ok(redirect(&cx, &back, Some(Flash::ok(cx.t("notice-template-restored")))))
}
