//! Records, places and refusals of JSON.

use proptest::prelude::*;

use crate::read::chunk::{NestedShape, RowNote, RowNoteKind};
use crate::read::model::{Format, ReadOptions};
use crate::read::testing::{All, file, options, read_file, some};
use crate::read::{Limits, inspect};

fn read(text: &str, block: usize) -> kernel::Result<All> {
    read_file(text.as_bytes(), 0, &options(block))
}

#[test]
fn array_lines_and_sequence_agree() {
    let records =
        [r#"{"名称":"甲","代码":"1","额":0.10}"#, r#"{"代码":441900199001011234, "名称":"乙\n二"}"#, "{}"];
    let array = read(&format!("[{}]", records.join(" ,\n")), 16).unwrap();
    assert_eq!(array.header, ["名称", "代码", "额"]);
    assert_eq!(array.rows[0], (1, some(&["甲", "1", "0.10"])));
    assert_eq!(array.rows[1].1, [Some("乙\n二".to_owned()), Some("441900199001011234".to_owned()), None]);
    assert_eq!(array.rows.len(), 2);
    for block in [16, 40, 1000] {
        assert_eq!(read(&records.join("\r\n"), block).unwrap().rows, array.rows);
        assert_eq!(read(&records.join("\n").replace(':', ":\n"), block).unwrap().rows, array.rows);
    }
}

#[test]
fn formats_are_told_apart() {
    for (text, format) in [
        ("\u{feff} [ {\"a\":1} ]", Format::Json),
        ("[]", Format::Json),
        ("{\"a\":1}\n{\"a\":2}", Format::Ndjson),
        ("{\n \"a\":1}", Format::Json),
        ("a,b\n[1],{2}\n", Format::Csv),
    ] {
        let found = inspect(file(text.as_bytes()).path(), "x.txt", &ReadOptions::default()).unwrap();
        assert_eq!(found.tables[0].format, format, "{text}");
    }
}

#[test]
fn nested_values_keep_their_spelling() {
    let all = read(r#"[{"a":{"x":[1, "]}"]},"b":[true,null],"c":true,"d":null,"e":""}]"#, 16).unwrap();
    assert_eq!(all.header, ["a", "b", "c", "d", "e"]);
    assert_eq!(
        all.rows[0].1,
        [Some(r#"{"x":[1, "]}"]}"#), Some("[true,null]"), Some("true"), None, Some("")]
            .map(|c| c.map(str::to_owned))
    );
    let nested = |column, shape| RowNote { row: 1, kind: RowNoteKind::Nested { column, shape } };
    assert_eq!(all.notes, [nested(0, NestedShape::Object), nested(1, NestedShape::Array)]);
    let text = read(r#"[{"a":"{\"x\":1}"}]"#, 16).unwrap();
    assert_eq!(text.notes, [], "a text that looks like JSON is a text");
}

#[test]
fn a_key_given_twice_is_noted_with_both_values() {
    let all = read(r#"[{"a":1,"b":null,"a":"2","b":"x"},{"a":1,"a":null}]"#, 16).unwrap();
    assert_eq!(all.rows[0].1, [Some("1".to_owned()), None]);
    let twice = |row, column, again: &str| RowNote {
        row,
        kind: RowNoteKind::DuplicateKey { column, again: again.to_owned() },
    };
    assert_eq!(all.notes, [twice(1, 0, "2"), twice(1, 1, "x"), twice(2, 0, "")]);
}

#[test]
fn a_column_that_is_first_named_far_down_is_read() {
    let mut text = "{\"a\":1}\n".repeat(1500);
    text.push_str("{\"a\":1, \"b\\u4e00\" : {\"c\":\"}\"},\"d\":\"\",\"a\":3}\n");
    let all = read(&text, 4096).unwrap();
    assert_eq!(all.header, ["a", "b一", "d"]);
    assert_eq!(all.rows[1499].1, [Some("1".to_owned()), None, None]);
    assert_eq!(all.rows[1500], (1501, some(&["1", r#"{"c":"}"}"#, ""])));
    let twice = RowNoteKind::DuplicateKey { column: 0, again: "3".to_owned() };
    let nested = RowNoteKind::Nested { column: 1, shape: NestedShape::Object };
    assert_eq!(all.notes, [nested, twice].map(|kind| RowNote { row: 1501, kind }));
}

#[test]
fn faults_far_down_are_placed_too() {
    let text = format!("{}{{\"a\":}}\n{{\"b\"\n", "{\"a\":1}\n".repeat(1200));
    let refusal = read(&text, 4096).unwrap_err();
    assert_eq!(refusal.code(), "json-syntax");
    assert!(refusal.text().zh.contains("第 1201 行"), "{}", refusal.text().zh);
}

#[test]
fn faults_are_placed() {
    for (text, code, place) in [
        ("[{\"a\":1},\n {\"a\":x}]", "json-syntax", "第 2 行第 7 个"),
        ("[{\"a\":1} {\"a\":2}]", "json-syntax", "第 1 行第 10 个"),
        ("[{\"a\":1},", "json-syntax", "第 1 行第 10 个"),
        ("{\"a\":1}\n{\"a\":\n", "json-syntax", "第 2 行"),
        ("[{\"a\":1},]", "json-syntax", "第 1 行第 10 个"),
        ("[{\"a\":1}]x", "json-syntax", "第 1 行第 10 个"),
        ("{\"a\":1}\n5\n", "json-not-object", "第 2 条"),
        ("[{\"a\":1},2]", "json-not-object", "第 2 条"),
        ("{\"a\":\"\\ud800\"}", "json-syntax", "第 1 行"),
    ] {
        for block in [16, 1000] {
            let refusal = read(text, block).unwrap_err();
            assert_eq!(refusal.code(), code, "{text}: {refusal:?}");
            assert!(refusal.text().zh.contains(place), "{text}: {}", refusal.text().zh);
        }
    }
}

#[test]
fn a_record_beyond_the_limit_is_refused() {
    let limits = Limits { max_record_bytes: 4096, ..Limits::default() };
    let options = ReadOptions { limits, block_bytes: 1024, ..ReadOptions::default() };
    for text in
        [format!("[{{\"a\":\"{}\"}}]", "x".repeat(100_000)), format!("{{\"a\":\"{}\"}}", "x".repeat(100_000))]
    {
        assert_eq!(read_file(text.as_bytes(), 0, &options).unwrap_err().code(), "record-too-long");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn values_come_back(
        records in proptest::collection::vec(proptest::collection::btree_map("[a-c\"\\\\甲]{1,2}", "[a\"\\\\\n甲{}\\[\\],:]{0,6}", 1..4), 1..6),
        block in 16usize..100,
        lines in any::<bool>(),
    ) {
        let each: Vec<String> = records.iter().map(|r| serde_json::to_string(r).unwrap()).collect();
        let text = if lines { each.join("\n") } else { format!("[{}]", each.join(",")) };
        let all = read(&text, block).unwrap();
        prop_assert_eq!(all.rows.len(), records.len());
        for (record, (_, cells)) in records.iter().zip(&all.rows) {
            for (name, cell) in all.header.iter().zip(cells) {
                prop_assert_eq!(record.get(name), cell.as_ref());
            }
        }
    }

    #[test]
    fn arbitrary_text_never_panics(text in "([\\[\\]{},:\"\\\\ \na1t]|null|\"a\":){0,80}", block in 16usize..100) {
        let _ = read(&format!("[{{{text}"), block);
        let _ = read(&format!("{{\"{text}"), block);
    }
}
