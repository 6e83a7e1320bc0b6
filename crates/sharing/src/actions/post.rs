//! 接口推送: a delivery is posted as the city's intake takes it, and its answer is the receipt.

use std::time::Duration;

use indexmap::IndexMap;
use kernel::{Error, ErrorKind, OrgId, Result, Text};
use reqwest::{Client, Url, redirect::Policy};
use serde_json::{Value, json};
use standards::pack::Resource;

use super::deliver::Outcome;
use crate::context::Sharing;
use crate::model::{Answer, Line, Verdict, as_sent, of_city};
use crate::store::entity::{delivery, target};

/// How long a target may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longest text of an answer that is kept, in characters.
const LONGEST: usize = 500;

/// An address that deliveries may be posted to.
///
/// # Errors
/// `target-address` for what is no address of the web, or carries a password; `target-host` naming the setting.
pub(super) fn allowed(sharing: &Sharing, address: &str) -> Result<Url> {
    let wrong = || {
        Error::bad_input(
            "target-address",
            "请填写接口的完整地址，以 http:// 或 https:// 开头，地址里不要写用户名和密码。",
            "Give the whole address of the interface, beginning with http:// or https://, without name and password in it.",
        )
    };
    let url = Url::parse(address.trim()).map_err(|_| wrong())?;
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else { return Err(wrong()) };
    if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
        return Err(wrong());
    }
    if sharing.intake.pull.may_deliver_to(host, port) {
        return Ok(url);
    }
    Err(Error::bad_input(
        "target-host",
        format!("平台还没有获准向 {host}:{port} 推送。请管理员把它加进设置 YISHU_DELIVER_HOSTS 后重启平台。"),
        format!(
            "The platform may not deliver to {host}:{port} yet. Have the administrator add it to the setting YISHU_DELIVER_HOSTS and restart the platform."
        ),
    ))
}

pub(super) async fn post(
    sharing: &Sharing,
    target: &target::Model,
    delivery: &delivery::Model,
    resource: &Resource,
    lines: &[Line],
) -> Result<Outcome> {
    let url = allowed(sharing, &target.address)?;
    let token = match &target.secret {
        None => None,
        Some(name) => {
            let (variable, token) = sharing.intake.pull.deliver_token(name);
            Some(token.ok_or_else(|| no_token(&variable))?)
        }
    };
    let body = body(sharing, delivery, resource, lines).await?;
    let client =
        Client::builder().redirect(Policy::none()).timeout(PATIENCE).build().map_err(Error::internal)?;
    // The same number at every attempt, so that a target that took it before takes it once.
    let mut request = client.post(url).header("Idempotency-Key", &delivery.number).json(&body);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let answer = request.send().await.map_err(|e| unreachable(&e.without_url()))?;
    let status = answer.status();
    let text = answer.text().await.map_err(|e| unreachable(&e.without_url()))?;
    if status.is_server_error() || status.as_u16() == 429 {
        return Err(unreachable(&status));
    }
    let Ok(answer) = serde_json::from_str::<Answer>(&text) else {
        // Somebody else answered, or the credential was not accepted.
        return match status.is_success() {
            true => Err(unreachable(&"the answer is not that of an intake")),
            false => Ok(Outcome::Refused { code: status.as_u16().to_string(), said: said(&text) }),
        };
    };
    judge(&answer)
}

/// What the answer means for the delivery.
fn judge(answer: &Answer) -> Result<Outcome> {
    let code = answer.error_code.clone();
    match of_city(&code) {
        Verdict::TryAgain => Err(unreachable(&format!("{code} {}", answer.error_msg))),
        Verdict::Refused => Ok(Outcome::Refused { code, said: said(&answer.error_msg) }),
        Verdict::Taken => Ok(match answer.refused_lines() {
            Some(refused) => Outcome::Answered { code, said: said(&answer.error_msg), refused },
            None => Outcome::Refused {
                code,
                said: Text::new(
                    format!(
                        "对方退回了 {} 行，但没有说明是哪几行：{}",
                        answer.fail_size,
                        clipped(&answer.tips.join("；"))
                    ),
                    format!(
                        "The target turned down {} lines without saying which: {}",
                        answer.fail_size,
                        clipped(&answer.tips.join("; "))
                    ),
                ),
            },
        }),
    }
}

fn clipped(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// The target's own words, which we cannot translate.
fn said(text: &str) -> Text {
    Text::new(clipped(text), clipped(text))
}

/// The body as 数据上报接口标准规范 has it, with what is taken back, and the marks, beside it.
async fn body(
    sharing: &Sharing,
    delivery: &delivery::Model,
    resource: &Resource,
    lines: &[Line],
) -> Result<Value> {
    let org = identity::org::find(sharing.intake.db.conn(), OrgId(delivery.org_id)).await?;
    let version = sharing.intake.packs.resource(&resource.resource).map(|(p, _)| p.version.as_str());
    let row = |line: &Line| -> IndexMap<String, String> {
        let filled = |code: &str| line.cells.get(code).filter(|v| !v.is_empty());
        let cells =
            resource.fields.iter().filter_map(|f| Some((f.code.clone(), as_sent(f, filled(&f.code)?))));
        cells.collect()
    };
    // Lines are numbered from 1 through both lists, what is taken back last.
    let (back, upserts): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(|l| l.withdrawn);
    let rows: Vec<_> = upserts.into_iter().map(row).collect();
    let withdrawn: Vec<_> = back.into_iter().map(|l| json!({ "row": row(l), "reason": l.reason })).collect();
    // Rows keep their order here, so that the number of a marked one is that of its line.
    let marks: Vec<_> = (1..)
        .zip(lines)
        .filter_map(|(n, l)| Some(json!({ "line": n, "mark": l.mark?.name(), "text": l.mark?.word() })))
        .collect();
    Ok(json!({
        "tableCode": resource.resource, "departmentCode": org.code, "tableVersionId": version,
        "deliveryNumber": delivery.number, "body": rows, "withdrawn": withdrawn,
        "marks": marks,
    }))
}

fn no_token(variable: &str) -> Error {
    Error::new(
        ErrorKind::Unavailable,
        "target-secret",
        Text::new(
            format!(
                "平台上没有这个对象的凭证。请管理员设置环境变量 {variable}（或在 {variable}_FILE 里写明存放凭证的文件）后重启平台。"
            ),
            format!(
                "The platform holds no credential for this target. Have the administrator set the environment variable {variable} (or {variable}_FILE with the path of a file that holds it) and restart the platform."
            ),
        ),
    )
}

fn unreachable(why: &dyn std::fmt::Display) -> Error {
    Error::new(
        ErrorKind::Unavailable,
        "target-unreachable",
        Text::new(
            "对方接口暂时没有正常应答，平台会自动重试；要推送的内容不会丢失。",
            "The target's interface does not answer as it should at present. It is tried again by itself; nothing is lost.",
        ),
    )
    .because(why)
}
