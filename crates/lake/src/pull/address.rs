//! Where a front-end database is, without who reads it and with which password: those come separately, so that an
//! address can be kept and shown.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use kernel::{Error, Result};
use url::Url;

/// Kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// PostgreSQL, and what speaks its protocol (openGauss, KingbaseES).
    Postgres,
    /// MySQL and MariaDB.
    MySql,
    /// A SQLite file on this machine.
    Sqlite,
}

/// The address of a front-end database (前置库地址), without user and password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// `postgres://host[:port]/database[?sslmode=…]`, `mysql://host[:port]/database[?ssl-mode=…]`
    Server {
        /// `Postgres` or `MySql`.
        kind: Kind,
        /// Name or number of the host, lower case.
        host: String,
        /// 5432 or 3306 unless given.
        port: u16,
        /// Name of the database.
        database: String,
        /// How the connection is encrypted, in the words of the database; its own default when absent.
        tls: Option<String>,
    },
    /// `sqlite://path`
    File {
        /// As given; relative paths are the caller's to place.
        path: PathBuf,
    },
}

impl Address {
    /// Kind of database.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Server { kind, .. } => *kind,
            Self::File { .. } => Kind::Sqlite,
        }
    }
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").ok_or_else(other_kind)?;
        let (kind, port) = match scheme {
            "postgres" | "postgresql" => (Kind::Postgres, 5432),
            "mysql" | "mariadb" => (Kind::MySql, 3306),
            "sqlite" if !rest.is_empty() && !rest.contains('?') => {
                return Ok(Self::File { path: PathBuf::from(rest) });
            }
            "sqlite" => return Err(incomplete()),
            _ => return Err(other_kind()),
        };
        let url = Url::parse(text).map_err(|e| incomplete().because(e))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::bad_input(
                "pull-address-secret",
                "地址里不要写用户名和密码：用户名单独填写，密码由管理员放在服务器的环境变量里。",
                "Leave user and password out of the address: the user has a field of its own, the password is kept in the server's environment.",
            ));
        }
        let host = url.host_str().filter(|h| !h.is_empty()).ok_or_else(incomplete)?.to_ascii_lowercase();
        let database = url.path().trim_matches('/').to_owned();
        if database.is_empty() || database.contains('/') {
            return Err(incomplete());
        }
        let mut tls = None;
        for (name, value) in url.query_pairs() {
            match (kind, &*name) {
                (Kind::Postgres, "sslmode") | (Kind::MySql, "ssl-mode") => tls = Some(value.into_owned()),
                _ => return Err(incomplete().because(format!("parameter {name}"))),
            }
        }
        Ok(Self::Server { kind, host, port: url.port().unwrap_or(port), database, tls })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path } => write!(f, "sqlite://{}", path.display()),
            Self::Server { kind, host, port, database, tls } => {
                let (scheme, name) = match kind {
                    Kind::MySql => ("mysql", "ssl-mode"),
                    _ => ("postgres", "sslmode"),
                };
                write!(f, "{scheme}://{host}:{port}/{database}")?;
                tls.as_ref().map_or(Ok(()), |mode| write!(f, "?{name}={mode}"))
            }
        }
    }
}

fn other_kind() -> Error {
    Error::bad_input(
        "pull-address",
        "前置库地址要以 postgres://、mysql:// 或 sqlite:// 开头。",
        "The address of the front-end database must begin with postgres://, mysql:// or sqlite://.",
    )
}

fn incomplete() -> Error {
    Error::bad_input(
        "pull-address",
        "前置库地址不完整，应写成 postgres://主机:端口/库名、mysql://主机:端口/库名 或 sqlite://文件名。",
        "The address of the front-end database is not complete; write postgres://host:port/database, mysql://host:port/database or sqlite://file.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> &'static str {
        text.parse::<Address>().unwrap_err().code()
    }

    #[test]
    fn an_address_is_shown_as_it_is_understood() {
        for (given, shown) in [
            ("postgres://QZJ.example/front", "postgres://qzj.example:5432/front"),
            ("mysql://10.1.2.3:3307/qz?ssl-mode=REQUIRED", "mysql://10.1.2.3:3307/qz?ssl-mode=REQUIRED"),
            ("postgresql://[::1]:6000/a", "postgres://[::1]:6000/a"),
            (" sqlite://front.db ", "sqlite://front.db"),
            ("sqlite:///data/front.db", "sqlite:///data/front.db"),
        ] {
            assert_eq!(given.parse::<Address>().unwrap().to_string(), shown);
        }
    }

    #[test]
    fn a_password_in_the_address_is_refused_and_not_repeated() {
        let e = "postgres://reader:secret@host/db".parse::<Address>().unwrap_err();
        assert_eq!(e.code(), "pull-address-secret");
        assert!(!format!("{e:?}").contains("secret@"), "{e:?}");
    }

    #[test]
    fn what_is_no_address_or_asks_for_more_is_refused() {
        for text in [
            "oracle://host/db",
            "front.db",
            "postgres:///db",
            "postgres://host",
            "sqlite://",
            "sqlite://a.db?mode=rwc",
            "postgres://host/db?options=-c%20x%3Dy",
            "postgres://host/db?host=/var/run",
        ] {
            assert_eq!(code(text), "pull-address", "{text}");
        }
    }
}
