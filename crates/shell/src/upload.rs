//! A form with a file (上传).

use axum::extract::Multipart;
use axum::extract::multipart::MultipartError;
use kernel::{Error, Result};

fn broken(cause: MultipartError) -> Error {
    Error::bad_input(
        "upload-broken",
        "上传中断，文件没有收全。请检查网络后重新上传。",
        "The upload broke off and the file is not complete. Check the connection and upload it again.",
    )
    .because(cause)
}

/// Name and bytes of the file in the field `file`; none where the form holds none.
///
/// # Errors
/// `upload-broken` where it did not arrive whole.
pub async fn uploaded(form: &mut Multipart) -> Result<Option<(String, Vec<u8>)>> {
    while let Some(field) = form.next_field().await.map_err(broken)? {
        if field.name() == Some("file") {
            let name = field.file_name().unwrap_or_default().to_owned();
            return Ok(Some((name, field.bytes().await.map_err(broken)?.to_vec())));
        }
    }
    Ok(None)
}
