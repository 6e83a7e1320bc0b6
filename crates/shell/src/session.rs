//! Sessions (会话), kept on the server. The browser holds a random secret; the table holds its digest only.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, SubsecRound, Utc};
use kernel::{Result, UserId};
use rand::RngCore;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, sea_query::Expr};
use sha2::{Digest, Sha256};
use store::{Db, MigrationTrait, OrFail};

store::sql_migration!(
    /// Sessions.
    Session0001,
    "shell_0001_session",
    "create table session (
        digest text primary key,
        user_id {uuid} not null,
        created_at {time} not null,
        seen_at {time} not null
    );
    create index session_by_user on session (user_id);
    create index session_by_seen on session (seen_at)",
    "drop table session"
);

/// The migrations of this crate, in order.
#[must_use]
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(Session0001)]
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "session")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub digest: String,
        pub user_id: Uuid,
        pub created_at: DateTimeUtc,
        pub seen_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The sessions of all people.
#[derive(Clone)]
pub struct Sessions {
    db: Db,
    /// Ends after so long without a request.
    idle: Duration,
    /// Ends after so long in any case.
    absolute: Duration,
}

impl Sessions {
    /// Sessions that end after 2 hours of idleness or 12 hours altogether.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db, idle: Duration::hours(2), absolute: Duration::hours(12) }
    }

    /// Opens a session and returns the secret for the cookie.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open(
        &self,
        conn: &impl ConnectionTrait,
        user: UserId,
        now: DateTime<Utc>,
    ) -> Result<String> {
        let now = now.trunc_subsecs(6);
        let secret = random_secret();
        entity::Entity::delete_many()
            .filter(entity::Column::SeenAt.lt(now - self.absolute))
            .exec(conn)
            .await
            .or_fail()?;
        entity::ActiveModel {
            digest: Set(digest(&secret)),
            user_id: Set(user.0),
            created_at: Set(now),
            seen_at: Set(now),
        }
        .insert(conn)
        .await
        .or_fail()?;
        Ok(secret)
    }

    /// Whose session it is, if it is still open.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn find(&self, secret: &str, now: DateTime<Utc>) -> Result<Option<UserId>> {
        let now = now.trunc_subsecs(6);
        let Some(row) = entity::Entity::find_by_id(digest(secret)).one(self.db.conn()).await.or_fail()?
        else {
            return Ok(None);
        };
        if now - row.seen_at > self.idle || now - row.created_at > self.absolute {
            return Ok(None);
        }
        // One write a minute is exact enough for idleness.
        if now - row.seen_at > Duration::minutes(1) {
            entity::Entity::update_many()
                .col_expr(entity::Column::SeenAt, Expr::value(now))
                .filter(entity::Column::Digest.eq(row.digest))
                .exec(self.db.conn())
                .await
                .or_fail()?;
        }
        Ok(Some(UserId(row.user_id)))
    }

    /// Ends one session.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn close(&self, conn: &impl ConnectionTrait, secret: &str) -> Result<()> {
        entity::Entity::delete_by_id(digest(secret)).exec(conn).await.or_fail()?;
        Ok(())
    }

    /// Ends all sessions of an account, as when its password changes or it is disabled.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn close_all(&self, conn: &impl ConnectionTrait, user: UserId) -> Result<()> {
        entity::Entity::delete_many().filter(entity::Column::UserId.eq(user.0)).exec(conn).await.or_fail()?;
        Ok(())
    }
}

/// 32 random bytes, for a cookie or a credential.
pub(crate) fn random_secret() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

fn digest(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}
