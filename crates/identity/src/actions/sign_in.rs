//! Sign-in and sign-out.

use ::store::{OrFail, audit};
use chrono::{DateTime, SubsecRound, Utc};
use kernel::{Actor, Error, ErrorKind, Result, Scope, Text, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use shell::Cx;

use super::slow;
use crate::model;
use crate::store::{self, entity::account};

/// A hash no password fits, so that an unknown name takes as long as a known one.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZSBvdGhlciBzYWx0$S3m2X3zfyh2IrRGuDrkdT+wBEOOqAaaPq9sb9bDkRPw";

fn refused() -> Error {
    Error::new(
        ErrorKind::BadInput,
        "sign-in-refused",
        Text::new(
            "登录名或密码不对，或账号已停用。忘记密码请联系本单位管理员重置。",
            "The name or the password is wrong, or the account is disabled. Ask your administrator to reset a forgotten password.",
        ),
    )
}

/// Checks name and password and opens a session; returns its secret for the cookie. A refusal is recorded too.
///
/// # Errors
/// `sign-in-refused`, the same for every reason; rate limited after too many attempts for one name or address.
pub async fn sign_in(cx: &Cx, name: &str, password: String, now: DateTime<Utc>) -> Result<String> {
    let app = cx.app();
    let name = name.trim().to_lowercase();
    let limit = app.sign_in_limit();
    let by_name = format!("name:{name}");
    let address = cx.ip().map(|ip| ip.to_string()).unwrap_or_default();
    app.address_limit().take(&address, now)?;
    limit.take(&by_name, now)?;
    let found = store::account_by_name(app.db().conn(), &name).await?;
    let hash = found.as_ref().map_or_else(|| NOBODY.to_owned(), |a| a.password.clone());
    let right = slow(move || model::verify_password(&password, &hash)).await?;
    let db = app.db();
    let ip = cx.ip().map(|ip| ip.to_string());
    let actor = match &found {
        Some(row) if right && row.disabled_at.is_none() => {
            store::actor(row, store::roles(db.conn(), UserId(row.id)).await?)
        }
        _ => None,
    };
    let (Some(row), Some(actor)) = (found, actor) else {
        let actor = Actor {
            user: None,
            credential: None,
            name: name.chars().take(64).collect(),
            roles: Vec::new(),
            scope: Scope::City,
            org: None,
        };
        db.tx(async |tx| {
            audit::record(tx, now, &actor, "session.refuse", "session", &json!({ "ip": ip })).await
        })
        .await?;
        return Err(refused());
    };
    limit.reset(&by_name);
    app.address_limit().give_back(&address);
    db.tx(async |tx| {
        let secret = app.sessions().open(tx, UserId(row.id), now).await?;
        account::Entity::update_many()
            .col_expr(account::Column::SignedInAt, Expr::value(now.trunc_subsecs(6)))
            .filter(account::Column::Id.eq(row.id))
            .exec(tx)
            .await
            .or_fail()?;
        audit::record(tx, now, &actor, "session.open", &format!("account:{}", row.id), &json!({ "ip": ip }))
            .await?;
        Ok(secret)
    })
    .await
}

/// Ends the session.
///
/// # Errors
/// When the database refuses.
pub async fn sign_out(cx: &Cx, actor: &Actor, now: DateTime<Utc>) -> Result<()> {
    let Some(secret) = cx.session() else { return Ok(()) };
    let app = cx.app();
    app.db()
        .tx(async |tx| {
            app.sessions().close(tx, secret).await?;
            let subject = actor.user.map(|u| format!("account:{u}")).unwrap_or_default();
            audit::record(tx, now, actor, "session.close", &subject, &json!({})).await?;
            Ok(())
        })
        .await
}
