//! Configuration: three addresses and how to listen. A flag wins over the environment, the environment over the file
//! given with `--config`, the file over the default.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use kernel::{Error, Result};
use rectify::Outgoing;
use rectify::outgoing::{Smtp, SmtpTls};
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
    /// What goes out by mail and webhook.
    #[command(flatten)]
    #[serde(flatten)]
    pub sending: Sending,
    /// 本地规则调整最长天数 Greatest number of days a local override of a rule may run [default: 366]
    #[arg(long, env = "YISHU_LONGEST_OVERRIDE", value_name = "DAYS")]
    pub longest_override: Option<u16>,
}

/// What goes out by mail and webhook. The password of the mail server stands in the environment alone.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(default)]
pub struct Sending {
    /// 邮件服务器 Mail server [default: none, nothing is sent by mail]
    #[arg(long, env = "YISHU_SMTP_HOST", value_name = "HOST")]
    pub smtp_host: Option<String>,
    /// 邮件服务器端口 Its port [default: 587, or 465 with tls, 25 with off]
    #[arg(long, env = "YISHU_SMTP_PORT", value_name = "PORT")]
    pub smtp_port: Option<u16>,
    /// 邮件加密 How it is spoken with: starttls, tls or off [default: starttls]
    #[arg(long, env = "YISHU_SMTP_TLS", value_name = "WAY")]
    pub smtp_tls: Option<String>,
    /// 邮件用户名 Who signs in there; the password stands in YISHU_SMTP_PASSWORD [default: nobody]
    #[arg(long, env = "YISHU_SMTP_USER", value_name = "USER")]
    pub smtp_user: Option<String>,
    /// 发件人 The sender, such as "Yishu <yishu@example.org>"
    #[arg(long, env = "YISHU_SMTP_FROM", value_name = "ADDRESS")]
    pub smtp_from: Option<String>,
    /// Webhook 内网主机 Hosts inside the network that webhooks may reach: host or host:port, separated by commas [default: none]
    #[arg(long, env = "YISHU_WEBHOOK_HOSTS", value_name = "HOSTS")]
    pub webhook_hosts: Option<String>,
}

impl Sending {
    fn settle(self, file: Self) -> Result<Outgoing> {
        let smtp = match self.smtp_host.or(file.smtp_host) {
            None => None,
            Some(host) => {
                let tls = self.smtp_tls.or(file.smtp_tls).map_or(Ok(SmtpTls::default()), |t| t.parse())?;
                let from = self.smtp_from.or(file.smtp_from).unwrap_or_default();
                let smtp = Smtp::new(&host, self.smtp_port.or(file.smtp_port), tls, &from)?;
                Some(match self.smtp_user.or(file.smtp_user) {
                    Some(user) => smtp.with_user(&user)?,
                    None => smtp,
                })
            }
        };
        Ok(Outgoing::new(smtp, self.webhook_hosts.or(file.webhook_hosts).as_deref()))
    }
}

/// The settings in force.
#[derive(Debug, Clone)]
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
    /// What may be sent by mail and webhook.
    pub outgoing: Outgoing,
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
            outgoing: self.sending.settle(file.sending)?,
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
    fn mail_is_set_up_from_the_file_but_for_its_password() {
        let text = "smtp_host = \"mail.example\"\nsmtp_port = 2525\nsmtp_from = \"yishu@example.org\"\n";
        let outgoing = with_file(text, &["--smtp-port", "2526"]).unwrap().outgoing;
        assert_eq!(format!("{:?}", outgoing.smtp.unwrap()), "Smtp(mail.example:2526)");
        assert_eq!(with_file("smtp_host = \"mail.example\"", &[]).unwrap_err().code(), "config-value");
        assert_eq!(with_file("smtp_password = \"x\"", &[]).unwrap_err().code(), "config-file");
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        assert_eq!(with_file("databse = \"x\"", &[]).unwrap_err().code(), "config-file");
        assert_eq!(with_file("engine = \"spark\"", &[]).unwrap_err().code(), "config-value");
        assert_eq!(with_file("", &["--listen", "8080"]).unwrap_err().code(), "config-value");
    }
}
