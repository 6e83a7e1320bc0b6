//! `POST /publication/{id}/…`: a record is taken down, put back, decided about; `POST /publication/search/rebuild`.

use axum::Form;
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use kernel::Error;
use serde::Deserialize;
use shell::{Cx, Flash, Reply, Signed, redirect};

use super::record_id;
use crate::actions::publish::{self, Choice, Withdrawal};
use crate::context::Portal;
use crate::model::publication::Reason;

/// Why it is taken down.
#[derive(Deserialize)]
pub struct Why {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    text: String,
}

/// `POST /publication/{id}/withdraw`
pub async fn withdraw(
    cx: Cx,
    Signed(actor): Signed,
    Shared(portal): Shared<Portal>,
    Path(id): Path<String>,
    Form(why): Form<Why>,
) -> Reply {
    let record = record_id(&id)?;
    let reason: Reason = why.reason.parse().ok().filter(|r: &Reason| !r.is_automatic()).ok_or_else(|| {
        Error::bad_input("publication-reason", "请选择撤回的原因。", "Choose why it is taken down.")
    })?;
    publish::withdraw(&portal, &actor, record, &Withdrawal { reason, text: why.text }).await?;
    Ok(back(&cx, &id, "publication-withdrawn"))
}

/// `POST /publication/{id}/republish`
pub async fn republish(
    cx: Cx,
    Signed(actor): Signed,
    Shared(portal): Shared<Portal>,
    Path(id): Path<String>,
    Form(why): Form<Why>,
) -> Reply {
    publish::republish(&portal, &actor, record_id(&id)?, &why.text).await?;
    Ok(back(&cx, &id, "publication-republished"))
}

/// What a person decided about doubtful numbers.
#[derive(Deserialize)]
pub struct Decided {
    #[serde(default)]
    choice: String,
    /// Digest of what was looked at.
    #[serde(default)]
    seen: String,
}

/// `POST /publication/{id}/decide`
pub async fn decide(
    cx: Cx,
    Signed(actor): Signed,
    Shared(portal): Shared<Portal>,
    Path(id): Path<String>,
    Form(decided): Form<Decided>,
) -> Reply {
    let choice = if decided.choice == "show" { Choice::Show } else { Choice::Mask };
    publish::decide_held(&portal, &actor, record_id(&id)?, (choice, &decided.seen)).await?;
    Ok(back(&cx, &id, "publication-decided"))
}

/// A decision that was quashed.
#[derive(Deserialize)]
pub struct Quashed {
    #[serde(default)]
    quashed_on: String,
    #[serde(default)]
    basis: String,
}

/// `POST /publication/{id}/recall`
pub async fn recall(
    cx: Cx,
    Signed(actor): Signed,
    Shared(portal): Shared<Portal>,
    Path(id): Path<String>,
    Form(quashed): Form<Quashed>,
) -> Reply {
    let record = record_id(&id)?;
    let on = quashed.quashed_on.parse().map_err(|_| {
        Error::bad_input(
            "recall-day",
            "请填写决定被撤销或变更的日期。",
            "Give the day on which the decision was quashed or changed.",
        )
    })?;
    let due = publish::recall(&portal, &actor, record, on, &quashed.basis).await?;
    let told = Flash::ok(cx.t1("recall-opened", "day", cx.date(due)));
    Ok(redirect(&cx, &format!("/publication/{id}"), Some(told)))
}

/// `POST /publication/search/rebuild`
pub async fn rebuild(cx: Cx, Signed(actor): Signed, Shared(portal): Shared<Portal>) -> Reply {
    publish::rebuild_search(&portal, &actor).await?;
    Ok(redirect(&cx, "/publication/samples", Some(Flash::ok(cx.t("search-rebuilding")))))
}

fn back(cx: &Cx, id: &str, key: &str) -> Response {
    redirect(cx, &format!("/publication/{id}"), Some(Flash::ok(cx.t(key))))
}
