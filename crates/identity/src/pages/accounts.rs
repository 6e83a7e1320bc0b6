//! Accounts: list, open, disable, reset.

use askama::Template;
use axum::extract::{Path, RawForm};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Error, ErrorKind, Role, UserId};
use shell::ui::{Crumbs, FormState, TableState};
use shell::{Cx, Flash, Reply, Signed, page, redirect};

use super::{Once, org_options};
use crate::actions::{self, NewAccount, Update};
use crate::store::lists::{self, AccountLine, Slice};

#[derive(Template)]
#[template(path = "identity/accounts.html")]
struct Accounts {
    cx: Cx,
    table: TableState,
    rows: Vec<AccountLine>,
    total: u64,
}

/// `GET /accounts`
pub async fn list(cx: Cx, Signed(actor): Signed) -> Reply {
    let table = TableState::read(&cx, &["name", "signed-in", "created"]);
    let slice = Slice {
        sort: table.sort(),
        descending: table.descending(),
        offset: table.offset(),
        limit: table.limit(),
    };
    let (rows, total) =
        lists::accounts(cx.app().db(), &actor.scope, table.filter("q"), table.filter("state"), &slice)
            .await?;
    page(&Accounts { cx, table, rows, total })
}

#[derive(Template)]
#[template(path = "identity/account_form.html")]
struct Edit {
    cx: Cx,
    form: FormState,
    orgs: Vec<(String, String)>,
    roles: Vec<(String, String)>,
    /// Id and sign-in name of an account that exists.
    existing: Option<(String, String)>,
}

async fn form_page(cx: Cx, form: FormState, existing: Option<(String, String)>) -> Reply {
    let mut orgs = vec![(String::new(), cx.t("account-no-org"))];
    orgs.extend(org_options(&cx).await?);
    let roles = Role::ALL.iter().map(|r| (r.name().to_owned(), cx.role(r))).collect();
    page(&Edit { cx, form, orgs, roles, existing })
}

/// What the form holds, and the same as typed.
fn read(body: &[u8]) -> kernel::Result<(Update, FormState)> {
    let pairs = shell::form_pairs(body);
    let form = FormState::of(&pairs);
    let org = match form.value("org") {
        "" => None,
        id => Some(id.parse().map_err(|_| Error::not_found("组织机构", "organisation"))?),
    };
    let update = Update {
        display_name: form.value("display_name").to_owned(),
        org,
        city_wide: form.value("city_wide") == "yes",
        roles: pairs.iter().filter(|(k, _)| k == "roles").filter_map(|(_, v)| v.parse().ok()).collect(),
    };
    Ok((update, form))
}

/// The form again with the refusal in its place; what is not the typist's to mend goes on.
async fn refused(cx: Cx, form: FormState, existing: Option<(String, String)>, e: Error) -> Reply<Response> {
    if !matches!(e.kind(), ErrorKind::BadInput | ErrorKind::Conflict) {
        return Err(e.into());
    }
    let field = match e.code() {
        "account-name" | "already-exists" => "name",
        "account-roles" => "roles",
        "account-org" => "org",
        _ => "",
    };
    let form = form.refused(&cx, field, &e);
    Ok((StatusCode::BAD_REQUEST, form_page(cx, form, existing).await?).into_response())
}

/// `GET /accounts/new`
pub async fn new(cx: Cx) -> Reply {
    form_page(cx, FormState::new(), None).await
}

/// `POST /accounts`
pub async fn create(cx: Cx, Signed(actor): Signed, RawForm(body): RawForm) -> Reply<Response> {
    let (Update { display_name, org, city_wide, roles }, form) = read(&body)?;
    let password = actions::one_time_password();
    let name = form.value("name").to_owned();
    let new = NewAccount {
        name: name.clone(),
        display_name,
        password: password.clone(),
        must_change_password: true,
        org,
        city_wide,
        roles,
    };
    match actions::create_account(cx.app().db(), &actor, new, cx.now()).await {
        Ok(_) => page(&Once {
            cx,
            title: "account-created",
            help: "password-once-help",
            name,
            secret: password,
            back: "/accounts",
        }),
        Err(e) => refused(cx, form, None, e).await,
    }
}

/// `GET /accounts/{id}`
pub async fn edit(cx: Cx, Signed(actor): Signed, Path(id): Path<String>) -> Reply {
    let (row, roles) = lists::account(cx.app().db(), &actor.scope, account(&id)?).await?;
    let mut form = FormState::new()
        .with("display_name", row.display_name)
        .with("org", row.org_id.map(|o| o.to_string()).unwrap_or_default())
        .with("city_wide", if row.scope == "city" { "yes" } else { "" });
    for role in roles {
        form = form.with("roles", role.name());
    }
    form_page(cx, form, Some((id, row.name))).await
}

/// `POST /accounts/{id}`
pub async fn update(
    cx: Cx,
    Signed(actor): Signed,
    Path(id): Path<String>,
    RawForm(body): RawForm,
) -> Reply<Response> {
    let (row, _) = lists::account(cx.app().db(), &actor.scope, account(&id)?).await?;
    let (update, form) = read(&body)?;
    match actions::update_account(cx.app().db(), &actor, account(&id)?, update, cx.now()).await {
        Ok(()) => Ok(redirect(&cx, "/accounts", Some(Flash::ok(cx.t("account-saved"))))),
        Err(e) => refused(cx, form, Some((id, row.name)), e).await,
    }
}

fn account(id: &str) -> kernel::Result<UserId> {
    id.parse().map_err(|_| Error::not_found("账号", "account"))
}

/// `POST /accounts/{id}/disable`
pub async fn disable(cx: Cx, Signed(actor): Signed, Path(id): Path<String>) -> Reply {
    let app = cx.app();
    actions::set_account_state(app.db(), app.sessions(), &actor, account(&id)?, false, cx.now()).await?;
    Ok(redirect(&cx, "/accounts", Some(Flash::ok(cx.t("account-disabled")))))
}

/// `POST /accounts/{id}/enable`
pub async fn enable(cx: Cx, Signed(actor): Signed, Path(id): Path<String>) -> Reply {
    let app = cx.app();
    actions::set_account_state(app.db(), app.sessions(), &actor, account(&id)?, true, cx.now()).await?;
    Ok(redirect(&cx, "/accounts", Some(Flash::ok(cx.t("account-enabled")))))
}

/// `POST /accounts/{id}/reset-password`
pub async fn reset_password(cx: Cx, Signed(actor): Signed, Path(id): Path<String>) -> Reply {
    let id = account(&id)?;
    let app = cx.app();
    let secret = actions::reset_password(app.db(), app.sessions(), &actor, id, cx.now()).await?;
    let name = crate::store::account(app.db().conn(), id).await?.map(|a| a.name).unwrap_or_default();
    page(&Once {
        cx,
        title: "password-reset-done",
        help: "password-once-help",
        name,
        secret,
        back: "/accounts",
    })
}
