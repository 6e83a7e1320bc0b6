//! Cells, row numbers and remarks of delimited text, with the `csv` crate as witness.

use proptest::prelude::*;

use crate::read::chunk::{RowNote, RowNoteKind};
use crate::read::model::{Encoding, ReadOptions};
use crate::read::testing::{All, options, read_file, some};

fn read_with(bytes: &[u8], options: &ReadOptions) -> kernel::Result<All> {
    read_file(bytes, 0, options)
}

fn read(text: &str) -> All {
    read_with(text.as_bytes(), &options(64)).unwrap()
}

fn note(row: u32, kind: RowNoteKind) -> RowNote {
    RowNote { row, kind }
}

#[test]
fn rows_are_numbered_as_the_spreadsheet_shows_them() {
    let all = read(
        "名称,备注\r\n甲,\"第一行\r\n第二行\"\r\n\r\n,\r\n乙,\"他说\"\"好\"\"\"\r\n名称,备注\r\n丙,6\"屏\r\n\r\n",
    );
    assert_eq!(all.header, ["名称", "备注"]);
    assert_eq!(
        all.rows,
        [
            (2, some(&["甲", "第一行\r\n第二行"])),
            (5, some(&["乙", "他说\"好\""])),
            (7, some(&["丙", "6\"屏"])),
        ]
    );
    assert_eq!(all.notes, [note(3, RowNoteKind::BlankRows(2)), note(6, RowNoteKind::RepeatedHeader)]);
}

#[test]
fn a_number_kept_as_a_formula_is_what_it_shows() {
    let all = read("代码,名称\n=\"0012\",甲\n\"=\"\"0013\"\"\",=1+1\n");
    assert_eq!(all.rows[0].1, some(&["0012", "甲"]));
    assert_eq!(all.rows[1].1, some(&["0013", "=1+1"]));
}

#[test]
fn short_and_long_rows_are_remarked() {
    let all = read("a,b,c\n1\n1,2,3,,4\n1,2,3,,\n");
    assert_eq!(all.rows[0], (2, vec![Some("1".to_owned()), None, None]));
    assert_eq!(
        all.notes,
        [
            note(2, RowNoteKind::MissingCells(2)),
            note(3, RowNoteKind::ExtraCells(vec![String::new(), "4".to_owned()])),
        ]
    );
}

#[test]
fn encodings_agree() {
    let text = "名称,代码,备注\n东莞市甲公司,91441900,\"引号\"\"内\"\"，逗号\"\n乙,1,\n";
    let want = read(text);
    assert_eq!(want.rows.len(), 2);
    let gb = encoding_rs::GB18030.encode(text).0.into_owned();
    let mut bom = b"\xef\xbb\xbf".to_vec();
    bom.extend(text.as_bytes());
    let le: Vec<u8> =
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let be: Vec<u8> =
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    for bytes in [&gb, &bom, &le, &be] {
        assert_eq!(read_with(bytes, &options(32)).unwrap(), want);
    }
    let piped = encoding_rs::GB18030.encode("名称|代码\n甲丨乙|1\n俢|2\n").0.into_owned();
    assert_eq!(read_with(&piped, &options(32)).unwrap().rows[1], (3, some(&["俢", "2"])));
}

