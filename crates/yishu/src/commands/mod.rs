//! The commands, one file each.

pub mod check;
pub mod demo;
pub mod load;
pub mod pack;
pub mod serve;
pub mod simulate;
pub mod sql;

use std::io::Write as _;
use std::process::ExitCode;

/// Exit code of a command that could not do its work.
pub const FAILED: u8 = 2;

/// Writes a line to standard output; a closed pipe is no error.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Says what went wrong, in both languages, with the code in brackets; the inner detail goes to the log.
pub fn failed(e: &kernel::Error) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "[{}] {}\n{}", e.code(), e.text().zh, e.text().en);
    if let Some(detail) = e.detail() {
        let _ = writeln!(std::io::stderr(), "  {detail}");
    }
    ExitCode::from(FAILED)
}

/// The runtime for commands that talk to a database, the lake or the network.
pub fn runtime() -> kernel::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(kernel::Error::internal)
}
