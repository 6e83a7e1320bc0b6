//! Reports in words, in both languages.

use standards::Lang;

use super::super::{to_json, to_text};
use super::{GOOD, HEADER, check, request};

fn file() -> String {
    let mut rows = vec![HEADER.to_owned(), GOOD.to_owned()];
    for i in 0..5 {
        rows.push(
            GOOD.replace("12号", &format!("2{i}号")).replace("92370602MA0DEM021B", "92370602ma0dem021b"),
        );
    }
    rows.push(
        GOOD.replace("12号", "30号")
            .replace("2024/02/08", "45330")
            .replace("92370602MA0DEM021B", "9.23706E+17"),
    );
    rows.push(GOOD.replace("12号", "31号").replace(",0.2,", ",2000,"));
    rows.push(GOOD.replace("12号", "32号").replace("个体工商户", "个体工商戸"));
    rows.join("\n")
}

#[test]
fn the_text_report_reads_well_in_both_languages() {
    let request = request("penalty-2018");
    let (mut outcome, _) = check(file().as_bytes(), &request);
    outcome.report.seconds = 0.5;
    insta::assert_snapshot!("text_zh", to_text(&outcome.report, &request.packs, Lang::Zh, None));
    insta::assert_snapshot!(
        "text_en",
        to_text(&outcome.report, &request.packs, Lang::En, Some("all.ndjson"))
    );
}

#[test]
fn the_json_report_has_the_agreed_keys() {
    let request = request("penalty-2018");
    let (outcome, findings) = check(file().as_bytes(), &request);
    let json = to_json(&outcome.report, &request.packs, Lang::Zh);
    for key in
        ["resource", "rule_set", "rows", "passed", "warned", "rejected", "findings", "rules", "seconds"]
    {
        assert!(json.get(key).is_some(), "{key}");
    }
    assert_eq!(json["rows"], 9);
    assert_eq!(json["rejected"], 3);
    assert_eq!(json["findings"], findings.len());
    let rows: u64 = json["rules"].as_array().unwrap().iter().map(|r| r["findings"].as_u64().unwrap()).sum();
    assert_eq!(rows, findings.len() as u64);
}
