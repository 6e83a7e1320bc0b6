//! Files as a whole: packed ones, wrong ones, hostile ones.

use std::io::Write;

use flate2::Compression as Level;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::testing::{file, options, read_file, some};
use super::{Compression, Encoding, Format, Limits, ReadOptions, inspect};

const CSV: &str = "名称,代码\n甲,1\n乙,2\n";

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Level::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn workbook() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "名称").unwrap();
    sheet.write_string(0, 1, "代码").unwrap();
    sheet.write_string(1, 0, "丙").unwrap();
    sheet.write_string(1, 1, "3").unwrap();
    book.save_to_buffer().unwrap()
}

fn refusal(bytes: &[u8]) -> kernel::Error {
    let refusal = read_file(bytes, 0, &options(1 << 16)).unwrap_err();
    assert!(!refusal.text().zh.is_empty() && !refusal.text().en.is_empty());
    refusal
}

#[test]
fn gzip_of_each_format() {
    let plain = read_file(CSV.as_bytes(), 0, &options(16)).unwrap();
    assert_eq!(plain.rows, [(2, some(&["甲", "1"])), (3, some(&["乙", "2"]))]);
    let packed = gz(CSV.as_bytes());
    assert_eq!(read_file(&packed, 0, &options(16)).unwrap(), plain);
    assert_eq!(inspect(file(&packed).path(), "x", &options(16)).unwrap().compression, Compression::Gzip);
    assert_eq!(read_file(&gz(&workbook()), 0, &options(16)).unwrap().rows, [(2, some(&["丙", "3"]))]);
    assert_eq!(read_file(&gz(b"[{\"a\":1}]"), 0, &options(16)).unwrap().rows, [(1, some(&["1"]))]);
    // Two members one after another are one file.
    let two = [gz(b"a,b\n1,2\n"), gz(b"3,4\n")].concat();
    assert_eq!(read_file(&two, 0, &options(16)).unwrap().rows.len(), 2);
}

#[test]
fn every_file_of_a_zip_is_a_table() {
    let gbk = encoding_rs::GB18030.encode("住所,邮编\n东莞市,523000\n").0.into_owned();
    let bytes = zipped(&[
        ("a/一.csv", CSV.as_bytes()),
        ("__MACOSX/a/._一.csv", b"\0\x05\x16\x07"),
        ("二.xlsx", &workbook()),
        ("三.csv", &gbk),
        ("说明.pdf", b"%PDF-1.7 ..."),
    ]);
    let found = inspect(file(&bytes).path(), "x.zip", &ReadOptions::default()).unwrap();
    assert_eq!(found.compression, Compression::Zip);
    let files: Vec<&str> = found.tables.iter().map(|t| t.file(&found)).collect();
    assert_eq!(files, ["a/一.csv", "二.xlsx", "三.csv"]);
    assert_eq!(found.tables[1].format, Format::Xlsx);
    assert_eq!(found.tables[2].encoding, Some(Encoding::Gb18030));
    assert_eq!(found.notes.len(), 1);
    assert!(found.notes[0].text.zh.contains("说明.pdf"));
    assert_eq!(read_file(&bytes, 1, &options(16)).unwrap().rows, [(2, some(&["丙", "3"]))]);
    assert_eq!(read_file(&bytes, 2, &options(16)).unwrap().rows, [(2, some(&["东莞市", "523000"]))]);
}

#[test]
fn names_in_a_zip_may_be_gb18030() {
    // The writer knows only UTF-8, so the name is put in afterwards; both stand twice in the archive.
    let name = encoding_rs::GB18030.encode("企业名单.csv").0.into_owned();
    let stand_in = "x".repeat(name.len());
    let mut bytes = zipped(&[(&stand_in, CSV.as_bytes())]);
    while let Some(at) = bytes.windows(name.len()).position(|w| w == stand_in.as_bytes()) {
        bytes[at..at + name.len()].copy_from_slice(&name);
    }
    let found = inspect(file(&bytes).path(), "x.zip", &ReadOptions::default()).unwrap();
    assert_eq!(found.tables[0].file(&found), "企业名单.csv");
}

#[test]
fn what_is_no_table_is_refused_by_content() {
    for bytes in [
        b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj".as_slice(),
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\xff\xd8\xff\xe0\0\x10JFIF",
        "\u{feff}<!DOCTYPE html><html><body><table><tr><td>名称</td></tr></table></body></html>".as_bytes(),
        b"\r\n<HTML xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><table>",
        b"<table border=1><tr><td>a</td></tr></table>",
        b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">",
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related",
        b"Rar!\x1a\x07\x00",
        b"\0\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0e\x0f\x10\x11",
        &[0; 5000],
    ] {
        assert_eq!(refusal(bytes).code(), "not-a-table", "{:?}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(
        refusal(&zipped(&[("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")])).code(),
        "not-a-table"
    );
    let ods =
        zipped(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"<x/>")]);
    assert_eq!(refusal(&ods).code(), "not-a-table");
}

