//! Use cases.

mod change_password;
mod create_account;
mod sign_in;

pub use change_password::change_password;
pub use create_account::{NewAccount, create_account, ensure_administrator};
pub use sign_in::{sign_in, sign_out};

use kernel::{Error, Result};

/// Runs slow hashing off the threads that answer requests.
pub(crate) async fn slow<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}
