//! What the people who run the platform allow pulls and deliveries to reach, and where passwords come from.
//!
//! A person who may add a source or a target makes this server open connections. So that this cannot be used to look around the
//! network or the disk, hosts and the folder for files are named in the settings, and a department may use only
//! passwords that are kept under its own code.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kernel::{Error, Result};
use lake::pull::{Address, Source};

/// Begin of the environment variables that hold passwords: `YISHU_PULL_PASSWORD_<NAME>`, or with `_FILE` at the end the
/// path of a file that holds it.
const PREFIX: &str = "YISHU_PULL_PASSWORD_";

/// Begin of the environment variables that hold the credentials of targets; `_FILE` as above.
const TOKEN: &str = "YISHU_DELIVER_TOKEN_";

/// What pulls and deliveries may reach. The default allows nothing.
#[derive(Debug, Clone, Default)]
pub struct PullSettings {
    /// SQLite files are read only below this folder, each department's below the folder of its code; none when absent.
    pub folder: Option<PathBuf>,
    /// `host`, `host:port`, or `*` for any.
    pub hosts: Vec<String>,
    /// Hosts that deliveries may be posted to, written in the same way.
    pub deliver_hosts: Vec<String>,
    /// Where delivered files are put; below the lake when absent.
    pub outbox: Option<PathBuf>,
    /// Where passwords come from.
    pub secrets: Secrets,
}

/// Where passwords come from.
#[derive(Clone, Default)]
pub enum Secrets {
    /// The environment of this process.
    #[default]
    Environment,
    /// By name of the variable, for tests.
    Given(Arc<HashMap<String, String>>),
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")
    }
}

/// Hosts separated by commas.
fn listed(hosts: Option<&str>) -> Vec<String> {
    let hosts = hosts.unwrap_or_default().split(',').map(|h| h.trim().to_ascii_lowercase());
    hosts.filter(|h| !h.is_empty()).collect()
}

/// The variable that holds the password kept under a name.
#[must_use]
pub fn variable(name: &str) -> String {
    format!("{PREFIX}{name}")
}

impl PullSettings {
    /// From the settings' texts; hosts are separated by commas.
    #[must_use]
    pub fn new(folder: Option<&str>, hosts: Option<&str>) -> Self {
        let folder = folder.map(str::trim).filter(|f| !f.is_empty()).map(PathBuf::from);
        Self { folder, hosts: listed(hosts), ..Self::default() }
    }

    /// With what deliveries may use.
    #[must_use]
    pub fn delivering(mut self, outbox: Option<&str>, hosts: Option<&str>) -> Self {
        self.outbox = outbox.map(str::trim).filter(|f| !f.is_empty()).map(PathBuf::from);
        self.deliver_hosts = listed(hosts);
        self
    }

    /// Whether deliveries may be posted to a host.
    #[must_use]
    pub fn may_deliver_to(&self, host: &str, port: u16) -> bool {
        let with_port = format!("{host}:{port}");
        self.deliver_hosts.iter().any(|h| h == "*" || h == host || *h == with_port)
    }

    /// The variable that holds a target's credential, and what it holds.
    #[must_use]
    pub fn deliver_token(&self, name: &str) -> (String, Option<String>) {
        let variable = format!("{TOKEN}{name}");
        let held = self.held(&variable);
        (variable, held)
    }

    /// The address with its file in place, if the settings allow the department with a code to reach it.
    ///
    /// # Errors
    /// `pull-host` and `pull-folder`, naming the setting.
    pub fn allowed(&self, address: Address, org_code: &str) -> Result<Address> {
        match address {
            Address::File { path } => Ok(Address::File { path: self.file(&path, org_code)? }),
            Address::Server { ref host, port, .. } => {
                let with_port = format!("{host}:{port}");
                if self.hosts.iter().any(|h| h == "*" || h == host || *h == with_port) {
                    return Ok(address);
                }
                Err(Error::bad_input(
                    "pull-host",
                    format!(
                        "平台还没有获准访问 {with_port}。请管理员把它加进设置 YISHU_PULL_HOSTS 后重启平台。"
                    ),
                    format!(
                        "The platform may not reach {with_port} yet. Have the administrator add it to the setting YISHU_PULL_HOSTS and restart the platform."
                    ),
                ))
            }
        }
    }

    /// A file below the department's folder in the agreed one, links followed. What lies elsewhere, another department's too, is
    /// answered like what does not exist.
    fn file(&self, path: &Path, org_code: &str) -> Result<PathBuf> {
        let Some(folder) = &self.folder else {
            return Err(Error::bad_input(
                "pull-folder",
                "平台没有开放 SQLite 前置库。请管理员用设置 YISHU_PULL_FOLDER 指定存放这类文件的文件夹。",
                "SQLite files are not open to pulls. Have the administrator name their folder with the setting YISHU_PULL_FOLDER.",
            ));
        };
        let refuse = |detail: &dyn fmt::Display| {
            Error::bad_input(
                "pull-folder",
                format!("本单位的前置库文件夹（设置 YISHU_PULL_FOLDER 所指文件夹下的“{org_code}”）里没有“{}”这个文件。请核对文件名；只能读取本单位文件夹里的文件。", path.display()),
                format!(
                    "There is no file “{}” in the department's folder (“{org_code}” below the setting YISHU_PULL_FOLDER). Check its name; only files of that folder can be read.",
                    path.display()
                ),
            )
            .because(detail)
        };
        let folder = folder.join(org_code).canonicalize().map_err(|e| refuse(&e))?;
        let file = folder.join(path).canonicalize().map_err(|e| refuse(&e))?;
        if file.starts_with(&folder) && file.is_file() { Ok(file) } else { Err(refuse(&"outside")) }
    }

