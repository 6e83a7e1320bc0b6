//! The checker as a whole, over small files.

mod overrides;
mod patterns;
mod reports;
mod structure;

use std::io::Write;

use chrono::NaiveDate;
use standards::Lang;
use standards::pack::Packs;

use super::{CheckOutcome, CheckRequest, Finding, check_file, render};

pub(super) const HEADER: &str = "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),法定代表人,行政处罚决定书文号,违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,罚款金额（万元）,没收违法所得、没收非法财物的金额（万元）,处罚决定日期,处罚机关,处罚机关统一社会信用代码,数据来源单位,数据来源单位统一社会信用代码";
pub(super) const GOOD: &str = "烟台示例个体店,个体工商户,92370602MA0DEM021B,李四,芝市监罚〔2024〕12号,经营超过保质期食品,经营超过保质期食品3瓶,《食品安全法》第一百二十四条,罚款;没收违法所得、没收非法财物,罚款2000元，没收违法所得30元,0.2,0.003,2024/02/08,芝罘区示例监督管理局,1137060200DEM00909,芝罘区示例监督管理局,1137060200DEM00909";

/// A request for a resource on 2024-03-01.
pub(super) fn request(resource: &str) -> CheckRequest {
    let day = NaiveDate::from_ymd_opt(2024, 3, 1).unwrap();
    CheckRequest::new(Packs::builtin().unwrap(), resource, day)
}

/// Checks bytes; the outcome and every finding.
pub(super) fn check(bytes: &[u8], request: &CheckRequest) -> (CheckOutcome, Vec<Finding>) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let outcome = check_file(file.path(), "样例.csv", request, |_| {}).unwrap();
    let text = std::fs::read_to_string(&outcome.findings).unwrap();
    std::fs::remove_file(&outcome.findings).unwrap();
    let findings = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    (outcome, findings)
}

/// The good penalty with one cell replaced.
pub(super) fn penalty_with(header: &str, value: &str) -> String {
    let column = HEADER.split(',').position(|h| h == header).unwrap();
    let mut cells: Vec<String> = GOOD.split(',').map(str::to_owned).collect();
    cells[column] = format!("\"{}\"", value.replace('"', "\"\""));
    format!("{HEADER}\n{}\n", cells.join(","))
}

/// The words of a finding in Chinese.
pub(super) fn words(finding: &Finding, request: &CheckRequest) -> (String, String) {
    let rendered = render(&request.packs, &request.resource, finding, Lang::Zh);
    (rendered.why, rendered.fix)
}

#[test]
fn a_good_row_has_no_finding() {
    let (outcome, findings) = check(format!("{HEADER}\n{GOOD}\n").as_bytes(), &request("penalty-2018"));
    let telling: Vec<_> = findings.iter().filter(|f| f.code != "W601" && f.code != "W602").collect();
    assert!(telling.is_empty(), "{telling:#?}");
    assert_eq!((outcome.report.rows, outcome.report.passed, outcome.report.rejected), (1, 1, 0));
}
