//! A person changes their password.

use ::store::{OrFail, audit};
use chrono::{DateTime, Utc};
use kernel::{Actor, Error, Result};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use shell::App;

use super::slow;
use crate::model;
use crate::store::{self, entity::account};

/// Changes the actor's own password and ends all their sessions; returns the secret of a new one.
///
/// # Errors
/// `password-wrong` when the old one is not right, `password-weak`, `password-same`.
pub async fn change_password(
    app: &App,
    actor: &Actor,
    old: String,
    new: String,
    now: DateTime<Utc>,
) -> Result<String> {
    let user = actor.user.ok_or_else(Error::forbidden)?;
    app.sign_in_limit().take(&format!("password:{user}"), now)?;
    let row =
        store::account(app.db().conn(), user).await?.ok_or_else(|| Error::not_found("账号", "account"))?;
    let (old_copy, hash) = (old.clone(), row.password.clone());
    if !slow(move || model::verify_password(&old_copy, &hash)).await? {
        return Err(Error::bad_input("password-wrong", "原密码不对。", "The present password is wrong."));
    }
    model::check_password(&row.name, &new)?;
    if old == new {
        return Err(Error::bad_input(
            "password-same",
            "新密码与原密码相同，请另设一个。",
            "The new password is the same as the present one. Choose another.",
        ));
    }
    let hash = slow(move || model::hash_password(&new)).await??;
    app.db()
        .tx(async |tx| {
            account::Entity::update_many()
                .col_expr(account::Column::Password, Expr::value(hash))
                .col_expr(account::Column::MustChangePassword, Expr::value(false))
                .filter(account::Column::Id.eq(user.0))
                .exec(tx)
                .await
                .or_fail()?;
            app.sessions().close_all(tx, user).await?;
            let secret = app.sessions().open(tx, user, now).await?;
            audit::record(tx, now, actor, "account.change-password", &format!("account:{user}"), &json!({}))
                .await?;
            Ok(secret)
        })
        .await
}
