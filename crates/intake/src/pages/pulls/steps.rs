//! The buttons of a source's page: pull now, test, switch on and off, remove.

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use kernel::ErrorKind;
use shell::ui::Crumbs;
use shell::{Cx, Flash, Reply, Signed, page, redirect};

use super::pull_id;
use crate::Intake;
use crate::actions::remove_pull::remove_pull;
use crate::actions::start_pull::start_pull;
use crate::actions::switch_pull::switch_pull;
use crate::actions::test_pull::{TestedColumn, test_pull};
use crate::pages::clip;
use crate::pages::detail::label;
use crate::store::pulls;

/// Characters of a value shown among others.
const SAMPLE: usize = 40;

/// `POST /pulls/{id}/run`
pub async fn run(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
) -> Reply<Response> {
    start_pull(&intake, &actor, pull_id(&id)?).await?;
    Ok(redirect(&cx, &format!("/pulls/{id}"), Some(Flash::ok(cx.t("pull-started")))))
}

/// `POST /pulls/{id}/enable`
pub async fn enable(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
) -> Reply<Response> {
    switch_pull(&intake, &actor, pull_id(&id)?, true).await?;
    Ok(redirect(&cx, &format!("/pulls/{id}"), Some(Flash::ok(cx.t("pull-enabled")))))
}

/// `POST /pulls/{id}/disable`
pub async fn disable(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
) -> Reply<Response> {
    switch_pull(&intake, &actor, pull_id(&id)?, false).await?;
    Ok(redirect(&cx, &format!("/pulls/{id}"), Some(Flash::ok(cx.t("pull-disabled")))))
}

/// `POST /pulls/{id}/remove`
pub async fn remove(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
) -> Reply<Response> {
    remove_pull(&intake, &actor, pull_id(&id)?).await?;
    Ok(redirect(&cx, "/pulls", Some(Flash::ok(cx.t("pull-removed")))))
}

#[derive(Template)]
#[template(path = "intake/pull_test.html")]
struct TestPage {
    cx: Cx,
    id: String,
    name: String,
    enabled: bool,
    /// Why it did not work.
    refusal: Option<String>,
    columns: Vec<ColumnLine>,
    /// Required fields without a column, by label.
    missing: Vec<String>,
    increasing_missing: Option<String>,
}

impl TestPage {
    fn home(&self) -> String {
        format!("/pulls/{}", self.id)
    }
}

struct ColumnLine {
    name: String,
    kind: String,
    samples: String,
    /// Label of the field it is taken for.
    field: Option<String>,
    /// Labels of fields it resembles.
    candidates: String,
}

/// `POST /pulls/{id}/test`: connects and shows what it sees.
pub async fn test(
    cx: Cx,
    Signed(actor): Signed,
    Shared(intake): Shared<Intake>,
    Path(id): Path<String>,
) -> Reply {
    let row = pulls::get(intake.db.conn(), &actor, pull_id(&id)?).await?;
    let of = |code: &str| label(&cx, &intake, &row.resource, code);
    let line = |c: TestedColumn| ColumnLine {
        name: c.name,
        kind: c.kind,
        samples: c.samples.iter().map(|v| clip(v, SAMPLE)).collect::<Vec<_>>().join(" | "),
        field: c.field.as_deref().map(of),
        candidates: c.candidates.iter().map(|f| of(f)).collect::<Vec<_>>().join("、"),
    };
    let mut shown = TestPage {
        id,
        name: row.name.clone(),
        enabled: row.enabled,
        refusal: None,
        columns: Vec::new(),
        missing: Vec::new(),
        increasing_missing: None,
        cx: cx.clone(),
    };
    match test_pull(&intake, &actor, crate::model::PullId(row.id)).await {
        Ok(found) => {
            shown.columns = found.columns.into_iter().map(line).collect();
            shown.missing = found.missing.iter().map(|f| of(f)).collect();
            shown.increasing_missing = row.increasing.clone().filter(|_| !found.increasing_found);
        }
        // What the person can mend is the result of the test, not an error of the page.
        Err(e) if matches!(e.kind(), ErrorKind::BadInput | ErrorKind::Unavailable) => {
            shown.refusal = Some(cx.text(e.text()).to_owned());
        }
        Err(e) => return Err(e.into()),
    }
    page(&shown)
}
