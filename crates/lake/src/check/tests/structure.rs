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
