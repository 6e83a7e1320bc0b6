//! What a file is, by its content (内容识别). The name is never asked: old systems call HTML tables `.xls`
//! and PDF files `.csv`.

use std::io::Read;

use encoding_rs::{Encoding as Known, GB18030, UTF_16BE, UTF_16LE};
use kernel::Result;
use memchr::memmem;

use super::model::{Encoding, ReadOptions};
use super::refuse;
use super::source::Source;

/// Bytes looked at to tell what a file is.
const HEAD: usize = 256 << 10;
/// How far to look for the first letter beyond ASCII before settling for UTF-8.
const FURTHER: usize = 64 << 20;

/// The first bytes of a file.
pub(super) struct Head {
    pub bytes: Vec<u8>,
    /// Whether that is all of it.
    pub whole: bool,
}

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Gzip,
    /// A zip archive, which may be a workbook.
    Zip,
    /// A compound file: an old workbook, an old document, or an encrypted new one.
    Compound,
    Parquet,
    Json,
    Text,
}

/// Reads the head of a stream.
pub(super) fn head(stream: &mut dyn Read) -> Result<Head> {
    let mut bytes = Vec::new();
    stream.take(HEAD as u64 + 1).read_to_end(&mut bytes).map_err(refuse::io)?;
    let whole = bytes.len() <= HEAD;
    bytes.truncate(HEAD);
    Ok(Head { bytes, whole })
}

/// Tells what a file is, or refuses what is certainly no table.
pub(super) fn kind(head: &Head) -> Result<Kind> {
    let b = &head.bytes[..];
    if b.is_empty() {
        return Err(refuse::empty_file());
    }
    let starts = |magic: &[u8]| b.starts_with(magic);
    if starts(b"\x1f\x8b") {
        return Ok(Kind::Gzip);
    }
    if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") || starts(b"PK\x07\x08") {
        return Ok(Kind::Zip);
    }
    if starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Ok(Kind::Compound);
    }
    if starts(b"PAR1") {
        return Ok(Kind::Parquet);
    }
    if let Some((zh, en)) = foreign(b) {
        return Err(refuse::not_a_table(zh, en));
    }
    let text = b.strip_prefix(b"\xef\xbb\xbf").unwrap_or(b).trim_ascii_start();
    match text {
        [b'{', rest @ ..] if starts_object(rest) => Ok(Kind::Json),
        [b'[', rest @ ..] => match rest.trim_ascii_start() {
            // Rows as arrays are JSON too, though none that can be read; cut at commas they would be nonsense.
            [b'{' | b']' | b'[' | b'"', ..] | [] => Ok(Kind::Json),
            _ => Ok(Kind::Text),
        },
        _ => Ok(Kind::Text),
    }
}

fn starts_object(rest: &[u8]) -> bool {
    matches!(rest.trim_ascii_start(), [b'"' | b'}', ..] | [])
}

/// Formats that are no tables, or tables only for the program that wrote them.
fn foreign(b: &[u8]) -> Option<(&'static str, &'static str)> {
    let known: [(&[u8], (&str, &str)); 15] = [
        (b"%PDF", (" PDF 文档", "a PDF document")),
        (b"{\\rtf", (" RTF 文档", "an RTF document")),
        (b"\x89PNG", ("图片", "an image")),
        (b"\xff\xd8\xff", ("图片", "an image")),
        (b"GIF8", ("图片", "an image")),
        (b"BM\x00\x00", ("图片", "an image")),
        (b"II*\0", ("图片", "an image")),
        (b"Rar!", (" RAR 压缩包（请改用 zip）", "a RAR archive (use zip)")),
        (b"7z\xbc\xaf\x27\x1c", (" 7z 压缩包（请改用 zip）", "a 7z archive (use zip)")),
        (b"BZh", (" bzip2 压缩文件（请改用 gzip 或 zip）", "packed by bzip2 (use gzip or zip)")),
        (b"\xfd7zXZ", (" xz 压缩文件（请改用 gzip 或 zip）", "packed by xz (use gzip or zip)")),
        (b"\x28\xb5\x2f\xfd", (" zstd 压缩文件（请改用 gzip 或 zip）", "packed by zstd (use gzip or zip)")),
        (b"SQLite format 3\0", (" SQLite 数据库", "an SQLite database")),
        (b"MZ\x90", ("可执行程序", "a program")),
        (b"\x7fELF", ("可执行程序", "a program")),
    ];
    if let Some((_, what)) = known.iter().find(|(magic, _)| b.starts_with(magic)) {
        return Some(*what);
    }
    let text = b.strip_prefix(b"\xef\xbb\xbf").unwrap_or(b).trim_ascii_start();
    let start = text[..text.len().min(4096)].to_ascii_lowercase();
    let has = |needle: &[u8]| memmem::find(&start, needle).is_some();
    if start.starts_with(b"mime-version:") {
        return Some(("网页存档（MHTML），只是被命名成了表格", "a web archive (MHTML) named like a table"));
    }
    if start.starts_with(b"<") {
        if has(b"urn:schemas-microsoft-com:office:spreadsheet") && start.starts_with(b"<?xml") {
            return Some(("“XML 电子表格 2003”", "an “XML Spreadsheet 2003”"));
        }
        if has(b"<html") || has(b"<!doctype html") || has(b"<table") || has(b"<head") || has(b"<meta") {
            return Some((
                "网页（HTML），老系统常把它命名成 .xls",
                "a web page (HTML), which old systems like to call .xls",
            ));
        }
        if start.starts_with(b"<?xml") {
            return Some((" XML 文档", "an XML document"));
        }
    }
    None
}

