//! Use cases.

mod change_password;
mod create_account;
mod create_credential;
mod reset_password;
mod revoke_credential;
mod set_account_state;
mod sign_in;
mod update_account;

pub use change_password::change_password;
pub use create_account::{NewAccount, create_account, ensure_administrator};
pub use create_credential::create_credential;
pub use reset_password::reset_password;
pub use revoke_credential::revoke_credential;
pub use set_account_state::set_account_state;
pub use sign_in::{sign_in, sign_out};
pub use update_account::{Update, update_account};

use ::store::OrFail as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Actor, Error, Result, UserId};
use rand::RngCore as _;
use rand::seq::IndexedRandom as _;
use sea_orm::{ConnectionTrait, EntityTrait as _, QueryFilter as _};

use crate::org::in_scope;
use crate::store::entity::account;

/// Each hash takes 19 MiB: a crowd at the door must not take all there is.
static HASHING: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(8);

/// Runs slow hashing off the threads that answer requests, a few at a time.
pub(crate) async fn slow<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _turn = HASHING.acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

/// A password to be told once and changed at the first sign-in: 16 characters that cannot be taken for one another,
/// about 80 bits.
#[must_use]
pub fn one_time_password() -> String {
    const PLAIN: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let mut rng = rand::rng();
    let mut out = String::new();
    for i in 0..16 {
        if i > 0 && i % 4 == 0 {
            out.push('-');
        }
        if let Some(c) = PLAIN.choose(&mut rng) {
            out.push(char::from(*c));
        }
    }
    out
}

/// The secret of a credential: `ys_` and 32 random bytes.
fn secret() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    format!("ys_{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// Another person's account within the administrator's scope.
async fn others_account(conn: &impl ConnectionTrait, actor: &Actor, id: UserId) -> Result<account::Model> {
    if actor.user == Some(id) {
        return Err(Error::bad_input(
            "account-self",
            "不能对自己的账号做这件事，请由另一位管理员操作。",
            "This cannot be done to one's own account. Ask another administrator.",
        ));
    }
    account::Entity::find_by_id(id.0)
        .filter(in_scope((account::Entity, account::Column::OrgId), &actor.scope))
        .one(conn)
        .await
        .or_fail()?
        .ok_or_else(|| Error::not_found("账号", "account"))
}
