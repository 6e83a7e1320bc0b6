//! The packs of this repository: looked up, matched with headers, and spoken with.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helper functions of tests fail by panicking")]

use std::collections::BTreeSet;
use std::path::Path;

use indexmap::IndexMap;
use standards::Lang;
use standards::pack::headers::{By, guess_resource, match_headers, other_edition, repeats_header};
use standards::pack::{BUILTIN, Packs, Severity};

fn builtin() -> std::sync::Arc<Packs> {
    Packs::builtin().unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn every_file_of_the_folder_is_compiled_in() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut on_disk = BTreeSet::new();
    for folder in std::fs::read_dir(&root).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()) {
        let name = |p: &Path| p.file_name().unwrap().to_string_lossy().into_owned();
        for file in std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()) {
            if file.is_dir() {
                for inner in std::fs::read_dir(&file).unwrap().map(|e| e.unwrap().path()) {
                    on_disk.insert(format!("packs/{}/{}/{}", name(&folder), name(&file), name(&inner)));
                }
                continue;
            }
            on_disk.insert(format!("packs/{}/{}", name(&folder), name(&file)));
        }
    }
    let compiled: BTreeSet<String> = BUILTIN.iter().map(|(p, _)| (*p).to_owned()).collect();
    assert_eq!(compiled, on_disk);
}

#[test]
fn a_resource_is_found_with_its_pack_and_rule_set() {
    let packs = builtin();
    let (pack, resource) = packs.resource("licence-2018").unwrap();
    assert_eq!(pack.rule_set(&resource.resource), "credit-publicity@2018.1/licence-2018");
    assert_eq!(resource.fields.len(), 28);
    assert!(packs.resource("licence-1918").is_none());
}

#[test]
fn the_real_collection_of_registrations_is_recognised_by_its_own_headers() {
    let packs = builtin();
    let headers: Vec<&str> =
        "企业名称,统一社会信用代码,注册日期,企业类型,法人代表,注册资金,经营范围,所在省份,地区,注册地址"
            .split(',')
            .collect();
    let (_, resource) = packs.resource("legal-entity").unwrap();
    let found = match_headers(resource, &headers, &IndexMap::new());
    assert_eq!(found.mapped.len(), 10);
    assert!(found.mapped.iter().all(|m| m.by == By::Name));
    assert!(found.missing.is_empty() && found.open.is_empty());
    assert_eq!(guess_resource(&packs, &headers)[0].resource.resource, "legal-entity");
}

#[test]
fn headers_match_in_any_width_order_and_dress() {
    let packs = builtin();
    let (_, resource) = packs.resource("licence-2018").unwrap();
    let headers = [
        "有效期至（必填）",
        "*行政相对人代码＿１（统一社会信用代码）",
        " xk_xdr_mc ",
        "许可 决定 日期",
        "电子邮箱",
        "",
        "许可机关的名称",
    ];
    let found = match_headers(resource, &headers, &IndexMap::new());
    let mapped: Vec<(&str, usize)> = found.mapped.iter().map(|m| (m.field.as_str(), m.column)).collect();
    assert_eq!(mapped, [("XK_YXQZI", 0), ("XK_XDR_SHXYM", 1), ("XK_XDR_MC", 2), ("XK_JDRQ", 3)]);
    assert_eq!(found.blank, [5]);
    assert_eq!(found.open[0].header, "电子邮箱");
    assert!(found.open[0].candidates.is_empty());
    assert_eq!(found.open[1].candidates[0], "XK_XKJG");
    assert!(found.missing.contains(&"XK_XKJGDM".to_owned()));
}

#[test]
fn a_header_given_twice_maps_to_neither_column() {
    let packs = builtin();
    let (_, resource) = packs.resource("legal-entity").unwrap();
    let found = match_headers(
        resource,
        &["企业名称", "企业名称", "负责人", "法定代表人", "电话", "电话"],
        &IndexMap::new(),
    );
    assert_eq!(found.column_of("NAME"), None);
    let same: Vec<bool> = found.contested.iter().map(|c| c.same_header).collect();
    assert_eq!(same, [true, false, true]);
    assert!(found.missing.is_empty(), "a contested field is not missing");
    let fixed = IndexMap::from([("负责人".to_owned(), "LEGAL_REP".to_owned())]);
    let found = match_headers(resource, &["企业名称", "负责人", "法定代表人"], &fixed);
    assert_eq!(found.column_of("LEGAL_REP"), Some(1));
}

#[test]
fn a_header_row_among_the_data_is_told_from_data() {
    let headers = ["企业名称", "统一社会信用代码", "注册日期"];
    assert!(repeats_header(&headers, &["企业名称 ", "统一社会信用代码", ""]));
    assert!(!repeats_header(&headers, &["东莞示例食品有限公司", "91441900MA0DEM013W", "注册日期"]));
}

#[test]
fn a_finding_is_said_in_both_languages() {
    let packs = builtin();
    let params = IndexMap::from([("v", "91441900MA0DEM013"), ("n", "17")]);
    let say = |lang| packs.explain("licence-2018", "E102", None, Some("XK_XDR_SHXYM"), &params, lang);
    assert_eq!(say(Lang::Zh).why, "统一社会信用代码应为18位，您填写的“91441900MA0DEM013”有17位。");
    assert_eq!(
        say(Lang::En).why,
        "A unified social credit code has 18 characters; “91441900MA0DEM013” has 17."
    );
}

#[test]
fn a_field_can_ask_for_its_own_wording_and_a_parameter_can_name_a_field() {
    let packs = builtin();
    let none: [(&str, &str); 0] = [];
    let name = packs.explain("licence-2018", "E101", None, Some("XK_XDR_MC"), none, Lang::Zh);
    assert_eq!(
        (name.why.as_str(), name.fix.as_str()),
        ("没有填写“行政相对人名称”。", "请填写营业执照或身份证上的全称。")
    );
    let params = [("a", "2020/01/01"), ("b", "2020/02/01"), ("c", "@XK_YXQZ")];
    let order = packs.explain("licence-2018", "E307", None, Some("XK_YXQZI"), params, Lang::En);
    assert_eq!(order.why, "“Valid until” 2020/01/01 is before “Valid from” 2020/02/01.");
}

#[test]
fn a_pattern_may_change_severity() {
    let packs = builtin();
    let message = packs.message("E506").unwrap();
    assert_eq!(message.severity_of(None), Severity::Reject);
    assert_eq!(message.severity_of(Some("private-use")), Severity::Warn);
    assert_eq!(message.severity_of(Some("never-seen")), Severity::Reject);
}

#[test]
fn a_file_of_the_present_edition_fits_no_other() {
    let packs = builtin();
    let (_, resource) = packs.resource("licence-2018").unwrap();
    let codes: Vec<&str> = resource.fields.iter().map(|f| f.code.as_str()).collect();
    assert!(other_edition(&packs, "licence-2018", &codes).is_none());
}

#[test]
fn a_file_in_the_old_template_is_recognised_when_it_is_sent_as_the_new_one() {
    let packs = builtin();
    for (old, new) in [("licence-2016", "licence-2018"), ("penalty-2016", "penalty-2018")] {
        let (_, resource) = packs.resource(old).unwrap();
        let labels: Vec<&str> = resource.fields.iter().map(|f| f.label.zh.as_str()).collect();
        assert_eq!(guess_resource(&packs, &labels)[0].resource.resource, old);
        assert_eq!(other_edition(&packs, new, &labels).map(|r| r.resource.as_str()), Some(old));
    }
}
