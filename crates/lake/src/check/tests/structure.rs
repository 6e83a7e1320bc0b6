//! Rows and headers in the wrong shape, repeats.

use standards::pack::Severity;

use super::{GOOD, HEADER, check, penalty_with, request};

fn codes(findings: &[super::Finding]) -> Vec<(u32, &str, &str)> {
    findings
        .iter()
        .filter(|f| f.severity != Severity::Pass && !f.code.starts_with('W'))
        .map(|f| (f.row, f.code.as_str(), f.pattern.as_str()))
        .collect()
}

#[test]
fn a_row_that_repeats_another_points_at_it() {
    let other = GOOD.replace("经营超过保质期食品3瓶", "经营超过保质期食品5瓶");
    let file = format!("{HEADER}\n{GOOD}\n\n{GOOD}\n{other}\n");
    let (outcome, findings) = check(file.as_bytes(), &request("penalty-2018"));
    assert_eq!(codes(&findings), [(4, "S011", ""), (5, "E504", "in-file")]);
    let a: Vec<&str> =
        findings.iter().flat_map(|f| &f.params).filter(|(n, _)| n == "a").map(|(_, v)| v.as_str()).collect();
    assert_eq!(a, ["2", "2"]);
    assert_eq!((outcome.report.rows, outcome.report.rejected), (3, 2));
    assert!(outcome.tables[0].rejected.contains(4) && outcome.tables[0].rejected.contains(5));
}

#[test]
fn the_correction_below_a_wrong_row_lands_and_both_are_told() {
    let wrong = GOOD.replace(",0.2,", ",2000,");
    for (file, wrong_row, good_row) in
        [(format!("{HEADER}\n{wrong}\n{GOOD}\n"), 2, 3), (format!("{HEADER}\n{GOOD}\n{wrong}\n"), 3, 2)]
    {
        let request = request("penalty-2018");
        let (outcome, findings) = check(file.as_bytes(), &request);
        let mut told = codes(&findings);
        told.sort_unstable();
        let mut expected = [
            (wrong_row, "E403", "unit-yuan"),
            (wrong_row, "E504", "other-lands"),
            (good_row, "E504", "other-rejected"),
        ];
        expected.sort_unstable();
        assert_eq!(told, expected);
        assert_eq!((outcome.report.passed, outcome.report.rejected, outcome.report.warned), (1, 1, 1));
        assert!(
            outcome.tables[0].rejected.contains(wrong_row) && !outcome.tables[0].rejected.contains(good_row)
        );
        let pair = findings.iter().find(|f| f.pattern == "other-rejected").unwrap();
        assert_eq!(pair.severity, Severity::Warn);
        let (why, fix) = super::words(pair, &request);
        assert!(why.contains(&format!("“样例.csv”第{wrong_row}行")), "{why}");
        assert!(fix.contains(&format!("删除第{wrong_row}行")), "{fix}");
    }
}

#[test]
fn a_third_row_repeats_the_one_that_lands() {
    let wrong = GOOD.replace(",0.2,", ",2000,");
    let other = GOOD.replace("经营超过保质期食品3瓶", "经营超过保质期食品5瓶");
    let file = format!("{HEADER}\n{wrong}\n{GOOD}\n{other}\n{GOOD}\n");
    let (outcome, findings) = check(file.as_bytes(), &request("penalty-2018"));
    let of = |row: u32, code: &str| {
        let f = findings.iter().find(|f| f.row == row && f.code == code).unwrap();
        f.params.iter().find(|(n, _)| n == "a").map(|(_, v)| v.clone())
    };
    assert_eq!(of(4, "E504").as_deref(), Some("3"));
    assert_eq!(of(5, "S011").as_deref(), Some("3"));
    assert_eq!((outcome.report.passed, outcome.report.rejected), (1, 3));
}

