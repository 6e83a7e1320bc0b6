//! Attachments of a case (附件): told by their content, never by their name. PDF, JPEG and PNG only, and no PDF that does things
//! by itself.

use std::io::Read as _;

use kernel::{Error, ErrorKind, Text};

/// Most bytes of one file.
pub const LARGEST: usize = 10 << 20;
/// Most bytes of all files of one application or answer.
pub const TOGETHER: usize = 40 << 20;
/// Most files of one application or answer.
pub const MOST: usize = 10;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// PDF
    Pdf,
    /// JPEG
    Jpeg,
    /// PNG
    Png,
}

impl FileKind {
    /// The ending under which it is kept.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }

    /// The media type under which it is sent.
    #[must_use]
    pub const fn media(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// By its ending.
    #[must_use]
    pub fn by_ending(ending: &str) -> Option<Self> {
        [Self::Pdf, Self::Jpeg, Self::Png].into_iter().find(|k| k.ending() == ending)
    }
}

/// A file as it was sent.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// Which paper of the list it is.
    pub paper: String,
    /// Its name as the sender gave it.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Most points of a picture: a page of A4 at 600 dots an inch has 35 million.
const MOST_POINTS: u64 = 50_000_000;
/// Most bytes of a compressed part of a PDF that are looked at, and most parts.
const MOST_OBJECTS: u64 = 4 << 20;
const MOST_STREAMS: usize = 64;

/// What PDF files do by themselves, or carry with them.
const ACTIVE: [&str; 9] = [
    "/JavaScript",
    "/JS",
    "/Launch",
    "/EmbeddedFile",
    "/RichMedia",
    "/XFA",
    "/SubmitForm",
    "/ImportData",
    "/Encrypt",
];

/// What the file is, if it may be kept.
///
/// # Errors
/// `attachment-empty`, `attachment-large`, `attachment-kind`, `attachment-damaged`, `attachment-points`, `attachment-active`, each
/// naming the file.
pub fn check_attachment(file: &Attachment) -> Result<FileKind, Error> {
    let name = safe_name(&file.name, None);
    let bytes = file.bytes.as_slice();
    if bytes.is_empty() {
        return Err(Error::bad_input(
            "attachment-empty",
            format!("附件“{name}”是空的。请检查后重新选择。"),
            format!("The attachment “{name}” is empty. Check it and choose it again."),
        ));
    }
    if bytes.len() > LARGEST {
        return Err(Error::new(
            ErrorKind::TooLarge,
            "attachment-large",
            Text::new(
                format!("附件“{name}”超过 10 MB。请压缩，或分成几个文件。"),
                format!("The attachment “{name}” is larger than 10 MB. Compress it, or send it in parts."),
            ),
        ));
    }
    let kind = kind_of(bytes).ok_or_else(|| {
        Error::bad_input(
            "attachment-kind",
            format!("附件“{name}”不是 PDF、JPG 或 PNG（按内容判断，与文件名无关）。请扫描或拍照，存成这三种格式之一后上传。"),
            format!("The attachment “{name}” is no PDF, JPG or PNG (judged by its content, not its name). Scan or photograph it and upload one of these."),
        )
    })?;
    if !is_whole(kind, bytes) {
        return Err(Error::bad_input(
            "attachment-damaged",
            format!("附件“{name}”不完整，或后面附带了别的内容。请重新扫描或导出。"),
            format!(
                "The attachment “{name}” is cut off, or something else is attached to it. Scan or export it again."
            ),
        ));
    }
    if size_of(kind, bytes).is_some_and(|(wide, high)| u64::from(wide) * u64::from(high) > MOST_POINTS) {
        return Err(Error::bad_input(
            "attachment-points",
            format!("附件“{name}”超过 5000 万像素，常见看图软件打不开。请缩小后再上传。"),
            format!(
                "The attachment “{name}” has more than 50 million points, more than common programs can open. Make it smaller and upload it again."
            ),
        ));
    }
    if kind == FileKind::Pdf && (is_active(bytes) || object_streams(bytes).any(|objects| is_active(&objects)))
    {
        return Err(Error::bad_input(
            "attachment-active",
            format!("附件“{name}”含有脚本、内嵌文件、表单或加密。请用“打印成 PDF”另存一份再上传。"),
            format!(
                "The attachment “{name}” holds scripts, embedded files, forms or is encrypted. Print it to a new PDF and upload that."
            ),
        ));
    }
    Ok(kind)
}

fn kind_of(bytes: &[u8]) -> Option<FileKind> {
    if bytes.starts_with(b"%PDF-") {
        Some(FileKind::Pdf)
    } else if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        Some(FileKind::Jpeg)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(FileKind::Png)
    } else {
        None
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).rposition(|w| w == what)
}

