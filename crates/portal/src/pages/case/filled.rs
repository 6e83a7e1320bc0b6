//! A form with files as it was sent.

use axum::extract::Multipart;
use axum::extract::multipart::MultipartError;
use axum::http::StatusCode;
use kernel::{Error, ErrorKind, Result, Text};

use crate::model::case::{Attachment, LARGEST};

/// What a form held.
#[derive(Default)]
pub(super) struct Filled {
    pub pairs: Vec<(String, String)>,
    pub files: Vec<Attachment>,
}

/// Longest text of one field, in bytes.
const TEXT: usize = 64 << 10;
/// Most fields.
const FIELDS: usize = 200;

fn broken(e: MultipartError) -> Error {
    if e.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Error::new(
            ErrorKind::TooLarge,
            "upload-large",
            Text::new(
                "附件合计超过 40 MB，没有提交成功。请返回上一页，压缩或减少附件后重新提交（每个不超过 10 MB，最多 10 个，合计不超过 40 MB）。",
                "The attachments are more than 40 MB together and nothing was sent. Go back, compress them or choose fewer, and send the form again (up to 10 MB each, at most 10, 40 MB together).",
            ),
        );
    }
    Error::bad_input(
        "upload-broken",
        "上传中断，文件没有收全。请检查网络后重新上传。",
        "The upload was cut off before the whole file arrived. Check the connection and upload it again.",
    )
    .because(e)
}

impl Filled {
    /// Reads a form. Files are named `file` or `file:<paper>`; of one that is too large only as much is kept as shows it.
    pub(super) async fn read(mut form: Multipart) -> Result<Self> {
        let mut filled = Self::default();
        while let Some(mut part) = form.next_field().await.map_err(broken)? {
            let name = part.name().unwrap_or_default().to_owned();
            let file = part.file_name().map(str::to_owned);
            let most = if file.is_some() { LARGEST + 1 } else { TEXT };
            let mut bytes = Vec::new();
            while let Some(chunk) = part.chunk().await.map_err(broken)? {
                let room = most.saturating_sub(bytes.len());
                bytes.extend_from_slice(chunk.get(..room.min(chunk.len())).unwrap_or_default());
            }
            match file {
                // A file field left empty.
                Some(file) if file.is_empty() && bytes.is_empty() => {}
                Some(file) => {
                    let paper = name.strip_prefix("file:").unwrap_or_default().to_owned();
                    filled.files.push(Attachment { paper, name: file, bytes });
                }
                None if filled.pairs.len() < FIELDS => {
                    filled.pairs.push((name, String::from_utf8_lossy(&bytes).into_owned()));
                }
                None => {}
            }
        }
        Ok(filled)
    }

    pub(super) fn value(&self, name: &str) -> &str {
        self.pairs.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v)
    }

    /// The values of all fields with a prefix: what follows it, and the value.
    pub(super) fn prefixed(&self, prefix: &str) -> Vec<(String, String)> {
        let strip = |(k, v): &(String, String)| Some((k.strip_prefix(prefix)?.to_owned(), v.clone()));
        self.pairs.iter().filter_map(strip).collect()
    }

    pub(super) fn all(&self, name: &str) -> Vec<String> {
        self.pairs.iter().filter(|(k, _)| k == name).map(|(_, v)| v.clone()).collect()
    }
}