#[test]
fn nobody_hands_in_the_decisions_of_another_authority() {
    let others = |names: &[&str]| super::CheckRequest {
        others: std::sync::Arc::new(names.iter().map(|n| (*n).to_owned()).collect()),
        ..request("penalty-2018")
    };
    let file = format!("{HEADER}\n{GOOD}\n");
    let own = others(&["1137060200DEM00917"]);
    assert_eq!(check(file.as_bytes(), &own).0.report.rejected, 0);
    let foreign = others(&["1137060200DEM00909"]);
    let (outcome, findings) = check(file.as_bytes(), &foreign);
    assert_eq!((codes(&findings), outcome.report.rejected), (vec![(2, "E122", "")], 1));
    let (why, fix) = super::words(findings.iter().find(|f| f.code == "E122").unwrap(), &foreign);
    assert!(why.contains("1137060200DEM00909") && fix.contains("上级"), "{why} {fix}");
    // A row of nobody is told by the field that is required, which no override changes.
    let nobody = format!("{HEADER}\n{}\n", GOOD.replace(",1137060200DEM00909,芝", ",,芝"));
    let (_, findings) = check(nobody.as_bytes(), &foreign);
    assert!(findings.iter().any(|f| f.code == "E101") && !findings.iter().any(|f| f.code == "E122"));
    let change = crate::check::Change::Severity(standards::pack::Severity::Warn);
    let loosened = super::CheckRequest {
        overrides: vec![crate::check::Override {
            id: String::new(),
            rule: "E101".to_owned(),
            change,
            reason: "x".to_owned(),
            author: "x".to_owned(),
            expires: None,
        }],
        ..foreign
    };
    let (outcome, findings) = check(nobody.as_bytes(), &loosened);
    assert!(findings.iter().any(|f| f.code == "E101" && f.severity == standards::pack::Severity::Reject));
    assert_eq!(outcome.report.rejected, 1);
}

#[test]
fn what_a_case_put_right_is_not_sent_as_it_was() {
    use crate::check::{CorrectedField, fingerprint};
    let key =
        ["芝市监罚〔2024〕12号", "2024-02-08", "92370602MA0DEM021B", "1137060200DEM00909"].join("\u{1f}");
    let held = |field: &str, wrong: &str| {
        let wrong = fingerprint(&key, field, wrong);
        let corrected = CorrectedField { field: field.to_owned(), wrong, case: "YY1".to_owned() };
        let corrected = std::sync::Arc::new([(key.clone(), vec![corrected])].into());
        super::CheckRequest { corrected, ..request("penalty-2018") }
    };
    let file = format!("{HEADER}\n{GOOD}\n");
    for (field, now) in [("CF_SY", "经营超过保质期食品3瓶"), ("CF_NR_FK", "0.2"), ("BZ", "")] {
        let wrong = held(field, now);
        let (outcome, findings) = check(file.as_bytes(), &wrong);
        let pattern = if now.is_empty() { "absent" } else { "" };
        assert_eq!((codes(&findings), outcome.report.rejected), (vec![(2, "E123", pattern)], 1), "{field}");
        let (why, fix) = super::words(findings.iter().find(|f| f.code == "E123").unwrap(), &wrong);
        assert!(why.contains("YY1") && fix.contains("大数据局"), "{why} {fix}");
    }
    let deleted = held("", "");
    assert_eq!(codes(&check(file.as_bytes(), &deleted).1), vec![(2, "E123", "deleted")]);
    let other = held("CF_SY", "经营超过保质期食品5瓶");
    assert_eq!(check(file.as_bytes(), &other).0.report.rejected, 0);
}

#[test]
fn items_are_counted_by_the_kind_of_subject() {
    use crate::check::Items;
    let request = request("penalty-2018");
    let whole = check(format!("{HEADER}\n{GOOD}\n").as_bytes(), &request).0.report.items;
    assert_eq!(whole.given, whole.required);
    assert!(whole.required > 5, "{whole:?}");
    let empty = penalty_with("违法事实", "无");
    let items = check(empty.as_bytes(), &request).0.report.items;
    assert_eq!(
        items,
        Items { required: whole.required, given: whole.required - 1 },
        "a null word gives nothing"
    );
    // A column that is not there is missing in every row.
    let cut = |line: &str| line.split(',').skip(1).collect::<Vec<_>>().join(",");
    let other = cut(&GOOD.replace("12号", "13号"));
    let file = format!("{}\n{}\n{other}\n", cut(HEADER), cut(GOOD));
    let items = check(file.as_bytes(), &request).0.report.items;
    assert_eq!(items, Items { required: 2 * whole.required, given: 2 * (whole.required - 1) });
    // A natural person needs no code, but a number.
    let person = GOOD.replace("个体工商户", "自然人");
    let items = check(format!("{HEADER}\n{person}\n").as_bytes(), &request).0.report.items;
    assert_eq!(items.required - items.given, 2, "kind and number of the document have no column: {items:?}");
}

