//! Webhooks: a JSON body with its signature, to an address that may be reached.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use kernel::{Error, Result};
use sha2::Sha256;
use url::{Host, Url};
use uuid::Uuid;

use super::{Group, Outgoing, not_taken, refused};

/// Of a robot's answer no more than this is read, in bytes.
const LONGEST_ANSWER: usize = 16 * 1_024;
/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// An address that may be set: `https`, no user or password in it, and not a number inside the network; or a host that the
/// settings name.
///
/// # Errors
/// `webhook-address`, saying what is asked for.
pub(crate) fn check_address(outgoing: &Outgoing, address: &str) -> Result<Url> {
    let url = Url::parse(address.trim()).map_err(|e| wrong(address).because(e))?;
    if url.as_str().len() > LONGEST {
        return Err(wrong(address));
    }
    let named = is_named(outgoing, &url);
    let inner = match url.host() {
        Some(Host::Ipv4(ip)) => !is_public(IpAddr::V4(ip)),
        Some(Host::Ipv6(ip)) => !is_public(IpAddr::V6(ip)),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => true,
    };
    let scheme = url.scheme() == "https" || named && url.scheme() == "http";
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if scheme && plain && (named || !inner) { Ok(url) } else { Err(wrong(address)) }
}

/// Characters of an address.
const LONGEST: usize = 500;

fn wrong(address: &str) -> Error {
    let address: String = address.chars().take(80).collect();
    Error::bad_input(
        "webhook-address",
        format!(
            "地址“{address}”不能用：应以 https:// 开头并指向公网主机，不含用户名和密码，不超过 {LONGEST} 个字符。如确需发往内网，请管理员把主机加进设置 YISHU_WEBHOOK_HOSTS 后重启平台。"
        ),
        format!(
            "The address “{address}” cannot be used: it must begin with https://, lead to a public host and hold neither user nor password, in at most {LONGEST} characters. To reach a host inside the network, have the administrator add it to the setting YISHU_WEBHOOK_HOSTS and restart the platform."
        ),
    )
}

fn is_named(outgoing: &Outgoing, url: &Url) -> bool {
    let Some(host) = url.host_str().map(str::to_ascii_lowercase) else { return false };
    let with_port = format!("{host}:{}", url.port_or_known_default().unwrap_or_default());
    outgoing.webhook_hosts.iter().any(|h| *h == host || *h == with_port)
}

/// Whether an address lies in the public internet (IANA special-purpose registries; everything else is refused).
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => public_v4(ip),
        IpAddr::V6(ip) => ip.to_ipv4_mapped().map_or_else(|| public_v6(ip), public_v4),
    }
}

fn public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || ip.is_multicast()
        // This network, shared address space, protocol assignments, 6to4 relays, benchmarks, reserved.
        || a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b))
        || a >= 240;
    !special
}

fn public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    // Global unicast, without what carries a version 4 address inside (Teredo, 6to4) and without documentation.
    (0x2000..0x4000).contains(&a) && !(a == 0x2001 && (b < 0x200 || b == 0xdb8)) && a != 0x2002 && a != 0x3fff
}

/// `t=<seconds>,v1=<hex>`: HMAC-SHA256 with the secret over `<seconds>.<body>`, so that neither body nor time can be changed.
#[must_use]
pub fn signature(secret: &str, at: DateTime<Utc>, body: &str) -> String {
    let seconds = at.timestamp();
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mut mac| {
        mac.update(format!("{seconds}.{body}").as_bytes());
        hex::encode(mac.finalize().into_bytes())
    });
    format!("t={seconds},v1={}", mac.unwrap_or_default())
}

/// What is sent.
pub(crate) struct Delivery<'a> {
    /// The same when it is sent again.
    pub id: Uuid,
    pub address: &'a str,
    pub secret: &'a str,
    pub body: &'a str,
}

