//! Damaged commits (提交文件损坏): which file it is, and what an administrator can do about it.
//!
//! A commit is synced before anyone is answered, so only a failing disk or a hand in the folder leaves one empty or cut off. An
//! empty one is the worst: read as a commit that does nothing, its rows would be gone without a word.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use kernel::{Error, ErrorKind, Text};
use serde::de::IgnoredAny;

/// Commits looked at when a table is opened afresh: as many as may follow a checkpoint.
const RECENT: u64 = 100;

/// A commit that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Damage {
    version: u64,
    empty: bool,
    /// Whether it is the newest: only then can the table stand without it.
    is_last: bool,
}

/// The first commit after `known`, up to `newest`, that is empty or has no end. A look at each file's size and last byte.
pub(super) fn cut_off(table: &Path, known: Option<u64>, newest: u64) -> Option<Damage> {
    let first = known.map_or(newest.saturating_sub(RECENT), |v| v + 1);
    (first..=newest).find_map(|version| {
        let mut file = File::open(commit(table, version)).ok()?;
        let empty = file.metadata().ok()?.len() == 0;
        (empty || !ends(&mut file)).then(|| Damage { version, empty, is_last: is_last(table, version) })
    })
}

/// The first commit in the log that is no JSON, where reading the table has failed.
pub(super) fn unreadable(table: &Path) -> Option<Damage> {
    let mut versions = versions(table);
    versions.sort_unstable();
    versions.into_iter().find_map(|version| {
        let file = File::open(commit(table, version)).ok()?;
        let empty = file.metadata().ok()?.len() == 0;
        let is_json = |line: std::io::Result<String>| {
            line.is_ok_and(|l| l.trim().is_empty() || serde_json::from_str::<IgnoredAny>(&l).is_ok())
        };
        let damaged = empty || !BufReader::new(file).lines().all(is_json);
        damaged.then(|| Damage { version, empty, is_last: is_last(table, version) })
    })
}

impl Damage {
    /// The refusal: what is damaged, that nothing was done, and what to do.
    pub(super) fn refusal(&self, code: &str, table: &Path) -> Error {
        let version = self.version;
        let file = format!("_delta_log/{version:020}.json");
        let (zh, en) = if self.empty { ("是空的", "is empty") } else { ("不完整", "is incomplete") };
        let (zh_then, en_then) = if self.is_last {
            (
                format!(
                    "没有备份的，请把它移到别处：表回到上一版，此后可正常入库；再把第{version}版入库的那次提交撤回后重新上传，它收到的原文件还在。"
                ),
                format!(
                    " Without a backup, move it elsewhere: the table then stands at the version before and takes rows again; withdraw the submission that landed as version {version} and hand it in anew, its file as received is kept."
                ),
            )
        } else {
            (
                "它后面还有别的提交，不能移走。".to_owned(),
                " Commits follow it, so it must not be moved away.".to_owned(),
            )
        };
        Error::new(
            ErrorKind::Unavailable,
            "lake-corrupt",
            Text::new(
                format!(
                    "数据表“{code}”的提交文件 {file} {zh}，为避免写错，本次操作没有进行。其他数据表不受影响，已收到的内容不会丢失。请管理员从备份恢复这个文件。{zh_then}"
                ),
                format!(
                    "The commit {file} of table \"{code}\" {en}; nothing was done, so as not to make it worse. Other tables go on, and nothing received is lost. Restore that file from a backup.{en_then}"
                ),
            ),
        )
        .because(format!("{}: {self:?}", table.display()))
    }
}

fn commit(table: &Path, version: u64) -> PathBuf {
    table.join("_delta_log").join(format!("{version:020}.json"))
}

/// Whether a commit's last line is closed.
fn ends(file: &mut File) -> bool {
    let mut end = Vec::new();
    let length = file.metadata().map_or(0, |m| m.len());
    let read = file.seek(SeekFrom::Start(length.saturating_sub(16))).and_then(|_| file.read_to_end(&mut end));
    // What cannot be read at all is for the reader of the log to say.
    read.is_err() || end.trim_ascii_end().ends_with(b"}")
}

fn versions(table: &Path) -> Vec<u64> {
    let entries = std::fs::read_dir(table.join("_delta_log")).into_iter().flatten().flatten();
    entries.filter_map(|e| e.file_name().to_str()?.strip_suffix(".json")?.parse().ok()).collect()
}

fn is_last(table: &Path, version: u64) -> bool {
    versions(table).into_iter().all(|v| v <= version)
}
