//! Value → code, observed pattern, suggestion.

use super::super::{LookupTable, Lookups};
use super::{check, penalty_with, request, words};

const CODE: &str = "行政相对人代码_1(统一社会信用代码)";

#[test]
fn every_pattern_is_told_apart() {
    let fine = "罚款金额（万元）";
    let cases: &[(&str, &str, &str, &str, Option<&str>)] = &[
        // (column, value, code, pattern, suggestion)
        (CODE, "９２370602MA0DEM021B", "E510", "full-width", Some("92370602MA0DEM021B")),
        (CODE, "92370602ma0dem021b", "E510", "lower-case", Some("92370602MA0DEM021B")),
        (CODE, " 92370602MA0DEM021B", "E510", "spaces", Some("92370602MA0DEM021B")),
        (CODE, "92370602MA0DEM021B\n", "E510", "line-break", Some("92370602MA0DEM021B")),
        (CODE, "\u{200B}92370602MA0DEM021B", "E510", "invisible", Some("92370602MA0DEM021B")),
        (CODE, "'92370602MA0DEM021B", "E510", "apostrophe", Some("92370602MA0DEM021B")),
        (CODE, "“92370602MA0DEM021B”", "E510", "quoted", Some("92370602MA0DEM021B")),
        (CODE, "92370602-MA0DEM02-1B", "E510", "hyphen", Some("92370602MA0DEM021B")),
        (CODE, "9237O602MA0DEM021B", "E103", "letter-o", Some("92370602MA0DEM021B")),
        (CODE, "92370602MA0DEM02IB", "E103", "letter-i", Some("92370602MA0DEM021B")),
        (CODE, "9.23706E+17", "E102", "scientific", None),
        (CODE, "370602600000024", "E102", "registration-number", None),
        (CODE, "600037341", "E102", "organisation-code", None),
        (CODE, "烟台示例个体店", "E102", "name", None),
        (CODE, "370602188002290010", "E102", "id-number", None),
        (CODE, "92370602MA0DEM012B", "E104", "suggestion", Some("92370602MA0DEM021B")),
        (CODE, "无", "E101", "null-word", None),
        ("处罚决定日期", "２０２４/02/08", "E510", "full-width", Some("2024/02/08")),
        ("处罚决定日期", "45330", "E304", "excel-serial", Some("2024/02/08")),
        ("处罚决定日期", "24/02/08", "E305", "two-digit-year", Some("2024/02/08")),
        ("处罚决定日期", "2024/02/30", "E301", "no-such-day", None),
        ("处罚决定日期", "2024年2月", "E301", "month-only", None),
        ("处罚决定日期", "2O24/O2/O8", "E301", "letter-o", Some("2024/02/08")),
        ("处罚决定日期", "25/02/2024", "E301", "day-first", Some("2024/02/25")),
        ("处罚决定日期", "02/03/2024", "E301", "day-or-month", None),
        ("处罚决定日期", "13/13/2024", "E301", "no-such-day", None),
        ("处罚决定日期", "甲辰年", "E301", "", None),
        ("处罚决定日期", "Thu Feb 08 00:00:00 CST 2024", "E510", "english-date", Some("2024/02/08")),
        ("处罚决定日期", "1707321600000", "E304", "epoch-milliseconds", Some("2024/02/08")),
        ("处罚决定日期", "1707321600", "E304", "epoch-seconds", Some("2024/02/08")),
        ("处罚决定日期", "二〇二四年二月八日", "E510", "chinese-numerals", Some("2024/02/08")),
        ("处罚决定日期", "二〇二四年二月三十日", "E301", "no-such-day", None),
        (fine, "2000元", "E411", "with-unit", Some("0.2")),
        (fine, "O.2", "E411", "letter-o", Some("0.2")),
        (fine, "２", "E510", "full-width", Some("2")),
        (fine, "0.20000001", "E414", "", None),
        (fine, "2000", "E403", "unit-yuan", Some("0.2")),
        (
            "处罚类别",
            "罚款；没收违法所得、没收非法财物",
            "E510",
            "full-width",
            Some("罚款;没收违法所得、没收非法财物"),
        ),
        (
            "处罚类别",
            "罚款，没收违法所得、没收非法财物",
            "E510",
            "separator",
            Some("罚款;没收违法所得、没收非法财物"),
        ),
        ("处罚类别", "其他-", "E401", "open-value", None),
        ("处罚机关", "???????", "E506", "question-mark", None),
        ("处罚机关", "芝罘区示例监督管理局\u{FFFD}", "E506", "invalid-bytes", None),
        ("处罚机关", "1137060200DEM00909", "E515", "", None),
        ("处罚机关", "芝罘区?例监督管理局", "E506", "question-mark-inside", None),
        ("违法事实", "张某（身份证号370602188002290010）经营过期食品", "E205", "", Some("张某经营过期食品")),
        ("行政处罚决定书文号", "芝市监罚12号", "E503", "no-year", None),
        ("行政处罚决定书文号", "芝市监罚〔2024 12号", "E503", "unpaired", None),
    ];
    let request = request("penalty-2018");
    let mut wrong = Vec::new();
    for (column, value, code, pattern, suggestion) in cases {
        let (_, findings) = check(penalty_with(column, value).as_bytes(), &request);
        let of_cell: Vec<_> =
            findings.iter().filter(|f| f.column.as_ref().is_some_and(|c| c.header == *column)).collect();
        let got: Vec<_> =
            of_cell.iter().map(|f| (f.code.as_str(), f.pattern.as_str(), f.suggestion.as_deref())).collect();
        if got.first() != Some(&(*code, *pattern, *suggestion)) {
            wrong
                .push(format!("{column} {value:?}: expected {:?}, got {got:?}", (code, pattern, suggestion)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_register_decides_between_corrections() {
    let mut table = LookupTable::new(vec!["NAME".to_owned()], Some("NAME"));
    table.insert("92370602MA0DEM021B", &["烟台示例个体店"]);
    let mut lookups = Lookups::default();
    lookups.insert("legal-entity", table);
    let mut request = request("penalty-2018");
    request.lookups = std::sync::Arc::new(lookups);
    let (_, findings) = check(penalty_with(CODE, "92370602MA0DEM024B").as_bytes(), &request);
    let f = findings.iter().find(|f| f.code == "E104").unwrap();
    assert_eq!((f.pattern.as_str(), f.suggestion.as_deref()), ("known", Some("92370602MA0DEM021B")));
    assert!(words(f, &request).1.contains("92370602MA0DEM021B"));
}

#[test]
fn a_cell_wrong_in_itself_is_reported_once() {
    let request = request("penalty-2018");
    let (outcome, findings) = check(penalty_with("罚款金额（万元）", "abc").as_bytes(), &request);
    let rejects: Vec<_> =
        findings.iter().filter(|f| f.severity == standards::pack::Severity::Reject).collect();
    assert_eq!(rejects.len(), 1, "{rejects:#?}");
    assert_eq!(outcome.report.rejected, 1);
}

#[test]
fn numbers_from_before_unified_codes_pass_in_a_register() {
    let request = request("legal-entity");
    for (number, pattern) in [
        ("441900000000012", "registration-number"),
        ("4419001234567", ""),
        ("320506NA000043X", ""),
        ("企合苏总字第000063号", ""),
        ("13830295-X", "organisation-code"),
        ("600037341", "organisation-code"),
    ] {
        let file = format!("企业名称,统一社会信用代码,注册日期\n某某示例厂,{number},1999-03-18\n");
        let (outcome, found) = check(file.as_bytes(), &request);
        let told: Vec<_> = found.iter().map(|f| (f.code.as_str(), f.pattern.as_str())).collect();
        assert_eq!((told, outcome.report.rejected), (vec![("E114", pattern)], 0), "{number}");
    }
    for wrong in ["441900000000013", "44190012345", "ABC0000"] {
        let file = format!("企业名称,统一社会信用代码\n某某示例厂,{wrong}\n");
        assert_eq!(check(file.as_bytes(), &request).0.report.rejected, 1, "{wrong}");
    }
}

#[test]
fn an_instant_counts_as_the_day_it_is_in_beijing() {
    let file = penalty_with("处罚决定日期", "2024-02-07T16:00:00.000Z");
    let (outcome, found) = check(file.as_bytes(), &request("penalty-2018"));
    let told = found.iter().find(|f| f.code == "E510").unwrap();
    assert_eq!((told.pattern.as_str(), told.suggestion.as_deref()), ("date-words", Some("2024/02/08")));
    assert_eq!(outcome.report.rejected, 0);
}