impl Delivery<'_> {
    /// Sends it. Redirects are not followed; the name is looked up once, and the connection goes to the very addresses that
    /// were found public.
    ///
    /// # Errors
    /// `webhook-address` when it may not be reached (any more); `send-refused` for an answer of 400 to 499 but 408 and 429,
    /// `send-failed` for what may pass.
    pub(crate) async fn send(&self, outgoing: &Outgoing, now: DateTime<Utc>) -> Result<()> {
        let url = check_address(outgoing, self.address)?;
        let failed =
            |e: &dyn std::fmt::Display| not_taken("对方没有收下", "The other end did not take it", e);
        let mut client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .user_agent("Yishu");
        if let Some(Host::Domain(name)) = url.host() {
            let port = url.port_or_known_default().unwrap_or(443);
            let found = tokio::net::lookup_host((name, port)).await.map_err(|e| failed(&e))?;
            let mut found: Vec<SocketAddr> = found.collect();
            if !is_named(outgoing, &url) {
                found.retain(|a| is_public(a.ip()));
                if found.is_empty() {
                    return Err(wrong(self.address));
                }
            }
            client = client.resolve_to_addrs(name, &found);
        }
        let robot = Group::at(url.as_str());
        let client = client.build().map_err(Error::internal)?;
        let mut answer = client
            .post(url)
            .header("content-type", "application/json")
            .header("yishu-delivery", self.id.to_string())
            .header("yishu-signature", signature(self.secret, now, self.body))
            .body(self.body.to_owned())
            .send()
            .await
            // Without the address: it may hold a token of the receiver's.
            .map_err(|e| failed(&root(&e.without_url())))?;
        let status = answer.status();
        match status.as_u16() {
            200..=299 => {
                let Some(robot) = robot else { return Ok(()) };
                let mut said = Vec::new();
                while let Some(part) = answer.chunk().await.map_err(|e| failed(&root(&e.without_url())))? {
                    said.extend_from_slice(&part);
                    if said.len() > LONGEST_ANSWER {
                        break;
                    }
                }
                robot.taken(&said).map_err(|e| match e.passes {
                    true => failed(&e.said),
                    false => refused("对方拒收", "The other end refused", &e.said),
                })
            }
            408 | 429 => Err(failed(&status)),
            400..=499 => Err(refused("对方拒收", "The other end refused", &status)),
            _ => Err(failed(&status)),
        }
    }
}

/// The innermost cause, which says most.
fn root(e: &dyn std::error::Error) -> String {
    let mut inner = e;
    while let Some(next) = inner.source() {
        inner = next;
    }
    inner.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_addresses_are_out_of_reach_until_they_are_named() {
        let closed = Outgoing::default();
        for address in [
            "https://127.0.0.1/x",
            "https://10.1.2.3/x",
            "https://192.168.1.1",
            "https://169.254.169.254/latest",
            "https://100.64.0.1/",
            "https://[::1]/",
            "https://[fd00::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[2002:7f00:1::]/",
            "https://0x7f.1/",
            "https://localhost/",
            "http://hooks.example/x",
            "https://user:secret@hooks.example/x",
            "ftp://hooks.example/x",
            "hooks.example/x",
        ] {
            assert_eq!(check_address(&closed, address).unwrap_err().code(), "webhook-address", "{address}");
        }
        assert!(check_address(&closed, "https://hooks.example/a?key=1").is_ok());
        assert!(check_address(&closed, "https://[2400:3200::1]/").is_ok());
        let open = Outgoing::new(None, Some("10.1.2.3:8080, Inner.example"));
        assert!(check_address(&open, "http://10.1.2.3:8080/x").is_ok());
        assert!(check_address(&open, "http://10.1.2.3:8081/x").is_err());
        assert!(check_address(&open, "http://inner.example/x").is_ok());
    }

    #[test]
    fn a_signature_holds_time_and_body() {
        let at: DateTime<Utc> = "2026-01-05T01:00:00Z".parse().unwrap();
        // python3: hmac.new(b"s3cret", b"1767574800.{}", "sha256").hexdigest()
        let known = "t=1767574800,v1=f986b6c01bc8eee4ad2100f0888c97d7427999429dc3bf0524ecee2531a282e2";
        assert_eq!(signature("s3cret", at, "{}"), known);
        assert_ne!(signature("s3cret", at, "{ }"), known);
        assert_ne!(signature("other", at, "{}"), known);
    }
}
