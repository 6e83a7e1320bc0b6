//! Protection against forged requests (CSRF). Every unsafe request that acts through a cookie must bring a token
//! derived from that cookie: in `X-CSRF-Token`, or in the form field `_csrf`, which stands first in the form.
//! A request whose `Origin` is another site is refused in any case. Requests with `Authorization` carry no cookie's
//! authority and need none.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use futures::StreamExt;
use hmac::{Hmac, KeyInit, Mac};
use kernel::{Error, ErrorKind, Result, Text};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Forms are small; files go as multipart.
const FORM_LIMIT: usize = 2 * 1024 * 1024;
/// The token stands within this much of a multipart body.
const PEEK: usize = 16 * 1024;

/// The token that belongs to a cookie's secret.
pub(crate) fn token(secret: &str) -> String {
    match Hmac::<Sha256>::new_from_slice(secret.as_bytes()) {
        Ok(mut mac) => {
            mac.update(b"csrf");
            hex::encode(mac.finalize().into_bytes())
        }
        // HMAC takes keys of any length.
        Err(_) => String::new(),
    }
}

pub(crate) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn refused(detail: &str) -> Error {
    Error::new(
        ErrorKind::Forbidden,
        "csrf",
        Text::new(
            "这一页打开得太久，或请求不是从本站发出的。请刷新页面后再试一次。",
            "This page has been open for too long, or the request did not come from this site. Reload the page and try again.",
        ),
    )
    .because(detail)
}

/// The token of a form on a page that answers a form itself: with the page on which the form stood first, since the address of the
/// answer cannot be opened.
pub(crate) fn carrying(token: &str, stood_on: &str) -> String {
    format!("{token}.{}", hex::encode(stood_on))
}

/// Gives the request back when its token is right, and the page on which the form stood first where the token carries it.
pub(crate) async fn check(
    req: Request,
    expected: &str,
    behind_proxy: bool,
) -> Result<(Request, Option<String>)> {
    same_origin(req.headers(), behind_proxy)?;
    if let Some(given) = req.headers().get("x-csrf-token") {
        let stood_on = compare(given.as_bytes(), expected)?;
        return Ok((req, stood_on));
    }
    let kind = req.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
    let (parts, body) = req.into_parts();
    if kind.starts_with("multipart/form-data") {
        let (given, body) = peek(body).await;
        let stood_on = compare(given.as_bytes(), expected)?;
        return Ok((Request::from_parts(parts, body), stood_on));
    }
    let bytes = to_bytes(body, FORM_LIMIT).await.map_err(|e| {
        Error::new(
            ErrorKind::TooLarge,
            "form-too-large",
            Text::new("表单内容过大。请以文件上传。", "The form is too large. Upload a file instead."),
        )
        .because(e)
    })?;
    let given = field(&bytes);
    let stood_on = compare(given.as_bytes(), expected)?;
    without_nul(&bytes)?;
    Ok((Request::from_parts(parts, Body::from(bytes)), stood_on))
}

/// Refuses the character NUL, written `%00` or as it is: no form has a use for it, and PostgreSQL keeps no text that holds it.
///
/// # Errors
/// `nul-character`
pub(crate) fn without_nul(form: &[u8]) -> Result<()> {
    if form.contains(&0) || form.windows(3).any(|w| w == b"%00") {
        return Err(Error::bad_input(
            "nul-character",
            "输入里有一个看不见的空字符（NUL），可能是从别的程序粘贴来的。请删去后再试。",
            "The input holds an invisible NUL character, perhaps pasted from another program. Remove it and try again.",
        ));
    }
    Ok(())
}

/// What the token carries, where it is right.
fn compare(given: &[u8], expected: &str) -> Result<Option<String>> {
    let mut parts = given.splitn(2, |b| *b == b'.');
    if !bool::from(parts.next().unwrap_or_default().ct_eq(expected.as_bytes())) {
        return Err(refused("token missing or wrong"));
    }
    let carried = parts.next().and_then(|text| hex::decode(text).ok());
    Ok(carried.and_then(|bytes| String::from_utf8(bytes).ok()))
}