/// The encoding of a text and a sample of it in UTF-8, without byte order mark.
pub(super) fn encoding(source: &Source, head: &Head, options: &ReadOptions) -> Result<(Encoding, Vec<u8>)> {
    let b = &head.bytes[..];
    let encoding = match options.encoding {
        Some(said) => said,
        None => guess(source, head)?,
    };
    let sample = match encoding {
        Encoding::Utf8 | Encoding::Utf8Bom => b.strip_prefix(b"\xef\xbb\xbf").unwrap_or(b).to_vec(),
        Encoding::Utf16Le => UTF_16LE.decode_with_bom_removal(b).0.into_owned().into_bytes(),
        Encoding::Utf16Be => UTF_16BE.decode_with_bom_removal(b).0.into_owned().into_bytes(),
        Encoding::Gb18030 => GB18030.decode_with_bom_removal(b).0.into_owned().into_bytes(),
    };
    if looks_binary(&sample) {
        return Err(refuse::not_a_table("二进制数据", "binary data"));
    }
    Ok((encoding, sample))
}

fn guess(source: &Source, head: &Head) -> Result<Encoding> {
    let b = &head.bytes[..];
    if b.starts_with(b"\xef\xbb\xbf") {
        return Ok(Encoding::Utf8Bom);
    }
    if b.starts_with(b"\xff\xfe") {
        return Ok(Encoding::Utf16Le);
    }
    if b.starts_with(b"\xfe\xff") {
        return Ok(Encoding::Utf16Be);
    }
    if b.starts_with(b"\x84\x31\x95\x33") {
        return Ok(Encoding::Gb18030);
    }
    if let Some(unmarked) = utf16_without_mark(b) {
        return Ok(unmarked);
    }
    if b.is_ascii() && !head.whole {
        return match beyond_ascii(source)? {
            Some(later) => of_letters(&later),
            None => Ok(Encoding::Utf8),
        };
    }
    of_letters(b)
}