/// The file ends where its format says it ends: a program or an archive behind a picture is not let in.
fn is_whole(kind: FileKind, bytes: &[u8]) -> bool {
    // The end record of a zip stands in the last 64 KiB.
    let tail = bytes.get(bytes.len().saturating_sub(66_000)..).unwrap_or(bytes);
    if find(tail, b"PK\x05\x06").is_some() {
        return false;
    }
    let blank = |rest: &[u8]| rest.iter().all(|b| matches!(b, 0 | b'\r' | b'\n' | b' '));
    match kind {
        FileKind::Pdf => find(tail, b"%%EOF").is_some_and(|at| blank(&tail[at + 5..])),
        FileKind::Jpeg => find(tail, &[0xFF, 0xD9]).is_some_and(|at| blank(&tail[at + 2..])),
        // IEND and its check sum are the last twelve bytes.
        FileKind::Png => {
            bytes.get(12..16) == Some(b"IHDR") && bytes.ends_with(b"\0\0\0\0IEND\xAE\x42\x60\x82")
        }
    }
}

/// Width and height by the header of a picture; none of what has no such header.
fn size_of(kind: FileKind, bytes: &[u8]) -> Option<(u32, u32)> {
    match kind {
        FileKind::Pdf => None,
        FileKind::Png => {
            let side = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
            Some((side(16)?, side(20)?))
        }
        FileKind::Jpeg => {
            let short = |at: usize| Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
            let mut at = 2;
            loop {
                let (mark, kind) = (*bytes.get(at)?, *bytes.get(at + 1)?);
                match (mark, kind) {
                    (0xFF, 0xFF) => at += 1,
                    // The frame header; C4, C8 and CC are tables.
                    (0xFF, 0xC0..=0xCF) if !matches!(kind, 0xC4 | 0xC8 | 0xCC) => {
                        return Some((u32::from(short(at + 7)?), u32::from(short(at + 5)?)));
                    }
                    // Markers that stand alone.
                    (0xFF, 0x01 | 0xD0..=0xD8) => at += 2,
                    (0xFF, _) => at += 2 + usize::from(short(at + 2)?),
                    _ => return None,
                }
            }
        }
    }
}

/// The objects that a PDF keeps compressed (`/ObjStm`).
fn object_streams(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let starts = memchr::memmem::find_iter(bytes, b"stream").filter(|at| {
        // What stands before it tells what it holds; a longer description has something to hide as well.
        let head = &bytes[at.saturating_sub(1024)..*at];
        let own = memchr::memmem::rfind(head, b"obj").map_or(head, |from| &head[from..]);
        has_name(&spelled(own), "/ObjStm")
    });
    starts.take(MOST_STREAMS).filter_map(|at| {
        let body = bytes.get(at + 6..)?;
        let body = body.strip_prefix(b"\r\n").or_else(|| body.strip_prefix(b"\n")).unwrap_or(body);
        let mut objects = Vec::new();
        // What is cut off or damaged is looked at as far as it goes.
        let _ = flate2::read::ZlibDecoder::new(body).take(MOST_OBJECTS).read_to_end(&mut objects);
        Some(objects)
    })
}

/// Names in a PDF may be written with `#41` for `A`.
fn is_active(bytes: &[u8]) -> bool {
    let plain = spelled(bytes);
    ACTIVE.iter().any(|name| has_name(&plain, name))
}

