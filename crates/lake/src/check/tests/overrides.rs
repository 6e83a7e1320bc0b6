//! Local overrides over a whole check.

use std::sync::Arc;

use standards::pack::Severity;

use super::super::overrides::with as change;
use super::super::{Change, LookupTable, Lookups, part_overrides};
use super::{GOOD, HEADER, check, penalty_with, request};

#[test]
fn a_rule_switched_off_locally_is_silent_until_it_expires() {
    let file = penalty_with("罚款金额（万元）", "2000");
    let mut request = request("penalty-2018");
    let rule =
        check(file.as_bytes(), &request).1.into_iter().find(|f| f.code == "E403").unwrap().rule.unwrap();
    let mut off = change(&rule, Change::SwitchOff);
    off.expires = Some(request.as_of);
    off.id = "3fa9c1d2".to_owned();
    request.overrides = vec![off.clone()];
    let (outcome, findings) = check(file.as_bytes(), &request);
    assert!(findings.iter().all(|f| f.code != "E403"));
    assert_eq!(outcome.report.rejected, 0);
    assert!(outcome.report.rule_set.ends_with(&format!("/penalty-2018+{rule}=off#3fa9c1d2")));
    off.expires = request.as_of.pred_opt();
    request.overrides = vec![off];
    let (outcome, findings) = check(file.as_bytes(), &request);
    assert!(findings.iter().any(|f| f.code == "E403"));
    assert!(outcome.report.rule_set.ends_with("/penalty-2018"), "one that has expired is not named");
}

#[test]
fn a_finding_weighs_what_is_decided_locally() {
    let file = penalty_with("处罚决定日期", "2099/02/08");
    let mut request = request("penalty-2018");
    assert_eq!(check(file.as_bytes(), &request).0.report.rejected, 1);
    request.overrides = vec![change("E302", Change::Severity(Severity::Warn))];
    let (outcome, findings) = check(file.as_bytes(), &request);
    assert_eq!((outcome.report.rejected, outcome.report.warned), (0, 1));
    assert_eq!(findings.iter().find(|f| f.code == "E302").unwrap().severity, Severity::Warn);
    assert!(outcome.report.rule_set.ends_with("+E302=warn"));
}

#[test]
fn at_one_field_only_that_field_is_judged_otherwise() {
    let file = penalty_with("处罚决定日期", "2099/02/08");
    let mut request = request("penalty-2018");
    request.overrides = vec![
        change("E302@CF_JDRQ", Change::Severity(Severity::Warn)),
        change("E302", Change::Severity(Severity::Reject)),
    ];
    let (outcome, _) = check(file.as_bytes(), &request);
    assert_eq!((outcome.report.rejected, outcome.report.warned), (0, 1), "the field goes before the check");
    assert!(
        outcome.report.rule_set.ends_with("+E302@CF_JDRQ=warn,E302=reject"),
        "{}",
        outcome.report.rule_set
    );
    request.overrides = vec![change("E302@CF_YXQ", Change::SwitchOff)];
    assert_eq!(check(file.as_bytes(), &request).0.report.rejected, 1, "elsewhere nothing changes");
}

#[test]
fn another_condition_takes_the_place_of_a_rules_own() {
    let file = penalty_with("罚款金额（万元）", "2000");
    let mut request = request("penalty-2018");
    let rule =
        check(file.as_bytes(), &request).1.into_iter().find(|f| f.code == "E403").unwrap().rule.unwrap();
    request.overrides = vec![change(&rule, Change::Condition("CF_NR_FK <= 5000".to_owned()))];
    let (outcome, findings) = check(file.as_bytes(), &request);
    assert!(findings.iter().all(|f| f.code != "E403"));
    assert!(outcome.report.rule_set.ends_with(&format!("+{rule}=(CF_NR_FK <= 5000)")));
    request.overrides = vec![change(&rule, Change::Condition("CF_NR_FK <= 500".to_owned()))];
    assert!(check(file.as_bytes(), &request).1.iter().any(|f| f.code == "E403"));
}

#[test]
fn new_subjects_are_compared_with_the_local_library_only() {
    let file = format!("{HEADER}\n{GOOD}\n");
    let mut request = request("penalty-2018");
    let library = |registered: &str, name: &str| {
        let fields = vec!["NAME".to_owned(), "REG_DATE".to_owned()];
        let mut table = LookupTable::new(fields.clone(), Some("NAME"));
        table.insert("92370602MA0DEM021B", &[name, registered]);
        let mut lookups = Lookups::default();
        lookups.insert("legal-entity", LookupTable::new(fields, Some("NAME")));
        lookups.insert("legal-entity-local", table);
        Arc::new(lookups)
    };
    let new =
        |rule: &str| change(rule, Change::NewSubjects { days: 30, library: "legal-entity-local".to_owned() });
    let unknown = |request: &super::CheckRequest| {
        let found = check(file.as_bytes(), request).1;
        let codes: Vec<String> = found.into_iter().map(|f| f.code).filter(|c| c.starts_with("E1")).collect();
        codes.join(" ")
    };
    request.lookups = library("2024-02-20", "烟台示例个体店");
    assert_eq!(unknown(&request), "E109", "the superior's library does not know it");
    request.overrides = vec![new("subject-known"), new("name-fits-code")];
    assert_eq!(unknown(&request), "E108", "registered ten days ago, known to the city");
    let told = check(file.as_bytes(), &request).1.into_iter().find(|f| f.code == "E108").unwrap();
    assert_eq!(told.severity, Severity::Pass);
    assert!(super::words(&told, &request).0.contains("2024/02/20"), "{told:?}");
    request.lookups = library("2024-02-20", "烟台别的店");
    assert_eq!(unknown(&request), "E107", "its name is compared with the local library");
    request.lookups = library("2024-01-20", "烟台示例个体店");
    assert_eq!(unknown(&request), "E109", "after the days the superior's library counts again");
    request.overrides[0].expires = request.as_of.pred_opt();
    request.lookups = library("2024-02-20", "烟台示例个体店");
    assert_eq!(unknown(&request), "E109");
}

#[test]
fn an_override_the_standard_has_outgrown_is_told_and_the_original_rule_applies() {
    let file = penalty_with("罚款金额（万元）", "2000");
    let mut request = request("penalty-2018");
    let mut renamed = change("fine-in-ten-thousands", Change::Condition("CF_FINE_OF_OLD <= 5000".to_owned()));
    renamed.id = "3fa9c1d2".to_owned();
    let kept = change("W603", Change::Severity(Severity::Reject));
    let gone = change("rule-of-old", Change::SwitchOff);
    let (fit, unfit) = part_overrides(&request.packs, "penalty-2018", vec![renamed, kept.clone(), gone]);
    assert_eq!(fit, [kept]);
    (request.overrides, request.unfit) = (fit, unfit);
    let (outcome, findings) = check(file.as_bytes(), &request);
    assert!(findings.iter().any(|f| f.code == "E403" && f.severity == Severity::Reject));
    assert!(outcome.report.rule_set.ends_with("/penalty-2018+W603=reject"), "{}", outcome.report.rule_set);
    let told: Vec<_> = findings.iter().filter(|f| f.code == "W607").collect();
    assert_eq!(told.len(), 2);
    assert_eq!((told[0].row, told[0].severity), (0, Severity::Warn));
    let (why, _) = super::words(told[0], &request);
    assert!(why.contains("fine-in-ten-thousands") && why.contains("3fa9c1d2"), "{why}");
}
