//! Configuration: three addresses and how to listen. A flag wins over the environment, the environment over the file
//! given with `--config`, the file over the default.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use kernel::{Error, Result};
use serde::Deserialize;

/// Flags and environment; the same names stand in the file, with `_` for `-`.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Given {
    /// 配置文件（TOML） A TOML file with any of the settings below
    #[arg(long, env = "YISHU_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// 控制库 Control database: sqlite://PATH or postgres://… [default: sqlite://data/control.db]
    #[arg(long, env = "YISHU_DATABASE", value_name = "ADDRESS")]
    pub database: Option<String>,
    /// 数据湖 Lake: file://PATH or s3://BUCKET/PREFIX [default: file://data/lake]
    #[arg(long, env = "YISHU_LAKE", value_name = "ADDRESS")]
    pub lake: Option<String>,
    /// 计算引擎 Engine: local [default: local]
    #[arg(long, env = "YISHU_ENGINE", value_name = "ADDRESS")]
    pub engine: Option<String>,
    /// 监听地址 Address to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "YISHU_LISTEN", value_name = "HOST:PORT")]
    pub listen: Option<String>,
    /// Cookies go over HTTPS only (behind an HTTPS proxy)
    #[arg(long, env = "YISHU_SECURE_COOKIES", num_args = 0..=1, default_missing_value = "true")]
    pub secure_cookies: Option<bool>,
    /// Believe the X-Forwarded-For of the proxy in front
    #[arg(long, env = "YISHU_BEHIND_PROXY", num_args = 0..=1, default_missing_value = "true")]
    pub behind_proxy: Option<bool>,
    /// 前置库主机 Hosts that pulls may reach: host or host:port, separated by commas; * for any [default: none]
    #[arg(long, env = "YISHU_PULL_HOSTS", value_name = "HOSTS")]
    pub pull_hosts: Option<String>,
    /// SQLite 前置库所在的文件夹 The folder below which pulls may read SQLite files [default: none]
    #[arg(long, env = "YISHU_PULL_FOLDER", value_name = "FOLDER")]
    pub pull_folder: Option<String>,
    /// 推送主机 Hosts that deliveries may be posted to: host or host:port, separated by commas; * for any [default: none]
    #[arg(long, env = "YISHU_DELIVER_HOSTS", value_name = "HOSTS")]
    pub deliver_hosts: Option<String>,
    /// 推送文件存放的文件夹 The folder into which delivered files are put [default: below the lake]
    #[arg(long, env = "YISHU_OUTBOX", value_name = "FOLDER")]
    pub outbox: Option<String>,
    /// 本地规则调整最长天数 Greatest number of days a local override of a rule may run [default: 366]
    #[arg(long, env = "YISHU_LONGEST_OVERRIDE", value_name = "DAYS")]
    pub longest_override: Option<u16>,
}

/// The settings in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// `sqlite://…` or `postgres://…`
    pub database: String,
    /// `file://…` or `s3://…`
    pub lake: String,
    /// `local`
    pub engine: String,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Cookies go over HTTPS only.
    pub secure_cookies: bool,
    /// Believe `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// Hosts that pulls may reach, separated by commas.
    pub pull_hosts: Option<String>,
    /// The folder below which pulls may read SQLite files.
    pub pull_folder: Option<String>,
    /// Hosts that deliveries may be posted to, separated by commas.
    pub deliver_hosts: Option<String>,
    /// The folder into which delivered files are put.
    pub outbox: Option<String>,
    /// Greatest number of days a local override of a rule may run.
    pub longest_override: u16,
}

impl Given {
    /// Reads the file, if one is given, and fills what is left with the defaults.
    ///
    /// # Errors
    /// `config-file` when the file cannot be read or holds an unknown setting; `config-value` when a value is wrong.
    pub fn settle(self) -> Result<Config> {
        let file = match &self.config {
            Some(path) => read(path)?,
            None => Self::default(),
        };
        let engine = self.engine.or(file.engine).unwrap_or_else(|| "local".to_owned());
        if engine != "local" {
            return Err(Error::bad_input(
                "config-value",
                format!("计算引擎“{engine}”不受支持，目前可用：local。"),
                format!("The engine “{engine}” is not known; available: local."),
            ));
        }
        let listen = self.listen.or(file.listen).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
        let listen = listen.parse().map_err(|e| {
            Error::bad_input(
                "config-value",
                format!("监听地址“{listen}”应写作 IP:端口，如 127.0.0.1:8080。"),
                format!("The address to listen on, “{listen}”, is not IP:PORT such as 127.0.0.1:8080."),
            )
            .because(e)
        })?;
        Ok(Config {
            database: self
                .database
                .or(file.database)
                .unwrap_or_else(|| "sqlite://data/control.db".to_owned()),
            lake: self.lake.or(file.lake).unwrap_or_else(|| "file://data/lake".to_owned()),
            engine,
            listen,
            secure_cookies: self.secure_cookies.or(file.secure_cookies).unwrap_or(false),
            behind_proxy: self.behind_proxy.or(file.behind_proxy).unwrap_or(false),
            pull_hosts: self.pull_hosts.or(file.pull_hosts),
            pull_folder: self.pull_folder.or(file.pull_folder),
            deliver_hosts: self.deliver_hosts.or(file.deliver_hosts),
            outbox: self.outbox.or(file.outbox),
            longest_override: self.longest_override.or(file.longest_override).unwrap_or(366),
        })
    }
}

fn read(path: &Path) -> Result<Given> {
    let refuse = |e: &dyn std::fmt::Display| {
        Error::bad_input(
            "config-file",
            format!("配置文件“{}”无法使用：{e}", path.display()),
            format!("The configuration file {} cannot be used: {e}", path.display()),
        )
    };
    let text = std::fs::read_to_string(path).map_err(|e| refuse(&e))?;
    toml::from_str(&text).map_err(|e| refuse(&e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        given: Given,
    }

    fn with_file(text: &str, flags: &[&str]) -> Result<Config> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("yishu.toml");
        std::fs::write(&file, text).unwrap();
        let args = ["yishu", "--config", file.to_str().unwrap()].into_iter().chain(flags.iter().copied());
        Cli::parse_from(args).given.settle()
    }

    #[test]
    fn nothing_need_be_set() {
        let config = Given::default().settle().unwrap();
        assert_eq!(config.database, "sqlite://data/control.db");
        assert_eq!(config.lake, "file://data/lake");
        assert_eq!(config.engine, "local");
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    }

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let text =
            "database = \"sqlite://from-file.db\"\nlake = \"file://from-file\"\nsecure_cookies = true\n";
        let config = with_file(text, &["--database", "sqlite://from-flag.db"]).unwrap();
        assert_eq!(config.database, "sqlite://from-flag.db");
        assert_eq!(config.lake, "file://from-file");
        assert!(config.secure_cookies);
        assert!(!config.behind_proxy);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        assert_eq!(with_file("databse = \"x\"", &[]).unwrap_err().code(), "config-file");
        assert_eq!(with_file("engine = \"spark\"", &[]).unwrap_err().code(), "config-value");
        assert_eq!(with_file("", &["--listen", "8080"]).unwrap_err().code(), "config-value");
    }
}
