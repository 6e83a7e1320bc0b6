//! `GET /registered/import`: the figures of many departments from one workbook (导入登记数据), and the workbook to begin with.

use askama::Template;
use axum::extract::{Multipart, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use intake::Orgs;
use intake::export::{self, Sheet};
use kernel::{Error, Text};
use shell::ui::{Crumbs, TableState};
use shell::{Cx, Flash, Reply, Signed, page, redirect, uploaded};

use crate::actions::{self, called};
use crate::context::Scorecard;
use crate::model::Indicators;
use crate::model::figures_sheet::Column;

/// Most wrong places shown; the rest is counted.
const SHOWN: usize = 500;

#[derive(Template)]
#[template(path = "scorecard/registered_import.html")]
struct Import {
    cx: Cx,
    /// Departments and indicators of the template, to choose from.
    orgs: Vec<(String, String)>,
    indicators: Vec<(String, String)>,
    /// Why the file as a whole was refused.
    refused: Option<String>,
    wrong: Vec<(Text, Text)>,
    total: usize,
}

impl Import {
    fn crumbs(&self) -> String {
        let crumbs = Crumbs::new(&self.cx).to("board", "/board").to("registered-figures", "/registered");
        crumbs.here("registered-import").to_string()
    }
}

async fn import_page(cx: Cx, refused: Option<&Error>, mut wrong: Vec<(Text, Text)>) -> Reply {
    let (orgs, all) = (Orgs::load(&cx).await?, Indicators::builtin()?);
    let total = wrong.len();
    wrong.truncate(SHOWN);
    page(&Import {
        orgs: departments(&cx, &orgs).map(|o| (o.id.to_string(), o.name(cx.lang()).to_owned())).collect(),
        indicators: all.registered().map(|(i, _)| (i.code.clone(), cx.text(&i.title).to_owned())).collect(),
        refused: refused.map(|e| cx.text(e.text()).to_owned()),
        wrong,
        total,
        cx,
    })
}

/// Those of which figures are entered: the city's is the sum of all, and what was closed has none any more.
fn departments<'o>(cx: &Cx, orgs: &'o Orgs) -> impl Iterator<Item = &'o identity::org::Org> {
    let today = kernel::beijing_date(cx.now());
    orgs.all().iter().filter(move |o| o.kind != "city" && o.valid_to.is_none_or(|last| last >= today))
}

/// `GET /registered/import`
pub async fn show(cx: Cx) -> Reply {
    import_page(cx, None, Vec::new()).await
}

/// `GET /registered/template.xlsx`: a row for each department and indicator, or for those of `?org=&indicator=`.
pub async fn template(cx: Cx) -> Reply<Response> {
    let state = TableState::read(&cx, &["day"]);
    let (org, indicator) = (state.filter("org"), state.filter("indicator"));
    let (orgs, all) = (Orgs::load(&cx).await?, Indicators::builtin()?);
    let mut rows = Vec::new();
    for o in departments(&cx, &orgs).filter(|o| org.is_empty() || o.id.to_string() == org) {
        for (i, registers) in all.registered().filter(|(i, _)| indicator.is_empty() || i.code == indicator) {
            let cells = Column::ALL.map(|column| match column {
                Column::OrgCode => o.code.clone(),
                Column::Org => o.name(cx.lang()).to_owned(),
                Column::Code => i.code.clone(),
                Column::Indicator => cx.text(&called(i, registers)).to_owned(),
                _ => String::new(),
            });
            rows.push(cells.into_iter().map(Into::into).collect());
        }
    }
    let columns = Column::ALL.map(|c| (c.title(cx.lang()).to_owned(), c.width())).into();
    let sheet = Sheet { title: cx.t("registered-figures"), columns, rows };
    Ok(export::workbook(&cx.t("registered-template-name"), vec![sheet]).await?)
}

/// `POST /registered/import`: a multipart form with the workbook.
pub async fn import(
    cx: Cx,
    Signed(actor): Signed,
    Shared(scorecard): Shared<Scorecard>,
    mut form: Multipart,
) -> Reply<Response> {
    let (_, bytes) = uploaded(&mut form).await?.unwrap_or_default();
    match actions::import_figures(&scorecard, &actor, bytes).await {
        Ok(done) if done.wrong.is_empty() => {
            let counts = [("entered", done.entered), ("known", done.known), ("skipped", done.skipped)];
            let text = cx.ta("registered-imported", &counts.map(|(name, n)| (name, n.into())));
            Ok(redirect(&cx, "/registered", Some(Flash::ok(text))))
        }
        Ok(done) => {
            let page = import_page(cx, None, done.wrong).await?;
            Ok((StatusCode::BAD_REQUEST, page).into_response())
        }
        Err(e) => {
            let e = super::mendable(e)?;
            let page = import_page(cx, Some(&e), Vec::new()).await?;
            super::refused(&e, page)
        }
    }
}