/// Whether a name stands in a PDF: `/JS` but not `/JSON…`, a name ends where another character class begins.
fn has_name(plain: &[u8], name: &str) -> bool {
    memchr::memmem::find_iter(plain, name)
        .any(|at| !plain.get(at + name.len()).is_some_and(u8::is_ascii_alphanumeric))
}

/// The bytes with every `#41` spelled out.
fn spelled(bytes: &[u8]) -> Vec<u8> {
    let hex = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let mut plain = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(&b) = bytes.get(i) {
        let pair = bytes.get(i + 1).copied().and_then(hex).zip(bytes.get(i + 2).copied().and_then(hex));
        match (b, pair) {
            (b'#', Some((high, low))) => {
                plain.push(high * 16 + low);
                i += 3;
            }
            _ => {
                plain.push(b);
                i += 1;
            }
        }
    }
    plain
}

/// A name without paths, control characters or what a shell or a browser could misread; of a known kind with its ending alone.
#[must_use]
pub fn safe_name(name: &str, kind: Option<FileKind>) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let keep = |c: char| {
        c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ' | '（' | '）' | '(' | ')' | '〔' | '〕')
    };
    let clean: String = base.chars().filter(|c| keep(*c)).collect();
    let stem = match kind {
        // Every ending goes: `bill.exe.pdf` is no name for anything.
        Some(_) => clean.split('.').next().unwrap_or_default(),
        None => clean.as_str(),
    };
    let stem: String = stem.trim().trim_matches('.').chars().take(80).collect();
    let stem = if stem.is_empty() { "file".to_owned() } else { stem };
    match kind {
        Some(kind) => format!("{stem}.{}", kind.ending()),
        None => stem,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const PDF: &[u8] =
        b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

    fn png() -> Vec<u8> {
        let mut all =
            b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55".to_vec();
        all.extend_from_slice(b"\0\0\0\0IEND\xAE\x42\x60\x82");
        all
    }

    fn jpeg() -> Vec<u8> {
        [&[0xFF, 0xD8, 0xFF, 0xE0][..], b"\0\x10JFIF\0 picture", &[0xFF, 0xD9]].concat()
    }

    fn judge(name: &str, bytes: impl Into<Vec<u8>>) -> Result<FileKind, &'static str> {
        check_attachment(&Attachment {
            paper: "proof".to_owned(),
            name: name.to_owned(),
            bytes: bytes.into(),
        })
        .map_err(|e| e.code())
    }

    #[test]
    fn good_files_pass_whatever_their_name() {
        assert_eq!(judge("执照.pdf", PDF), Ok(FileKind::Pdf));
        assert_eq!(judge("证明.JPG", jpeg()), Ok(FileKind::Jpeg));
        assert_eq!(judge("scan.png", png()), Ok(FileKind::Png));
        assert_eq!(judge("no-ending", png()), Ok(FileKind::Png));
        let talks = [b"%PDF-1.4\n(JS and /JSONData are words)\n".as_slice(), b"%%EOF"].concat();
        assert_eq!(judge("words.pdf", talks), Ok(FileKind::Pdf));
    }

    #[test]
    fn bad_files_are_refused_each_with_its_reason() {
        let pdf = |body: &str| format!("%PDF-1.7\n{body}\n%%EOF\n").into_bytes();
        let zip = b"PK\x03\x04....PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
        let bad: Vec<(&str, Vec<u8>, &str)> = vec![
            ("empty.pdf", Vec::new(), "attachment-empty"),
            ("large.png", [png(), vec![0; LARGEST]].concat(), "attachment-large"),
            ("bill.pdf", b"MZ\x90\0\x03 program".to_vec(), "attachment-kind"),
            ("photo.jpg", b"\x7fELF\x02\x01\x01".to_vec(), "attachment-kind"),
            ("table.docm", zip.clone(), "attachment-kind"),
            ("old.doc", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 macro".to_vec(), "attachment-kind"),
            ("page.pdf", b"<html><script>alert(1)</script>".to_vec(), "attachment-kind"),
            ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "attachment-kind"),
            ("moving.gif", b"GIF89a\x01\0\x01\0".to_vec(), "attachment-kind"),
            ("script.pdf", pdf("<</S/JavaScript/JS(app.alert\\(1\\))>>"), "attachment-active"),
            ("hidden.pdf", pdf("<</S/J#61vaScript>>"), "attachment-active"),
            ("start.pdf", pdf("<</S/Launch/F(cmd.exe)>>"), "attachment-active"),
            ("carrier.pdf", pdf("<</Type/EmbeddedFile>>"), "attachment-active"),
            ("locked.pdf", pdf("<</Encrypt 5 0 R>>"), "attachment-active"),
            ("cut.pdf", b"%PDF-1.4\n1 0 obj".to_vec(), "attachment-damaged"),
            ("cut.jpg", [0xFF, 0xD8, 0xFF, 0xE0, 1, 2].to_vec(), "attachment-damaged"),
            ("carrier.png", [png(), zip.clone()].concat(), "attachment-damaged"),
            ("carrier.jpg", [jpeg(), zip].concat(), "attachment-damaged"),
            ("after.pdf", [PDF, b"MZ program"].concat(), "attachment-damaged"),
        ];
        assert!(bad.len() >= 15);
        for (name, bytes, code) in bad {
            assert_eq!(judge(name, bytes), Err(code), "{name}");
        }
    }

    #[test]
    fn pictures_beyond_what_programs_open_are_refused_by_their_header() {
        let sized = |wide: u32, high: u32| {
            let mut all = png();
            all[16..20].copy_from_slice(&wide.to_be_bytes());
            all[20..24].copy_from_slice(&high.to_be_bytes());
            all
        };
        assert_eq!(judge("scan.png", sized(4960, 7016)), Ok(FileKind::Png));
        assert_eq!(judge("bomb.png", sized(60_000, 60_000)), Err("attachment-points"));
        let frame = |wide: u16, high: u16| {
            let mut all =
                b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xFF\xC0\0\x0B\x08".to_vec();
            all.extend_from_slice(&high.to_be_bytes());
            all.extend_from_slice(&wide.to_be_bytes());
            all.extend_from_slice(b"\x01\x01\x11\0\xFF\xD9");
            all
        };
        assert_eq!(judge("photo.jpg", frame(4000, 3000)), Ok(FileKind::Jpeg));
        assert_eq!(judge("bomb.jpg", frame(60_000, 60_000)), Err("attachment-points"));
    }

    #[test]
    fn scripts_in_compressed_objects_are_found() {
        let packed = |objects: &[u8]| {
            let mut zip = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
            std::io::Write::write_all(&mut zip, objects).unwrap();
            let head = b"%PDF-1.7\n5 0 obj<</Type/Obj#53tm/N 1/First 4/Filter/FlateDecode>>stream\r\n";
            [head.as_slice(), &zip.finish().unwrap(), b"\nendstream endobj\n%%EOF\n"].concat()
        };
        assert_eq!(judge("plain.pdf", packed(b"1 0 <</Type/Page>>")), Ok(FileKind::Pdf));
        assert_eq!(
            judge("script.pdf", packed(b"1 0 <</S/JavaScript/JS(app.alert(1))>>")),
            Err("attachment-active")
        );
    }

    #[test]
    fn names_lead_nowhere() {
        let named = |name: &str| safe_name(name, Some(FileKind::Pdf));
        assert_eq!(named("../../etc/passwd"), "passwd.pdf");
        assert_eq!(named("C:\\Windows\\bill.exe.pdf"), "bill.pdf");
        assert_eq!(named("营业执照（副本）.PDF"), "营业执照（副本）.pdf");
        assert_eq!(named("a\r\nSet-Cookie: x\".pdf"), "aSet-Cookie x.pdf");
        assert_eq!(named("\u{202e}fdp.exe"), "fdp.pdf");
        assert_eq!(named("..."), "file.pdf");
        assert_eq!(named(&"长".repeat(300)).chars().count(), 84);
    }
}
