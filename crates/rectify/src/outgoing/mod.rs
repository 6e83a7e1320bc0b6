//! What leaves the platform by itself (对外发送): mail and webhooks, and how far they may reach.
//!
//! A person who may set a webhook makes this server open connections. So that this cannot be used to look around the network,
//! a webhook is `https` at a public address, or its host is named in the settings by those who run the platform.

mod encrypted;
mod group;
mod mail;
mod webhook;

use std::fmt;

use kernel::{Error, Result};

pub(crate) use group::Group;
pub use mail::{Smtp, SmtpTls};
pub use webhook::signature;
pub(crate) use webhook::{Delivery, check_address};

/// What may be sent, and where to. The default sends no mail and reaches public https addresses only.
#[derive(Debug, Clone, Default)]
pub struct Outgoing {
    /// The mail server; none when none is set up.
    pub smtp: Option<Smtp>,
    /// Hosts, `host` or `host:port`, that webhooks may reach whatever their address, also over http.
    pub webhook_hosts: Vec<String>,
}

impl Outgoing {
    /// From the settings' texts; hosts are separated by commas.
    #[must_use]
    pub fn new(smtp: Option<Smtp>, webhook_hosts: Option<&str>) -> Self {
        let hosts = webhook_hosts.unwrap_or_default().split(',').map(|h| h.trim().to_ascii_lowercase());
        Self { smtp, webhook_hosts: hosts.filter(|h| !h.is_empty()).collect() }
    }

    /// The mail server.
    ///
    /// # Errors
    /// `mail-not-set-up`, naming the settings.
    pub fn mailer(&self) -> Result<&Smtp> {
        self.smtp.as_ref().ok_or_else(|| {
            Error::bad_input(
                "mail-not-set-up",
                "平台还没有配置邮件服务器。请管理员设置 YISHU_SMTP_HOST 和 YISHU_SMTP_FROM 后重启平台。",
                "No mail server is set up. Have the administrator set YISHU_SMTP_HOST and YISHU_SMTP_FROM and restart the platform.",
            )
        })
    }
}

/// A failure at the other end that may pass: tried again. `said` is what the other end answered, for the steward's page.
pub(crate) fn not_taken(what_zh: &str, what_en: &str, said: &dyn fmt::Display) -> Error {
    Error::new(
        kernel::ErrorKind::Unavailable,
        "send-failed",
        kernel::Text::new(
            format!("{what_zh}：{said}。稍后自动重试。"),
            format!("{what_en}: {said}. It is tried again."),
        ),
    )
}

/// A refusal that stays one: not tried again by itself.
pub(crate) fn refused(what_zh: &str, what_en: &str, said: &dyn fmt::Display) -> Error {
    Error::bad_input(
        "send-refused",
        format!("{what_zh}：{said}。请改正后重新发送。"),
        format!("{what_en}: {said}. Put it right and send it again."),
    )
}
