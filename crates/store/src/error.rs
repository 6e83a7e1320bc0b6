//! From the database's errors to the one error.

use kernel::{Error, ErrorKind, Text};
use sea_orm::{DbErr, SqlErr};

/// Turns a database error into the one error: a broken unique or foreign key is a conflict, a lost connection
/// or a full disk is "unavailable", anything else is our fault.
#[must_use]
pub fn fail(e: DbErr) -> Error {
    match e.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(m)) => {
            return Error::new(
                ErrorKind::Conflict,
                "already-exists",
                Text::new(
                    "同样的记录已存在。请换一个名称或代码，或打开已有的那一条。",
                    "The same record exists already. Choose another name or code, or open the one that exists.",
                ),
            )
            .because(m);
        }
        Some(SqlErr::ForeignKeyConstraintViolation(m)) => {
            return Error::new(
                ErrorKind::Conflict,
                "still-referenced",
                Text::new(
                    "这条记录与其他记录相互引用，不能这样改。请先处理引用它的记录。",
                    "Other records refer to this one, or it refers to one that does not exist. Settle those first.",
                ),
            )
            .because(m);
        }
        _ => {}
    }
    let said = e.to_string();
    let has = |needles: &[&str]| needles.iter().any(|n| said.contains(n));
    if has(&["database or disk is full", "No space left on device", "could not extend file"]) {
        return Error::new(
            ErrorKind::Unavailable,
            "database-full",
            Text::new(
                "控制库所在的磁盘已满，本次操作没有写入，此前的数据不受影响。请管理员清理或扩容后重试。",
                "The disk of the control database is full: this was not written, and nothing written before is affected. Free or add space, then try again.",
            ),
        )
        .because(said);
    }
    if has(&["database is locked", "disk I/O error"]) {
        return Error::unavailable("数据库", "database", said);
    }
    match e {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Error::unavailable("数据库", "database", e),
        other => Error::internal(other),
    }
}

/// `.or_fail()?` on what the database returns.
pub trait OrFail<T> {
    /// See [`fail`].
    ///
    /// # Errors
    /// The same error, as the one error.
    fn or_fail(self) -> kernel::Result<T>;
}

impl<T> OrFail<T> for Result<T, DbErr> {
    fn or_fail(self) -> kernel::Result<T> {
        self.map_err(fail)
    }
}