/// UTF-16 without a mark shows as every second byte of its ASCII letters and line ends being zero.
fn utf16_without_mark(b: &[u8]) -> Option<Encoding> {
    let b = &b[..b.len().min(8192)];
    let zeros = |odd: usize| b.iter().skip(odd).step_by(2).filter(|x| **x == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let enough = (b.len() / 16).max(3);
    if odd > enough && even == 0 {
        Some(Encoding::Utf16Le)
    } else if even > enough && odd == 0 {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// The first stretch of a long file that is not plain ASCII.
fn beyond_ascii(source: &Source) -> Result<Option<Vec<u8>>> {
    let mut stream = source.stream()?.take(FURTHER as u64);
    let mut block = vec![0; HEAD];
    loop {
        let mut have = 0;
        while have < block.len() {
            match stream.read(&mut block[have..]).map_err(refuse::io)? {
                0 => break,
                n => have += n,
            }
        }
        if have == 0 {
            return Ok(None);
        }
        if let Some(at) = block[..have].iter().position(|b| !b.is_ascii()) {
            // From the start of the line, so that no character is cut in two.
            let from = memchr::memrchr(b'\n', &block[..at]).map_or(0, |i| i + 1);
            return Ok(Some(block[from..have].to_vec()));
        }
    }
}

/// Tells UTF-8 from GB 18030 by how much of the text beyond ASCII each of them explains.
fn of_letters(b: &[u8]) -> Result<Encoding> {
    let mut good = 0; // bytes in characters that are good UTF-8 beyond ASCII
    let mut bad = 0;
    let chunks: Vec<_> = b.utf8_chunks().collect();
    let last = chunks.len().saturating_sub(1);
    for (i, chunk) in chunks.iter().enumerate() {
        good += chunk.valid().bytes().filter(|b| !b.is_ascii()).count();
        // The sample may end within a character.
        if i != last || !chunk.valid().is_empty() && chunk.invalid().len() > 3 {
            bad += chunk.invalid().len();
        }
    }
    if bad == 0 || good > 8 * bad {
        return Ok(Encoding::Utf8);
    }
    // All of a GB 18030 text is pairs; what it cannot explain becomes U+FFFD.
    let text = GB18030.decode_without_bom_handling(b).0;
    let letters = text.chars().filter(|c| !c.is_ascii()).count();
    let broken = text.chars().filter(|c| *c == '\u{fffd}').count();
    // A file of few letters, one of them broken, may still be GB 18030.
    if broken <= 1 || broken * 20 <= letters {
        if let Some(other) = other_encoding(b, &text) {
            return Err(refuse::unknown_encoding(other.name()));
        }
        return Ok(Encoding::Gb18030);
    }
    if good >= bad {
        return Ok(Encoding::Utf8);
    }
    if looks_binary(b) {
        return Err(refuse::not_a_table("二进制数据", "binary data"));
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(b, true);
    let other = detector.guess(None, chardetng::Utf8Detection::Deny);
    if other == GB18030 || other == encoding_rs::GBK {
        return Ok(Encoding::Gb18030);
    }
    Err(refuse::unknown_encoding(other.name()))
}

/// Another encoding than GB 18030 although the bytes could be GB 18030: when most of what they would say are
/// characters hardly anyone writes, and a detector knows better.
fn other_encoding(b: &[u8], as_gb: &str) -> Option<&'static Known> {
    let common =
        |c: char| GB18030.encode(c.encode_utf8(&mut [0; 4])).0.iter().all(|b| (0xa1..=0xf7).contains(b));
    let letters: Vec<char> = as_gb.chars().filter(|c| !c.is_ascii()).collect();
    let rare = letters.iter().filter(|c| !common(**c)).count();
    if letters.len() < 20 || rare * 3 < letters.len() {
        return None;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(b, true);
    let other = detector.guess(None, chardetng::Utf8Detection::Deny);
    (other != GB18030 && other != encoding_rs::GBK).then_some(other)
}

/// Text has line breaks and tabs, but next to no other control characters.
fn looks_binary(b: &[u8]) -> bool {
    let control = b.iter().filter(|b| matches!(b, 0..=8 | 0x0e..=0x1f | 0x7f)).count();
    control > 2 && control * 50 > b.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_gb18030_from_utf8() {
        let gb = GB18030.encode("统一社会信用代码,企业名称,住所\n").0.into_owned();
        assert_eq!(of_letters(&gb).unwrap(), Encoding::Gb18030);
        assert_eq!(of_letters("统一社会信用代码,企业名称\n".as_bytes()).unwrap(), Encoding::Utf8);
        // Cut within a character.
        let utf8 = "统一社会信用代码,企业名称".as_bytes();
        assert_eq!(of_letters(&utf8[..utf8.len() - 1]).unwrap(), Encoding::Utf8);
        // A few stray bytes do not make a UTF-8 file another one.
        let mut mixed = "统一社会信用代码,企业名称,住所\n".repeat(20).into_bytes();
        mixed.extend(&gb);
        assert_eq!(of_letters(&mixed).unwrap(), Encoding::Utf8);
        let mut mixed = gb.repeat(20);
        mixed.extend("甲乙丙\n".as_bytes());
        assert_eq!(of_letters(&mixed).unwrap(), Encoding::Gb18030);
    }

    #[test]
    fn another_encoding_is_named() {
        let big5 = encoding_rs::BIG5
            .encode(&"統一社會信用代碼,企業名稱,住所\n廣東省東莞市\n".repeat(20))
            .0
            .into_owned();
        let refusal = of_letters(&big5).unwrap_err();
        assert_eq!(refusal.code(), "unknown-encoding");
        assert!(refusal.text().zh.contains("Big5"), "{}", refusal.text().zh);
    }

    #[test]
    fn utf16_without_a_mark() {
        let le: Vec<u8> = "code,name\n1,甲\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(utf16_without_mark(&le), Some(Encoding::Utf16Le));
        assert_eq!(utf16_without_mark(b"code,name\n1,\0\n"), None);
    }
}