#[test]
fn empty_files_are_refused_in_every_packing() {
    assert_eq!(refusal(b"").code(), "empty-file");
    assert_eq!(refusal(b"\xef\xbb\xbf").code(), "empty-file");
    assert_eq!(refusal(&gz(b"")).code(), "empty-file");
    assert_eq!(refusal(&zipped(&[])).code(), "no-table");
    assert_eq!(refusal(&zipped(&[("a.csv", b"")])).code(), "no-table");
    assert_eq!(refusal(&rust_xlsxwriter::Workbook::new().save_to_buffer().unwrap()).code(), "no-table");
}

#[test]
fn archives_in_archives_are_refused() {
    let inner = zipped(&[("a.csv", CSV.as_bytes())]);
    assert_eq!(refusal(&zipped(&[("b.zip", &inner)])).code(), "nested-archive");
    assert_eq!(refusal(&gz(&inner)).code(), "nested-archive");
    assert_eq!(refusal(&gz(&gz(CSV.as_bytes()))).code(), "nested-archive");
    assert_eq!(refusal(&zipped(&[("b.csv.gz", &gz(CSV.as_bytes()))])).code(), "nested-archive");
}

#[test]
fn bombs_are_refused() {
    let limits = Limits { max_expanded_bytes: 1 << 20, ..Limits::default() };
    let tight = ReadOptions { limits, ..options(1 << 16) };
    let large = format!("a,b\n{}", "1,2\n".repeat(1 << 19));
    for bytes in [gz(large.as_bytes()), zipped(&[("a.csv", large.as_bytes())])] {
        assert_eq!(read_file(&bytes, 0, &tight).unwrap_err().code(), "expands-too-much");
        assert_eq!(read_file(&bytes, 0, &options(1 << 16)).unwrap().rows.len(), 1 << 19);
    }
    // By ratio, however much may be unpacked.
    let zeros = gz(&vec![b'0'; 80 << 20]);
    let limits = Limits { max_ratio: 100, max_record_bytes: 1 << 30, ..Limits::default() };
    let ratio = ReadOptions { limits, ..options(1 << 20) };
    assert_eq!(read_file(&zeros, 0, &ratio).unwrap_err().code(), "expands-too-much");
}

#[test]
fn one_endless_line_is_refused_with_little_memory() {
    let refusal = read_file(&gz(&vec![b'x'; 40 << 20]), 0, &options(1 << 20)).unwrap_err();
    assert_eq!(refusal.code(), "record-too-long");
}

#[test]
fn cut_archives_are_refused() {
    let text = format!("名称,代码\n{}", "甲,1\n".repeat(5000));
    let gz = gz(text.as_bytes());
    assert_eq!(refusal(&gz[..gz.len() - 9]).code(), "damaged-file");
    assert_eq!(refusal(&gz[..12]).code(), "damaged-file");
    let mut zip = zipped(&[("a.csv", text.as_bytes())]);
    assert_eq!(refusal(&zip[..zip.len() - 40]).code(), "damaged-file");
    zip[60] ^= 0xff;
    assert_eq!(refusal(&zip).code(), "damaged-file");
}

#[test]
fn passwords_are_named() {
    let mut zip = zipped(&[("a.csv", CSV.as_bytes())]);
    // The flag of encryption, in the local header and in the directory.
    zip[6] |= 1;
    let directory = zip.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    zip[directory + 8] |= 1;
    assert_eq!(refusal(&zip).code(), "encrypted-file");
    let mut compound = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
    compound.create_stream("/EncryptedPackage").unwrap().write_all(b"secret").unwrap();
    compound.create_stream("/EncryptionInfo").unwrap().write_all(b"how").unwrap();
    assert_eq!(refusal(&compound.into_inner().into_inner()).code(), "encrypted-file");
    let mut compound = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
    compound.create_stream("/WordDocument").unwrap().write_all(b"text").unwrap();
    assert_eq!(refusal(&compound.into_inner().into_inner()).code(), "not-a-table");
}

#[test]
fn an_inspection_survives_being_stored() {
    let bytes = file(CSV.as_bytes());
    let found = inspect(bytes.path(), "x.csv", &ReadOptions::default()).unwrap();
    assert_eq!(super::count_rows(&found, 0, &options(16)).unwrap(), 2);
    assert_eq!(super::count_rows(&found, 1, &options(16)).unwrap_err().code(), "no-such-table");
    let stored = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<super::Inspection>(&stored).unwrap(), found);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_a_reader_panic(
        start in 0usize..10,
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        at in any::<prop::sample::Index>(),
    ) {
        let seeds: [&[u8]; 10] = [
            b"", b"PK\x03\x04", b"\x1f\x8b\x08\0", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1", b"[{", b"{\"a\":",
            b"\xff\xfe", b"\x84\x31\x95\x33", b"a,b\n",
        ];
        let _ = read_file(&[seeds[start], &bytes].concat(), 0, &options(64));
        // And good files with some bytes overwritten.
        for good in [zipped(&[("a.csv", CSV.as_bytes())]), gz(CSV.as_bytes())] {
            let mut wrong = good;
            let at = at.index(wrong.len());
            for (place, byte) in wrong[at..].iter_mut().zip(&bytes[..bytes.len().min(8)]) {
                *place = *byte;
            }
            let _ = read_file(&wrong, 0, &options(64));
        }
    }
}