fn same_origin(headers: &HeaderMap, behind_proxy: bool) -> Result<()> {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    // A proxy may ask for us under another name than the visitor does.
    let forwarded = text("x-forwarded-host").filter(|_| behind_proxy);
    let host = forwarded.or_else(|| text(header::HOST.as_str()));
    let (Some(origin), Some(host)) = (text(header::ORIGIN.as_str()), host) else { return Ok(()) };
    let site = origin.split_once("://").map_or(origin, |(_, site)| site);
    if site == host { Ok(()) } else { Err(refused("another origin")) }
}

/// The token is hexadecimal, with a full stop where it carries a page, so nothing in it is percent-encoded.
fn field(form: &[u8]) -> String {
    form.split(|b| *b == b'&')
        .find_map(|pair| pair.strip_prefix(b"_csrf="))
        .map(|v| String::from_utf8_lossy(v).into_owned())
        .unwrap_or_default()
}

/// Reads the beginning of a multipart body for its token, and puts it back.
async fn peek(body: Body) -> (String, Body) {
    let mut rest = body.into_data_stream();
    let mut head: Vec<u8> = Vec::new();
    let mut found = String::new();
    let mut read: Vec<std::result::Result<Bytes, axum::Error>> = Vec::new();
    while head.len() < PEEK {
        match rest.next().await {
            Some(Ok(chunk)) => {
                head.extend_from_slice(&chunk[..chunk.len().min(PEEK)]);
                read.push(Ok(chunk));
                if let Some(token) = multipart_token(&head) {
                    found = token;
                    break;
                }
            }
            Some(Err(e)) => {
                read.push(Err(e));
                break;
            }
            None => break,
        }
    }
    (found, Body::from_stream(futures::stream::iter(read).chain(rest)))
}

fn multipart_token(head: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(head);
    let (_, after) = text.split_once("name=\"_csrf\"")?;
    let (_, value) = after.split_once("\r\n\r\n")?;
    let (token, _) = value.split_once("\r\n")?;
    Some(token.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_token_of_a_multipart_body_is_found_and_the_body_stays_whole() {
        let text = "--b\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\nabc\r\n--b\r\n\
                    Content-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n1,2\r\n--b--\r\n";
        // In pieces that cut the field's name.
        let pieces: Vec<std::result::Result<Bytes, std::io::Error>> =
            text.as_bytes().chunks(7).map(|c| Ok(Bytes::copy_from_slice(c))).collect();
        let (token, body) = peek(Body::from_stream(futures::stream::iter(pieces))).await;
        assert_eq!(token, "abc");
        assert_eq!(to_bytes(body, 10_000).await.unwrap(), text.as_bytes());
    }

    #[tokio::test]
    async fn a_wrong_token_and_another_origin_are_refused() {
        let request = |origin: &str, body: &'static str| {
            Request::builder()
                .method("POST")
                .header("host", "yishu.city")
                .header("origin", origin)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(Body::from(body))
                .unwrap()
        };
        let right = token("secret");
        let ok = Box::leak(format!("a=1&_csrf={right}").into_boxed_str());
        assert!(check(request("https://yishu.city", ok), &right, false).await.unwrap().1.is_none());
        let carried = Box::leak(format!("_csrf={}&a=1", carrying(&right, "/a?b=c")).into_boxed_str());
        let (_, stood_on) = check(request("https://yishu.city", carried), &right, false).await.unwrap();
        assert_eq!(stood_on.as_deref(), Some("/a?b=c"));
        assert_eq!(
            check(request("https://evil.example", ok), &right, false).await.unwrap_err().code(),
            "csrf"
        );
        assert_eq!(
            check(request("https://yishu.city", "_csrf=0"), &right, false).await.unwrap_err().code(),
            "csrf"
        );
        assert_eq!(
            check(request("https://yishu.city", "a=1"), &right, false).await.unwrap_err().code(),
            "csrf"
        );
    }
}