#[test]
fn mixed_encodings_are_named_by_row_and_column() {
    let gb = |s: &str| encoding_rs::GB18030.encode(s).0.into_owned();
    let mut bytes = "名称,住所\n甲,东莞市南城街道\n".to_owned().into_bytes();
    bytes.extend("乙,".as_bytes());
    bytes.extend(gb("东莞市万江街道"));
    bytes.extend("\n丙,\u{e9}".as_bytes());
    bytes.extend(b"\xff\xfe\n");
    let all = read_with(&bytes, &ReadOptions { encoding: Some(Encoding::Utf8), ..options(4096) }).unwrap();
    assert_eq!(all.rows[1], (3, some(&["乙", "东莞市万江街道"])));
    assert_eq!(all.rows[2], (4, some(&["丙", "\u{e9}\u{fffd}\u{fffd}"])));
    assert_eq!(
        all.notes,
        [
            note(3, RowNoteKind::OtherEncoding { column: 1, encoding: Encoding::Gb18030 }),
            note(4, RowNoteKind::InvalidBytes { column: 1, hex: "C3A9FFFE".to_owned() }),
        ]
    );
    // The other way round: a line of UTF-8 in a file of GB 18030.
    let mut bytes = gb("名称,住所\n甲,东莞市南城街道\n");
    bytes.extend("乙公司,东莞市万江街道\n".as_bytes());
    bytes.extend(gb("丙,\n"));
    let all = read_with(&bytes, &ReadOptions { encoding: Some(Encoding::Gb18030), ..options(4096) }).unwrap();
    assert_eq!(all.rows[1], (3, some(&["乙公司", "东莞市万江街道"])));
    assert_eq!(all.rows[2], (4, some(&["丙", ""])));
    assert_eq!(all.notes.len(), 2);
    assert_eq!(all.notes[1].kind, RowNoteKind::OtherEncoding { column: 1, encoding: Encoding::Utf8 });
}

#[test]
fn nul_bytes_are_remarked() {
    let all = read("a,b\n1,x\0y\n2,z\n");
    assert_eq!(all.rows[0], (2, some(&["1", "x\0y"])));
    assert_eq!(all.notes, [note(2, RowNoteKind::NulByte { column: 1 })]);
}

#[test]
fn an_open_quote_is_refused_by_row() {
    for end in ["甲,\"打开\n乙,2\n丙,3\n", "甲,\"打开", "甲,\""] {
        let refusal = read_with(format!("a,b\n1,2\n{end}").as_bytes(), &options(16)).unwrap_err();
        assert_eq!(refusal.code(), "unclosed-quote");
        assert!(refusal.text().zh.contains("第 3 行"), "{}", refusal.text().zh);
    }
}

#[test]
fn a_record_beyond_the_limit_is_refused() {
    let mut options = options(1024);
    options.limits.max_record_bytes = 4096;
    let long = format!("a,b\n1,2\n{}\n", "x".repeat(100_000));
    assert_eq!(read_with(long.as_bytes(), &options).unwrap_err().code(), "record-too-long");
    let quoted = format!("a,b\n1,2\n1,\"{}\"\n", "x\n".repeat(100_000));
    assert_eq!(read_with(quoted.as_bytes(), &options).unwrap_err().code(), "unclosed-quote");
}

#[test]
fn empty_header_only_and_wide_files() {
    assert_eq!(read_with(b"", &options(64)).unwrap_err().code(), "empty-file");
    assert_eq!(read_with(b"\n\n,,\n", &options(64)).unwrap_err().code(), "no-columns");
    let header_only = read("名称,代码\n");
    assert_eq!((header_only.rows.len(), header_only.header.len()), (0, 2));
    let wide =
        vec!["列"; 10_001].iter().enumerate().map(|(i, c)| format!("{c}{i}")).collect::<Vec<_>>().join(",");
    assert_eq!(read_with(wide.as_bytes(), &options(64)).unwrap_err().code(), "too-many-columns");
    let fits = wide.rsplit_once(',').unwrap().0;
    assert_eq!(read_with(fits.as_bytes(), &options(64)).unwrap().header.len(), 10_000);
}

#[test]
fn separators_are_found() {
    let want = read("a,b\n1,2\n");
    for text in ["a\tb\n1\t2\n", "a;b\n1;2\n", "a|b\n1|2\n", "a,b\r1,2\r"] {
        assert_eq!(read(text), want, "{text:?}");
    }
}

/// Number of records by the `csv` crate.
fn records(text: &str) -> usize {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes()).records().count()
}

