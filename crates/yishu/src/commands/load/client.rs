//! The platform's interface as `yishu load` uses it.

use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use kernel::{Error, ErrorKind, Lang, Result, Text};
use reqwest::{RequestBuilder, Response, StatusCode, Url};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_stream::StreamExt as _;
use tokio_util::io::ReaderStream;

use super::refusal;
use crate::commands::check::unreadable;

/// Where a submission stands.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    pub id: String,
    pub resource: String,
    pub file: String,
    pub state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
    pub rows: u64,
    pub passed: u64,
    pub warned: u64,
    pub rejected: u64,
    pub open: u64,
    pub landed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
}

impl Summary {
    /// Whether the platform is at work on it.
    pub fn is_working(&self) -> bool {
        matches!(self.state.as_str(), "received" | "checking" | "landing")
    }
}

/// A cause of findings, in words.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Group {
    pub code: String,
    pub field: String,
    pub label: String,
    pub severity: String,
    pub findings: u64,
    pub suggestions: u64,
    pub title: String,
    pub why: String,
    pub fix: String,
    pub samples: Vec<Sample>,
}

/// One place where it was found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sample {
    pub place: String,
    pub value: String,
    pub suggestion: Option<String>,
}

/// What goes with a file.
pub struct Asked {
    pub resource: String,
    pub query: Vec<(String, String)>,
}

/// A platform, and in whose name it is spoken to.
pub struct Client {
    http: reqwest::Client,
    base: Url,
    secret: String,
    lang: Lang,
}

impl Client {
    pub fn new(address: &str, secret: &str, lang: Lang) -> Result<Self> {
        let wrong = || {
            Error::bad_input(
                "platform-address",
                format!("平台地址“{address}”应写成 http://主机:端口 或 https://主机。"),
                format!("Write the platform's address “{address}” as http://host:port or https://host."),
            )
        };
        let base = Url::parse(address).map_err(|e| wrong().because(e))?;
        if !matches!(base.scheme(), "http" | "https") || !base.has_host() {
            return Err(wrong());
        }
        let http = reqwest::Client::builder()
            .connect_timeout(std::time::Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(Error::internal)?;
        Ok(Self { http, base, secret: secret.to_owned(), lang })
    }

    /// The page of a submission.
    pub fn page(&self, id: &str) -> String {
        self.at(&["submissions", id]).to_string()
    }

    /// Hands a file in. Says whether the same file came before.
    pub async fn upload(&self, path: &Path, asked: &Asked) -> Result<(bool, Summary)> {
        let file = tokio::fs::File::open(path).await.map_err(|e| unreadable(path, &e))?;
        let size = file.metadata().await.map_err(|e| unreadable(path, &e))?.len();
        let bar = ProgressBar::new(size);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes}") {
            bar.set_style(style);
        }
        let mut url = self.at(&["api", "v1", "resources", &asked.resource, "files"]);
        url.query_pairs_mut().extend_pairs(&asked.query);
        let told = bar.clone();
        let bytes = ReaderStream::with_capacity(file, 1 << 17).map(move |chunk| {
            told.inc(chunk.as_ref().map_or(0, |b| b.len() as u64));
            chunk
        });
        let body = reqwest::Body::wrap_stream(bytes);
        let key = uuid::Uuid::new_v4().to_string();
        let request = self.http.post(url).header("idempotency-key", key).body(body);
        let response = self.send(request).await;
        bar.finish_and_clear();
        let response = response?;
        Ok((response.status() == StatusCode::OK, self.read(response).await?))
    }

    pub async fn submission(&self, id: &str) -> Result<Summary> {
        let response = self.send(self.http.get(self.at(&["api", "v1", "submissions", id]))).await?;
        self.read(response).await
    }

    pub async fn groups(&self, id: &str) -> Result<Vec<Group>> {
        let response = self.send(self.http.get(self.at(&["api", "v1", "submissions", id, "groups"]))).await?;
        self.read(response).await
    }

    fn at(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response> {
        let language = if self.lang == Lang::Zh { "zh-CN" } else { "en" };
        let request = request
            .bearer_auth(&self.secret)
            .header("accept", "application/json")
            .header("accept-language", language);
        let response = request.send().await.map_err(|e| self.silent(&e))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        let body: Value = response.json().await.unwrap_or_default();
        Err(self.refused(status, &body))
    }

    async fn read<T: DeserializeOwned>(&self, response: Response) -> Result<T> {
        response.json().await.map_err(|e| self.stranger(&e))
    }

    fn silent(&self, e: &reqwest::Error) -> Error {
        let base = &self.base;
        Error::new(
            ErrorKind::Unavailable,
            "platform-unreachable",
            Text::new(
                format!("连不上平台 {base}。请核对 --address（或环境变量 YISHU_ADDRESS），确认平台已启动、网络可达，再试一次；同一个文件不会重复入库。"),
                format!(
                    "The platform {base} does not answer. Check --address (or YISHU_ADDRESS), that it runs and that the network reaches it, and try again; no file lands twice."
                ),
            ),
        )
        .because(chain(e))
    }

    fn stranger(&self, e: &dyn std::fmt::Display) -> Error {
        Error::bad_input(
            "platform-answer",
            format!("{} 的回答看不懂，它可能不是一数平台，或版本不同。请核对地址。", self.base),
            format!("{} answers in a way that is not understood: it may be no Yishu platform, or of another version. Check the address.", self.base),
        )
        .because(e)
    }

    /// What the platform refused, in its own words, or ours where it said none.
    fn refused(&self, status: StatusCode, body: &Value) -> Error {
        match refusal(body) {
            Some(("credential-unknown" | "unauthenticated", _)) => Error::bad_input(
                "credential-refused",
                "平台不认这个接口凭证：可能抄错、已吊销，或属于另一个平台。请在“接口凭证”页核对或新建一个。",
                "The platform does not know this API credential: it may be mistyped, revoked, or another platform's. Check it on the page “API credentials”, or make a new one.",
            ),
            Some((code, detail)) => Error::bad_input(
                "platform-refused",
                format!("平台没有收下：{detail}"),
                format!("The platform refused: {detail}"),
            )
            .because(code),
            None => self.stranger(&status),
        }
    }
}

/// The error with its causes: the last one says what happened.
fn chain(e: &dyn std::error::Error) -> String {
    let mut text = e.to_string();
    let mut next = e.source();
    while let Some(cause) = next {
        text.push_str(&format!(": {cause}"));
        next = cause.source();
    }
    text
}
