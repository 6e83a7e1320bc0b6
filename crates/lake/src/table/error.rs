//! What the table format and the query engine report, turned into the one error. The text for the person says
//! which of four things it is: the disk is full, the lake cannot be reached, a table is damaged, or our fault.

use std::error::Error as StdError;

use deltalake_core::DeltaTableError;
use deltalake_core::datafusion::error::DataFusionError;
use kernel::{Error, ErrorKind, Text};

/// Turns an error of the storage layers into ours. `place` names the table or file for the log.
pub(crate) fn storage(place: &str, err: impl StdError + Send + Sync + 'static) -> Error {
    let chain = chain(&err);
    match verdict(&err, &chain) {
        Verdict::Full => full(place, &chain),
        Verdict::Unreachable => unreachable(place, &chain),
        Verdict::Corrupt => corrupt(place, &chain),
        Verdict::Other => Error::internal(format!("{place}: {chain}")),
    }
}

/// The disk that holds the lake is full. Nothing that was answered for is lost.
pub(crate) fn full(place: &str, detail: &str) -> Error {
    Error::new(
        ErrorKind::Unavailable,
        "lake-full",
        Text::new(
            "存储空间已满，本次内容没有写入，此前的数据不受影响。请管理员清理或扩容后重试。",
            "The storage is full: this was not written, and nothing written before is affected. Free or add space, then try again.",
        ),
    )
    .because(format!("{place}: {detail}"))
}

/// The lake cannot be reached or read.
pub(crate) fn unreachable(place: &str, detail: &str) -> Error {
    Error::new(
        ErrorKind::Unavailable,
        "lake-unreadable",
        Text::new(
            "数据湖暂时无法读写，已收到的内容不会丢失。请管理员检查存储地址和访问权限。",
            "The lake cannot be read or written at present; nothing received is lost. Check the address of the storage and its permissions.",
        ),
    )
    .because(format!("{place}: {detail}"))
}

/// A table's log or files are damaged.
pub(crate) fn corrupt(place: &str, detail: &str) -> Error {
    Error::new(
        ErrorKind::Unavailable,
        "lake-corrupt",
        Text::new(
            "数据表的文件已损坏或缺失，为避免写错，本次操作没有进行。请管理员从备份恢复该表。",
            "Files of this table are damaged or missing; nothing was done, so as not to make it worse. Restore the table from a backup.",
        ),
    )
    .because(format!("{place}: {detail}"))
}

/// The same error once more, for another caller.
pub(crate) fn again(e: &Error) -> Error {
    let same = Error::new(e.kind(), e.code(), e.text().clone());
    match e.detail() {
        Some(d) => same.because(d),
        None => same,
    }
}

#[derive(Debug, PartialEq)]
enum Verdict {
    Full,
    Unreachable,
    Corrupt,
    Other,
}

fn chain(err: &(dyn StdError + 'static)) -> String {
    let mut text = err.to_string();
    let mut at = err.source();
    while let Some(cause) = at {
        let more = cause.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        at = cause.source();
    }
    text
}

/// The layers below wrap the operating system's error at different depths and some only as text, so both the typed
/// chain and the text are looked at.
fn verdict(err: &(dyn StdError + 'static), text: &str) -> Verdict {
    let mut at = Some(err);
    while let Some(e) = at {
        if let Some(io) = e.downcast_ref::<std::io::Error>() {
            match io.kind() {
                std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => return Verdict::Full,
                std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                    return Verdict::Unreachable;
                }
                _ => {}
            }
        }
        at = e.source();
    }
    let has = |needles: &[&str]| needles.iter().any(|n| text.contains(n));
    if has(&["No space left on device", "os error 28", "Disk quota exceeded", "os error 122"]) {
        Verdict::Full
    } else if has(&[
        "Permission denied",
        "os error 13",
        "Read-only file system",
        "Not a directory",
        "Input/output error",
    ]) {
        Verdict::Unreachable
    } else if has(&[
        "Invalid JSON in log record",
        "Parquet",
        "parquet",
        "Not a Delta table",
        "No such file or directory",
        "not found",
        "NotFound",
        "Malformed",
        "Invalid table version",
        "EOF while parsing",
        "Json error",
    ]) {
        Verdict::Corrupt
    } else {
        Verdict::Other
    }
}

/// An error of a working file beside the lake: findings, rows to be mended, unpacked bytes.
pub(crate) fn working(e: impl Into<std::io::Error>) -> Error {
    storage("working file", e.into())
}

/// Shorthand for results of the table format.
pub(crate) trait OrStorage<T> {
    /// Maps the error with [`storage`].
    fn or_storage(self, place: &str) -> kernel::Result<T>;
}

impl<T> OrStorage<T> for Result<T, DeltaTableError> {
    fn or_storage(self, place: &str) -> kernel::Result<T> {
        self.map_err(|e| storage(place, e))
    }
}

impl<T> OrStorage<T> for Result<T, DataFusionError> {
    fn or_storage(self, place: &str) -> kernel::Result<T> {
        self.map_err(|e| storage(place, e))
    }
}

impl<T> OrStorage<T> for Result<T, std::io::Error> {
    fn or_storage(self, place: &str) -> kernel::Result<T> {
        self.map_err(|e| storage(place, e))
    }
}

impl<T> OrStorage<T> for Result<T, deltalake_core::arrow::error::ArrowError> {
    fn or_storage(self, place: &str) -> kernel::Result<T> {
        self.map_err(|e| storage(place, e))
    }
}

impl<T> OrStorage<T> for Result<T, deltalake_core::parquet::errors::ParquetError> {
    fn or_storage(self, place: &str) -> kernel::Result<T> {
        self.map_err(|e| storage(place, e))
    }
}

impl<T> OrStorage<T> for Result<T, deltalake_core::ObjectStoreError> {
    fn or_storage(self, place: &str) -> kernel::Result<T> {
        self.map_err(|e| storage(place, e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_a_damaged_table() {
        let full = storage("licence-2018", std::io::Error::from_raw_os_error(28));
        assert_eq!((full.code(), full.kind()), ("lake-full", ErrorKind::Unavailable));
        let denied = storage("licence-2018", std::io::Error::from(std::io::ErrorKind::PermissionDenied));
        assert_eq!(denied.code(), "lake-unreadable");
        let broken = storage("licence-2018", DeltaTableError::NotATable("x".into()));
        assert_eq!(broken.code(), "lake-corrupt");
        let wrapped =
            storage("x", DeltaTableError::generic("failed to write: No space left on device (os error 28)"));
        assert_eq!(wrapped.code(), "lake-full");
    }
}
