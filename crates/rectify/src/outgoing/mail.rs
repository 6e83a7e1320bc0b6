//! Mail over SMTP.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use kernel::{Error, Result};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use tokio::net::TcpStream;
use uuid::Uuid;

use super::{encrypted, not_taken, refused};

/// The environment variable of the password, or with `_FILE` the path of a file that holds it.
const PASSWORD: &str = "YISHU_SMTP_PASSWORD";
const PASSWORD_FILE: &str = "YISHU_SMTP_PASSWORD_FILE";
/// Longest wait for the mail server's answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// How the connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SmtpTls {
    /// Begun in clear, encrypted before anything is said (STARTTLS); refused where the server cannot.
    #[default]
    StartTls,
    /// Encrypted from the first byte.
    Tls,
    /// Not at all: for a relay on the same machine.
    Off,
}

impl SmtpTls {
    const fn port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Tls => 465,
            Self::Off => 25,
        }
    }
}

impl FromStr for SmtpTls {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        match name {
            "starttls" => Ok(Self::StartTls),
            "tls" => Ok(Self::Tls),
            "off" => Ok(Self::Off),
            other => Err(Error::bad_input(
                "config-value",
                format!("邮件加密方式“{other}”无法识别，应为 starttls、tls 或 off。"),
                format!("The encryption of mail, “{other}”, is none of starttls, tls, off."),
            )),
        }
    }
}

/// A mail server and how to speak with it. Its password is never shown.
#[derive(Clone)]
pub struct Smtp {
    host: String,
    port: u16,
    tls: SmtpTls,
    user: Option<String>,
    password: String,
    from: Mailbox,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Smtp({}:{})", self.host, self.port)
    }
}

impl Smtp {
    /// A mail server that takes mail from `from` (`Yishu <yishu@example.org>`). `port` is that of the encryption unless given.
    ///
    /// # Errors
    /// `config-value` when `from` is no mail address.
    pub fn new(host: &str, port: Option<u16>, tls: SmtpTls, from: &str) -> Result<Self> {
        let from = from.parse().map_err(|e| {
            Error::bad_input(
                "config-value",
                format!("发件人“{from}”不是邮件地址，应如 一数 <yishu@example.org>。"),
                format!("The sender “{from}” is no mail address such as Yishu <yishu@example.org>."),
            )
            .because(e)
        })?;
        let port = port.unwrap_or(tls.port());
        Ok(Self { host: host.to_owned(), port, tls, user: None, password: String::new(), from })
    }

    /// Signs in as `user`, with the password from the environment.
    ///
    /// # Errors
    /// `config-value` when no password is set.
    pub fn with_user(mut self, user: &str) -> Result<Self> {
        let from_file = || {
            let text = std::fs::read_to_string(std::env::var(PASSWORD_FILE).ok()?).ok()?;
            Some(text.trim_end_matches(['\r', '\n']).to_owned())
        };
        self.password = std::env::var(PASSWORD).ok().or_else(from_file).ok_or_else(|| {
            Error::bad_input(
                "config-value",
                format!("已设置邮件用户名，但没有密码。请设置环境变量 {PASSWORD}，或在 {PASSWORD_FILE} 里写明存放密码的文件。"),
                format!(
                    "A mail user is set but no password. Set the environment variable {PASSWORD}, or {PASSWORD_FILE} with the path of a file that holds it."
                ),
            )
        })?;
        self.user = Some(user.to_owned());
        Ok(self)
    }

    /// Sends one mail. `id` makes the message's id, so that a mail sent twice after a crash can be told as one.
    ///
    /// # Errors
    /// `send-refused` when the address or the mail is refused for good, `send-failed` for what may pass.
    pub(crate) async fn send(
        &self,
        id: Uuid,
        (to, subject, body): (&str, &str, &str),
        now: DateTime<Utc>,
    ) -> Result<()> {
        let to: Mailbox = to
            .parse()
            .map_err(|_| refused("邮件地址写法有误", "The mail address is not well formed", &to))?;
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(subject)
            .date(now.into())
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .header(ContentType::TEXT_PLAIN)
            .body(body.to_owned())
            .map_err(|e| refused("邮件无法组成", "The mail cannot be made", &e))?;
        // No out-of-office answer to a reminder (RFC 3834, clause 5).
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        message.headers_mut().insert_raw(HeaderValue::new(automatic, "auto-generated".to_owned()));
        let sending = self.hand_over(&message);
        tokio::time::timeout(PATIENCE, sending).await.unwrap_or_else(|_| Err(silent()))
    }

    async fn hand_over(&self, message: &Message) -> Result<()> {
        let mut connection = self.connect().await?;
        if let Some(user) = &self.user {
            let credentials = Credentials::new(user.clone(), self.password.clone());
            connection.auth(DEFAULT_MECHANISMS, &credentials).await.map_err(|e| told(&e))?;
        }
        let sent = connection.send(message.envelope(), &message.formatted()).await.map(drop);
        // What became of the mail is decided; how the other end takes leave is not.
        let _ = connection.quit().await;
        sent.map_err(|e| told(&e))
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection> {
        let plain = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(|e| unreached(&e))?;
        let name = ClientId::default();
        let connected = match self.tls {
            SmtpTls::Off => AsyncSmtpConnection::connect_with_transport(Box::new(plain), &name).await,
            SmtpTls::Tls | SmtpTls::StartTls => {
                let roots = encrypted::machine_roots();
                let begun = self.tls == SmtpTls::StartTls;
                let stream =
                    encrypted::over(plain, &self.host, begun, roots).await.map_err(|e| unreached(&e))?;
                AsyncSmtpConnection::connect_with_transport(Box::new(stream), &name).await
            }
        };
        connected.map_err(|e| told(&e))
    }
}

fn unreached(e: &std::io::Error) -> Error {
    not_taken("连不上邮件服务器", "The mail server cannot be reached", e)
}

fn silent() -> Error {
    let seconds = PATIENCE.as_secs();
    not_taken("邮件服务器没有应答", "The mail server does not answer", &format_args!("{seconds} s"))
}

fn told(e: &lettre::transport::smtp::Error) -> Error {
    if e.is_permanent() {
        return refused("邮件服务器拒收", "The mail server refused", e);
    }
    not_taken("邮件服务器没有收下", "The mail server did not take it", e)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_sent_from_is_refused_and_the_password_is_never_shown() {
        let of = |from| Smtp::new("mail.example", None, SmtpTls::Tls, from);
        assert_eq!(of("nobody").unwrap_err().code(), "config-value");
        let mut smtp = of("一数 <yishu@mail.example>").unwrap();
        assert_eq!(smtp.port, 465);
        smtp.password = "sesame".to_owned();
        assert!(!format!("{smtp:?}").contains("sesame"));
        assert_eq!("ssl".parse::<SmtpTls>().unwrap_err().code(), "config-value");
    }
}
