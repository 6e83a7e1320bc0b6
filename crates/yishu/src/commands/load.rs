//! `yishu load`: hands files in to a running platform and says what became of them.

mod client;
mod say;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};
use kernel::{Error, Lang, Result};
use serde::Serialize;
use serde_json::Value;

use super::{check, failed, runtime};
use client::{Client, Group, Summary};

/// 报送文件：把文件交给运行中的平台，等它校验、入库，说出结果和页面地址。
/// Hand files in to a running platform, wait until they are checked and landed, and say what became of them.
///
/// 退出码：0 全部合格并入库；1 有不合格的行，或要人来处理；2 没有交成，或文件读不了。
/// Exit code: 0 every row landed; 1 some rows were rejected or a person is needed; 2 not handed in, or not readable.
#[derive(Debug, Args)]
pub struct Load {
    /// 要报送的文件 / files to hand in
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// 资源代码，例如 licence-2018 / resource
    #[arg(long, value_name = "CODE")]
    resource: String,
    /// 表头对应字段，可重复；字段留空表示不要这一列 / map a header to a field, repeatable; leave the field empty to skip the column
    #[arg(long = "map", value_name = "HEADER=FIELD", value_parser = check::mapping)]
    mappings: Vec<(String, String)>,
    /// 报送单位的机构代码 / code of the department [default: the one the credential belongs to]
    #[arg(long, value_name = "CODE")]
    org: Option<String>,
    /// 平台地址 / address of the platform
    #[arg(long, env = "YISHU_ADDRESS", default_value = "http://127.0.0.1:8080", value_name = "URL")]
    address: String,
    /// 存放接口凭证的文件；不写则取环境变量 YISHU_CREDENTIAL / file that holds the API credential [default: the environment's YISHU_CREDENTIAL]
    #[arg(long, value_name = "FILE")]
    credential: Option<PathBuf>,
    /// 以前报送过同样的文件也照收 / hand in again, even if the same file came before
    #[arg(long)]
    again: bool,
    /// 最多等待多少秒；0 表示交了就走 / seconds to wait for the result; 0 does not wait
    #[arg(long, default_value_t = 3_600, value_name = "SECONDS")]
    wait: u64,
    /// 结果格式 / form of the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// 语言 / language
    #[arg(long, default_value = "zh", value_parser = check::language)]
    lang: Lang,
}

/// Form of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// 文字 / text
    Text,
    /// JSON：每个文件一项 / a JSON array, one entry a file
    Json,
}

/// What became of a file.
#[derive(Debug, Serialize)]
struct Loaded {
    /// Whether the same file came before.
    known: bool,
    /// Where a person goes on.
    page: String,
    #[serde(flatten)]
    summary: Summary,
    groups: Vec<Group>,
}

impl Loaded {
    /// 0, 1 or 2, as the command's exit code.
    fn code(&self, waited: bool) -> u8 {
        match self.summary.state.as_str() {
            "landed" if self.summary.rejected == 0 => 0,
            "refused" => 2,
            // Nobody waited for the result: handing in is all there was to do.
            "received" | "checking" | "landing" if !waited => 0,
            "received" | "checking" | "landing" => 2,
            _ => 1,
        }
    }
}

impl Load {
    /// Hands in and reports.
    pub fn run(self) -> ExitCode {
        match runtime().and_then(|r| r.block_on(self.load())) {
            Ok(code) => ExitCode::from(code),
            Err(e) => failed(&e),
        }
    }

    async fn load(&self) -> Result<u8> {
        let client = Client::new(&self.address, &self.secret()?, self.lang)?;
        let mut all = Vec::new();
        for path in &self.files {
            let loaded = self.one(&client, path).await?;
            if self.format == Format::Text {
                super::say(&say::text(&loaded, self.lang));
            }
            all.push(loaded);
        }
        if self.format == Format::Json {
            super::say(&serde_json::to_string_pretty(&all).map_err(Error::internal)?);
        }
        Ok(all.iter().map(|l| l.code(self.wait > 0)).max().unwrap_or(0))
    }

    async fn one(&self, client: &Client, path: &std::path::Path) -> Result<Loaded> {
        let (known, mut summary) = client.upload(path, &self.query(path)).await?;
        let end = tokio::time::Instant::now() + Duration::from_secs(self.wait);
        let mut pause = Duration::from_millis(200);
        while summary.is_working() && tokio::time::Instant::now() < end {
            tokio::time::sleep(pause).await;
            pause = (pause * 3 / 2).min(Duration::from_secs(3));
            summary = client.submission(&summary.id).await?;
        }
        let groups = if summary.rejected + summary.warned > 0 {
            client.groups(&summary.id).await?
        } else {
            Vec::new()
        };
        Ok(Loaded { known, page: client.page(&summary.id), summary, groups })
    }

    /// What goes with the file.
    fn query(&self, path: &std::path::Path) -> client::Asked {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let mut query = vec![("name".to_owned(), name)];
        query.extend(self.org.iter().map(|o| ("org".to_owned(), o.clone())));
        query.extend(self.mappings.iter().map(|(h, f)| ("map".to_owned(), format!("{h}={f}"))));
        if self.again {
            query.push(("again".to_owned(), "true".to_owned()));
        }
        client::Asked { resource: self.resource.clone(), query }
    }

    /// From the file, or the environment; never a flag, which everybody on the machine could read.
    fn secret(&self) -> Result<String> {
        let text = match &self.credential {
            Some(path) => std::fs::read_to_string(path).map_err(|e| check::unreadable(path, &e))?,
            None => std::env::var("YISHU_CREDENTIAL").unwrap_or_default(),
        };
        let secret = text.trim();
        if secret.is_empty() || !secret.is_ascii() {
            return Err(Error::bad_input(
                "credential-needed",
                "没有接口凭证。请在平台“接口凭证”页为本单位新建一个，放进环境变量 YISHU_CREDENTIAL，或存成文件用 --credential 指定。",
                "There is no API credential. Make one for your department on the platform's page “API credentials”, and put it into the environment as YISHU_CREDENTIAL, or into a file named with --credential.",
            ));
        }
        Ok(secret.to_owned())
    }
}

/// A refusal of the platform, as it said it.
fn refusal(body: &Value) -> Option<(&str, &str)> {
    Some((body.get("code")?.as_str()?, body.get("detail")?.as_str()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(state: &str, rejected: u64) -> Loaded {
        let summary = Summary { state: state.to_owned(), rejected, ..Summary::default() };
        Loaded { known: false, page: String::new(), summary, groups: Vec::new() }
    }

    #[test]
    fn the_exit_code_says_whether_somebody_is_needed() {
        for (state, rejected, waited, code) in [
            ("landed", 0, true, 0),
            ("landed", 3, true, 1),
            ("held", 9, true, 1),
            ("mapping", 0, true, 1),
            ("refused", 0, true, 2),
            ("checking", 0, true, 2),
            ("received", 0, false, 0),
        ] {
            assert_eq!(loaded(state, rejected).code(waited), code, "{state}");
        }
    }
}