    /// Whether a password is kept under the name.
    #[must_use]
    pub fn has_secret(&self, name: &str) -> bool {
        self.secret(name).is_some()
    }

    fn secret(&self, name: &str) -> Option<String> {
        self.held(&variable(name))
    }

    fn held(&self, variable: &str) -> Option<String> {
        match &self.secrets {
            Secrets::Given(all) => all.get(variable).cloned(),
            Secrets::Environment => std::env::var(variable).ok().or_else(|| {
                let file = std::env::var(format!("{variable}_FILE")).ok()?;
                let text = std::fs::read_to_string(file).ok()?;
                Some(text.trim_end_matches(['\r', '\n']).to_owned())
            }),
        }
    }

    /// Everything needed to connect.
    ///
    /// # Errors
    /// As [`Self::allowed`]; `pull-secret` naming the variable that is missing.
    pub fn source(
        &self,
        (address, org_code): (&str, &str),
        user: &str,
        secret: Option<&str>,
    ) -> Result<Source> {
        let address = self.allowed(address.parse()?, org_code)?;
        let password = match secret {
            None => String::new(),
            Some(name) => self.secret(name).ok_or_else(|| {
                let variable = variable(name);
                Error::bad_input(
                    "pull-secret",
                    format!("平台上没有这个前置库的密码。请管理员设置环境变量 {variable}（或在 {variable}_FILE 里写明存放密码的文件）后重启平台。"),
                    format!(
                        "The platform holds no password for this source. Have the administrator set the environment variable {variable} (or {variable}_FILE with the path of a file that holds it) and restart the platform."
                    ),
                )
            })?,
        };
        Ok(Source::new(address, user, password))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(settings: &PullSettings, address: &str) -> Result<Address, &'static str> {
        settings.allowed(address.parse().unwrap(), "A1").map_err(|e| e.code())
    }

    #[test]
    fn nothing_can_be_reached_until_the_settings_name_it() {
        let closed = PullSettings::default();
        assert_eq!(code(&closed, "postgres://db.example/a"), Err("pull-host"));
        assert_eq!(code(&closed, "sqlite://a.db"), Err("pull-folder"));
        let open = PullSettings::new(None, Some("DB.example, 10.0.0.7:3307"));
        assert!(code(&open, "postgres://db.example:6000/a").is_ok());
        assert!(code(&open, "mysql://10.0.0.7:3307/a").is_ok());
        assert_eq!(code(&open, "mysql://10.0.0.7/a"), Err("pull-host"));
        assert_eq!(code(&open, "mysql://db.example.evil/a"), Err("pull-host"));
        assert!(code(&PullSettings::new(None, Some("*")), "mysql://anywhere/a").is_ok());
    }

    #[test]
    fn files_outside_the_folder_are_as_if_they_did_not_exist() {
        let place = tempfile::tempdir().unwrap();
        let all = place.path().join("front");
        let (folder, other) = (all.join("A1"), all.join("B1"));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::create_dir_all(&other).unwrap();
        std::fs::write(folder.join("a.db"), "").unwrap();
        std::fs::write(other.join("b.db"), "").unwrap();
        std::fs::write(place.path().join("control.db"), "").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(place.path().join("control.db"), folder.join("link.db")).unwrap();
        let settings = PullSettings::new(all.to_str(), None);
        assert!(code(&settings, "sqlite://a.db").is_ok());
        let inside = folder.join("a.db");
        assert!(code(&settings, &format!("sqlite://{}", inside.display())).is_ok());
        let outside = place.path().join("control.db");
        for path in
            ["../../control.db", "../B1/b.db", "b.db", "link.db", "none.db", ".", outside.to_str().unwrap()]
        {
            assert_eq!(code(&settings, &format!("sqlite://{path}")), Err("pull-folder"), "{path}");
        }
    }

    #[test]
    fn a_missing_password_names_its_variable_and_a_given_one_is_never_shown() {
        let given = HashMap::from([("YISHU_PULL_PASSWORD_A1".to_owned(), "sesame".to_owned())]);
        let settings = PullSettings {
            hosts: vec!["*".to_owned()],
            secrets: Secrets::Given(Arc::new(given)),
            ..PullSettings::default()
        };
        let e = settings.source(("mysql://h/d", "A1"), "reader", Some("B1")).unwrap_err();
        assert_eq!(e.code(), "pull-secret");
        assert!(e.text().zh.contains("YISHU_PULL_PASSWORD_B1"));
        let source = settings.source(("mysql://h/d", "A1"), "reader", Some("A1")).unwrap();
        assert!(!format!("{source:?} {settings:?}").contains("sesame"));
    }
}
