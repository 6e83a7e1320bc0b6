//! The circular as PDF, by LibreOffice where it is installed.

use std::io::ErrorKind as Io;
use std::time::Duration;

use kernel::{Error, ErrorKind, Result, Text};
use tokio::process::Command;

/// LibreOffice takes seconds; a minute means that it hangs.
const LONGEST: Duration = Duration::from_secs(60);

/// A DOCX as PDF.
///
/// # Errors
/// `pdf-unavailable` where LibreOffice is not installed or does not answer; `pdf-failed` where it cannot read the document.
pub(crate) async fn pdf(docx: &[u8]) -> Result<Vec<u8>> {
    let folder = tempfile::tempdir().map_err(Error::internal)?;
    let file = folder.path().join("circular.docx");
    tokio::fs::write(&file, docx).await.map_err(Error::internal)?;
    // A profile of its own: two conversions at once would meet in the user's.
    let profile = format!("-env:UserInstallation=file://{}", folder.path().join("profile").display());
    let run = Command::new("soffice")
        .arg(profile)
        .args(["--headless", "--convert-to", "pdf", "--outdir"])
        .arg(folder.path())
        .arg(&file)
        .kill_on_drop(true)
        .output();
    let done = match tokio::time::timeout(LONGEST, run).await {
        Ok(Ok(done)) => done,
        Ok(Err(e)) if e.kind() == Io::NotFound => return Err(unavailable("soffice is not installed")),
        Ok(Err(e)) => return Err(unavailable(&e.to_string())),
        Err(_) => return Err(unavailable("soffice did not answer within a minute")),
    };
    match tokio::fs::read(folder.path().join("circular.pdf")).await {
        Ok(pdf) => Ok(pdf),
        Err(_) => Err(Error::new(
            ErrorKind::Unavailable,
            "pdf-failed",
            Text::new(
                "LibreOffice 没能把这份 Word 文件转换成 PDF。请下载 Word 文件打开看看，或请管理员查看服务器日志。",
                "LibreOffice could not turn this Word file into a PDF. Download the Word file and open it, or ask the administrator to look at the server's log.",
            ),
        )
        .because(String::from_utf8_lossy(&done.stderr).into_owned())),
    }
}

fn unavailable(why: &str) -> Error {
    Error::new(
        ErrorKind::Unavailable,
        "pdf-unavailable",
        Text::new(
            "服务器上没有可用的 LibreOffice，暂不能转换成 PDF。请下载 Word 文件，用办公软件另存为 PDF；或请管理员安装 LibreOffice（soffice 命令）。",
            "LibreOffice is not available on the server, so there is no PDF. Download the Word file and save it as PDF, or ask the administrator to install LibreOffice (the command soffice).",
        ),
    )
    .because(why)
}