#[test]
fn repeats_are_looked_for_over_all_files_of_a_zip() {
    let other = GOOD.replace("经营超过保质期食品3瓶", "经营超过保质期食品5瓶");
    let new = GOOD.replace("12号", "13号");
    let bytes = zip(&[
        ("一月.csv", &format!("{HEADER}\n{GOOD}\n{new}\n")),
        ("二月.csv", &format!("{HEADER}\n{other}\n{new}\n")),
    ]);
    let request = request("penalty-2018");
    let (outcome, findings) = check(&bytes, &request);
    assert_eq!(codes(&findings), [(2, "E504", "elsewhere"), (3, "S011", "elsewhere")]);
    assert!(findings.iter().filter(|f| f.pattern == "elsewhere").all(|f| f.file == "二月.csv"));
    let told = findings.iter().find(|f| f.code == "E504").unwrap();
    assert!(super::words(told, &request).0.contains("“一月.csv”第2行"), "{told:?}");
    assert_eq!((outcome.report.rows, outcome.report.rejected), (4, 2));
    let by_table: Vec<u64> = outcome.report.tables.iter().map(|t| t.rejected).collect();
    assert_eq!(by_table, [0, 2]);
    assert!(outcome.tables[1].rejected.contains(2) && outcome.tables[0].rejected.is_empty());
}

fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    use std::io::Write as _;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_key_given_twice_in_one_record_is_told() {
    let row = |more: &str| {
        format!(r#"{{"企业名称":"东莞示例食品有限公司","统一社会信用代码":"91441900MA0DEM013W"{more}}}"#)
    };
    let request = request("legal-entity");
    for text in [format!("[{}]", row(r#","企业名称":"别的公司""#)), row(r#","企业名称":"别的公司""#)]
    {
        let (outcome, findings) = check(text.as_bytes(), &request);
        assert_eq!(codes(&findings), [(1, "S023", "")], "{text}");
        assert_eq!(outcome.report.rejected, 1);
        let (why, _) = super::words(&findings[0], &request);
        assert!(
            why.contains("企业名称") && why.contains("东莞示例食品有限公司") && why.contains("别的公司"),
            "{why}"
        );
    }
    let (outcome, findings) = check(row(r#","企业名称":"东莞示例食品有限公司""#).as_bytes(), &request);
    assert_eq!((codes(&findings), outcome.report.rejected), (vec![(1, "S023", "same-value")], 0));
    let (_, findings) = check(row(r#","备忘":1,"备忘":2"#).as_bytes(), &request);
    assert!(findings.iter().all(|f| f.code != "S023"), "a key that is not read loses nothing: {findings:?}");
}

#[test]
fn nested_values_are_explained_and_rejected() {
    let request = request("penalty-2018");
    let row = |field: &str, value: &str| {
        let mut cells: Vec<String> = HEADER
            .split(',')
            .zip(GOOD.split(','))
            .filter(|(h, _)| *h != field)
            .map(|(h, v)| format!("{h:?}:{v:?}"))
            .collect();
        cells.push(format!("{field:?}:{value}"));
        format!("[{{{}}}]", cells.join(","))
    };
    for (field, value, pattern, suggestion) in [
        ("违法事实", r#"{"种类":"食品","数量":3}"#, "object", None),
        ("违法事实", r#"["经营过期食品","拒不改正"]"#, "array", None),
        ("违法事实", r#"["经营过期食品"]"#, "single", Some("经营过期食品")),
        (
            "处罚类别",
            r#"["罚款","没收违法所得、没收非法财物"]"#,
            "list",
            Some("罚款;没收违法所得、没收非法财物"),
        ),
        ("罚款金额（万元）", "[0.2]", "single", Some("0.2")),
        ("违法事实", "[]", "empty", Some("")),
    ] {
        let (outcome, findings) = check(row(field, value).as_bytes(), &request);
        let told: Vec<_> = findings
            .iter()
            .filter(|f| f.severity == Severity::Reject)
            .map(|f| (f.code.as_str(), f.pattern.as_str(), f.suggestion.as_deref()))
            .collect();
        assert_eq!(told, [("S024", pattern, suggestion)], "{field} {value}");
        assert_eq!(outcome.report.rejected, 1);
        let told = findings.iter().find(|f| f.code == "S024").unwrap();
        assert!(super::words(told, &request).0.contains(field), "{told:?}");
    }
    let (outcome, _) = check(row("违法事实", r#""{\"种类\":\"食品\"}""#).as_bytes(), &request);
    assert_eq!(outcome.report.rejected, 0, "a text may look like JSON");
}

#[test]
fn totals_and_signatures_below_the_table_are_no_rows() {
    let commas = ",".repeat(HEADER.matches(',').count());
    let file = format!("{HEADER}\n{GOOD}\n合计：1{commas}\n填表人：李四{}联系电话：0\n", &commas[1..]);
    let (outcome, findings) = check(file.as_bytes(), &request("penalty-2018"));
    assert_eq!(codes(&findings), [(3, "S021", ""), (4, "S021", "")]);
    assert_eq!((outcome.report.rows, outcome.report.rejected), (1, 0));
}

#[test]
fn a_row_without_its_key_is_told_from_a_file_without_the_column() {
    let header = "企业名称,统一社会信用代码,注册日期,企业类型,经营范围";
    let mut request = request("legal-entity");
    let file = format!("{header}\n东莞示例食品有限公司,,2016/03/18,有限责任公司,食品\n");
    let (outcome, _) = check(file.as_bytes(), &request);
    assert_eq!(outcome.report.rejected, 0, "the name stands for the code");
    request.resource = "penalty-2016".to_owned();
    let (_, findings) = check("处罚名称,处罚事由\n示例,示例\n".as_bytes(), &request);
    assert!(
        findings.iter().all(|f| f.pattern != "key-empty"),
        "the missing columns are told once: {findings:?}"
    );
}

#[test]
fn the_template_of_the_other_edition_is_recognised() {
    let packs = standards::pack::Packs::builtin().unwrap();
    let (_, old) = packs.resource("penalty-2016").unwrap();
    let labels: Vec<&str> = old.fields.iter().map(|f| f.label.zh.as_str()).collect();
    let file = format!("{}\n{}\n", labels.join(","), ",".repeat(labels.len() - 1));
    let (_, findings) = check(file.as_bytes(), &request("penalty-2018"));
    let told: Vec<_> = findings.iter().filter(|f| f.code == "S022").map(|f| f.value.as_str()).collect();
    assert_eq!(told, ["penalty-2016"]);
}

#[test]
fn shifted_cells_are_one_finding() {
    let mut cells: Vec<&str> = GOOD.split(',').collect();
    cells.insert(3, "");
    cells.pop();
    let file = format!("{HEADER}\n{GOOD}\n{}\n", cells.join(","));
    let (_, findings) = check(file.as_bytes(), &request("penalty-2018"));
    assert_eq!(codes(&findings), [(3, "S013", "shifted-right")]);
}

#[test]
fn cells_shifted_in_a_table_of_free_text_are_one_finding() {
    let header =
        "企业名称,统一社会信用代码,注册日期,企业类型,法人代表,注册资金,经营范围,所在省份,地区,注册地址";
    let row = |n: usize, who: &str, scope: &str| {
        let kind = if n.is_multiple_of(2) { "有限责任公司" } else { "个体工商户" };
        format!(
            "某某示例{n}厂,,201{}-03-18,{kind},{who},{n}00万元人民币,{scope},广东,东莞,示例路{n}号",
            n % 9
        )
    };
    let mut rows: Vec<String> = (0..60).map(|n| row(n, "张三", "日用品销售")).collect();
    rows.push(row(60, "张三,李四", "日用品销售"));
    rows.push(row(61, "张三", "日用品销售,食品,玩具"));
    rows.push(row(62, "张三", "日用品销售").replace("张三,", ""));
    // A record of its own kind is not shifted.
    rows.push(row(63, "张三", "日用品销售").replace("广东,东莞", "香港,九龙"));
    // One cell too many, and nothing tells where.
    rows.push(format!("{},", row(64, "张三", "日用品销售")) + "多");
    let file = format!("{header}\n{}\n", rows.join("\n"));
    let (_, findings) = check(file.as_bytes(), &request("legal-entity"));
    let told: Vec<_> = codes(&findings).into_iter().filter(|(_, code, _)| *code != "E115").collect();
    assert_eq!(
        told,
        [
            (62, "S013", "shifted-right"),
            (63, "S013", "shifted-right"),
            (64, "S013", "shifted-left"),
            (66, "S008", "")
        ]
    );
    let n: Vec<&str> = findings
        .iter()
        .filter(|f| f.code == "S013")
        .flat_map(|f| &f.params)
        .filter(|(name, _)| name == "n")
        .map(|(_, n)| n.as_str())
        .collect();
    assert_eq!(n, ["1", "2", "1"]);
}

#[test]
fn the_header_pasted_inside_is_no_row() {
    let file = format!("{HEADER}\n{GOOD}\n{HEADER}\n");
    let (outcome, findings) = check(file.as_bytes(), &request("penalty-2018"));
    assert_eq!(codes(&findings), [(3, "S012", "header-inside")]);
    assert_eq!(outcome.report.rows, 1);
}

#[test]
fn a_missing_column_is_told_once_and_rejects_every_row() {
    let header = HEADER.replace("处罚机关统一社会信用代码,", "某列,");
    let file = format!("{header}\n{GOOD}\n{}\n", GOOD.replace("12号", "13号"));
    let (outcome, findings) = check(file.as_bytes(), &request("penalty-2018"));
    let missing: Vec<_> = findings.iter().filter(|f| f.code == "E507").map(|f| f.field.as_deref()).collect();
    assert_eq!(missing, [Some("CF_CFJGDM")]);
    assert_eq!((outcome.report.rows, outcome.report.rejected, outcome.report.passed), (2, 2, 0));
}

#[test]
fn a_sheet_that_is_not_there_is_refused_with_those_that_are() {
    let refused = |bytes: &[u8]| {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        std::io::Write::write_all(&mut file, bytes).unwrap();
        let mut request = request("penalty-2018");
        request.sheet = Some("处罚".to_owned());
        super::check_file(file.path(), "一月.csv", &request, |_| {}).unwrap_err()
    };
    let text = format!("{HEADER}\n{GOOD}\n");
    let e = refused(text.as_bytes());
    assert_eq!(e.code(), "unknown-sheet");
    assert!(
        e.text().zh.contains("“一月.csv”不是工作簿") && e.text().zh.contains("--sheet"),
        "{}",
        e.text().zh
    );
    assert!(e.text().en.contains("no workbook"), "{}", e.text().en);
    let e = refused(&zip(&[("甲.csv", &text), ("乙.csv", &text)]));
    assert!(e.text().zh.contains("有：甲.csv、乙.csv"), "{}", e.text().zh);
}

#[test]
fn a_mapping_names_what_it_cannot_find() {
    let mut request = request("penalty-2018");
    request.mapping.insert("没有的列".to_owned(), "CF_WSH".to_owned());
    let mut file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file, format!("{HEADER}\n{GOOD}\n").as_bytes()).unwrap();
    let e = super::check_file(file.path(), "x.csv", &request, |_| {}).unwrap_err();
    assert!(e.text().zh.contains("没有的列") && e.text().en.contains("没有的列"), "{e:?}");
}

#[test]
fn a_mapping_gives_an_unknown_header_its_field() {
    let file = penalty_with("处罚机关", "芝罘区示例监督管理局").replacen("处罚机关,", "办案单位甲,", 1);
    let mut request = request("penalty-2018");
    request.mapping.insert("办案单位甲".to_owned(), "CF_CFJG".to_owned());
    let (outcome, findings) = check(file.as_bytes(), &request);
    assert_eq!(codes(&findings), []);
    assert!(outcome.report.tables[0].columns.contains(&("办案单位甲".to_owned(), "CF_CFJG".to_owned())));
}

#[test]
fn many_rows_keep_their_numbers_across_chunks() {
    let mut file = format!("{HEADER}\n");
    for i in 0..3000 {
        let row = GOOD.replace("12号", &format!("{i}号"));
        let row = if i % 1000 == 999 { row.replace("2024/02/08", "2024/02/31") } else { row };
        file.push_str(&row);
        file.push('\n');
    }
    let mut request = request("penalty-2018");
    request.read.block_bytes = 64 << 10;
    request.threads = 3;
    let (outcome, findings) = check(file.as_bytes(), &request);
    assert_eq!(
        codes(&findings),
        [(1001, "E301", "no-such-day"), (2001, "E301", "no-such-day"), (3001, "E301", "no-such-day")]
    );
    assert_eq!((outcome.report.rows, outcome.report.rejected), (3000, 3));
}

#[test]
fn an_empty_margin_is_no_column() {
    let file = ",,企业名称,统一社会信用代码\n,,某某示例厂,441900000000012\n";
    let (_, found) = check(file.as_bytes(), &request("legal-entity"));
    assert!(found.iter().all(|f| f.code != "S004"), "{found:#?}");
    let file =
        "x1,企业名称,统一社会信用代码,\n,某某示例厂,441900000000012,甲\n,某某示例店,441900000000012,乙\n";
    let file = file.replacen("x1", "", 1);
    let (_, found) = check(file.as_bytes(), &request("legal-entity"));
    let blank: Vec<_> =
        found.iter().filter(|f| f.code == "S004" || f.code == "S008").map(|f| f.row).collect();
    assert!(!blank.is_empty(), "what stands in a column without a name is told: {found:#?}");
}
