//! From the database's errors to the one error.

use kernel::{Error, ErrorKind, Text};
use sea_orm::{DbErr, SqlErr};

/// Turns a database error into the one error: a broken unique or foreign key is a conflict, a lost connection
/// is "unavailable", anything else is our fault.
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