/// What the `csv` crate makes of it, rows without content left out as ours leaves them out.
fn witness(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader
        .records()
        .map(|r| r.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
        .filter(|r| r.iter().any(|c| !c.is_empty()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn cells_are_those_of_the_csv_crate(
        body in "([a-z一二,\"\n\r ]|\"\"|,\"|\",|\r\n){0,120}",
        block in 16usize..80,
    ) {
        // Ten columns, so that hardly a row has more; a quote left open is another test's matter.
        let text = format!("A1,B2,C3,D4,E5,F6,G7,H8,I9,J0\n{body}");
        let fixed = ReadOptions { header_row: Some(1), separator: Some(','), encoding: Some(Encoding::Utf8), ..options(block) };
        match read_with(text.as_bytes(), &fixed) {
            Err(refusal) => {
                prop_assert_eq!(refusal.code(), "unclosed-quote");
                // Then the witness takes one line more for a part of the last cell, not for a record.
                prop_assert_eq!(records(&text), records(&format!("{text}\nx")));
            }
            Ok(all) => {
                let mut want = witness(&text);
                want.remove(0);
                let mut ours = all.rows.into_iter().peekable();
                let extra = |row: u32| all.notes.iter().find_map(|n| match &n.kind {
                    RowNoteKind::ExtraCells(cells) if n.row == row => Some(cells.clone()),
                    _ => None,
                });
                for cells in want {
                    let (row, got) = ours.next().expect("a row is missing");
                    let mut got: Vec<String> = got.into_iter().flatten().collect();
                    got.extend(extra(row).unwrap_or_default());
                    let trimmed: Vec<String> = if got.len() < cells.len() && cells[got.len()..].iter().all(String::is_empty) {
                        cells[..got.len()].to_vec()
                    } else { cells };
                    prop_assert_eq!(got, trimmed);
                }
                prop_assert!(ours.next().is_none());
            }
        }
    }

    #[test]
    fn the_size_of_a_block_changes_nothing(
        body in "([a-c甲,\"\n\r]|\"\"|\r\n){0,200}",
        block in 16usize..64,
    ) {
        let text = format!("A,B,C\n{body}");
        let fixed = |block| ReadOptions { header_row: Some(1), separator: Some(','), encoding: Some(Encoding::Utf8), ..options(block) };
        let whole = read_with(text.as_bytes(), &fixed(1 << 20));
        let cut = read_with(text.as_bytes(), &fixed(block));
        match (whole, cut) {
            (Ok(whole), Ok(cut)) => {
                prop_assert_eq!(whole.rows, cut.rows);
                prop_assert_eq!(blank_rows_joined(whole.notes), blank_rows_joined(cut.notes));
            }
            (Err(a), Err(b)) => prop_assert_eq!(a.text(), b.text()),
            (a, b) => prop_assert!(false, "{:?} or {:?}", a, b),
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600), block in 16usize..200) {
        let _ = read_with(&bytes, &options(block));
    }

    #[test]
    fn arbitrary_text_never_panics(text in "[\\PC\n\r\t,;|\"]{0,300}", block in 16usize..200) {
        let _ = read_with(text.as_bytes(), &options(block));
    }
}

/// Remarks with runs of blank rows joined, and those at the end left out: a block ends where it ends.
fn blank_rows_joined(notes: Vec<RowNote>) -> Vec<RowNote> {
    let mut out: Vec<RowNote> = Vec::new();
    for n in notes {
        if let (Some(RowNote { row, kind: RowNoteKind::BlankRows(count) }), RowNoteKind::BlankRows(more)) =
            (out.last_mut(), &n.kind)
            && *row + *count == n.row
        {
            *count += more;
            continue;
        }
        out.push(n);
    }
    while matches!(out.last(), Some(RowNote { kind: RowNoteKind::BlankRows(_), .. })) {
        out.pop();
    }
    out
}
