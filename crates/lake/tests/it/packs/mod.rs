//! The rules of the packs, each held to rows that keep it and to a row that breaks it.

use std::fmt::Write as _;
use std::path::Path;

use chrono::NaiveDate;
use indexmap::IndexMap;
use lake::check::{CheckRequest, Finding, LookupTable, Lookups, check_file, judge_sql};
use standards::pack::{Packs, Resource, lint::lint};

/// A row by field code; the examples of the pack where nothing is said.
type Row = IndexMap<String, String>;

fn packs() -> std::sync::Arc<Packs> {
    Packs::builtin().unwrap_or_else(|e| panic!("{e}"))
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An organisation's row that keeps every rule: the examples, without what only some rows have.
fn organisation(resource: &Resource) -> Row {
    let leave_out: &[&str] = &[
        "XK_FR_ZJLX",
        "XK_FR_ZJHM",
        "XK_XDR_ZJLX",
        "XK_XDR_ZJHM",
        "XK_XDR_SYDW",
        "XK_XDR_SHZZ",
        "CF_FR_ZJLX",
        "CF_FR_ZJHM",
        "CF_XDR_ZJLX",
        "CF_XDR_ZJHM",
        "CF_XDR_SYDW",
        "CF_XDR_SHZZ",
        "CF_NR_ZKDX",
        "DECEASED",
        "DEATH_DATE",
    ];
    let fields = resource.fields.iter().filter(|f| !leave_out.contains(&f.code.as_str()));
    fields.map(|f| (f.code.clone(), f.example.clone().unwrap())).collect()
}

fn csv(resource: &Resource, row: &Row) -> String {
    let mut text = resource.fields.iter().map(|f| f.code.as_str()).collect::<Vec<_>>().join(",");
    text.push('\n');
    for (i, field) in resource.fields.iter().enumerate() {
        let value = row.get(&field.code).map_or("", String::as_str);
        write!(text, "{}\"{}\"", if i > 0 { "," } else { "" }, value.replace('"', "\"\"")).unwrap();
    }
    text.push('\n');
    text
}

/// What is found about the row, as `code/pattern@field suggestion`, on a day shortly after the decision of the examples.
fn found(resource: &str, change: &[(&str, &str)], lookups: &Lookups) -> Vec<String> {
    let packs = packs();
    let (_, declared) = packs.resource(resource).unwrap();
    let mut row = organisation(declared);
    for (field, value) in change {
        assert!(declared.field(field).is_some(), "{field}");
        row.insert((*field).to_owned(), (*value).to_owned());
    }
    let as_of = match resource {
        "licence-2018" => "2020-10-09",
        "penalty-2018" => "2024-02-18",
        "licence-2016" => "2017-10-09",
        "penalty-2016" => "2017-02-15",
        _ => "2026-06-30",
    };
    check(&packs, declared, &row, as_of, lookups)
}

fn check(
    packs: &std::sync::Arc<Packs>,
    resource: &Resource,
    row: &Row,
    as_of: &str,
    lookups: &Lookups,
) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.csv");
    std::fs::write(&path, csv(resource, row)).unwrap();
    let mut request = CheckRequest::new(std::sync::Arc::clone(packs), &resource.resource, day(as_of));
    request.lookups = std::sync::Arc::new(lookups.clone());
    request.findings = Some(folder.path().join("findings.ndjson"));
    let outcome = check_file(&path, "rows.csv", &request, |_| {}).unwrap();
    read(&outcome.findings).iter().map(short).collect()
}

fn read(path: &Path) -> Vec<Finding> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

fn short(f: &Finding) -> String {
    let mut out = f.code.clone();
    if !f.pattern.is_empty() {
        write!(out, "/{}", f.pattern).unwrap();
    }
    write!(out, "@{}", f.field.as_deref().unwrap_or("-")).unwrap();
    if let Some(s) = &f.suggestion {
        write!(out, " {s}").unwrap();
    }
    out
}

fn only(resource: &str, change: &[(&str, &str)], expected: &str) {
    assert_eq!(found(resource, change, &Lookups::default()), [expected], "{resource} {change:?}");
}

fn nothing(resource: &str, change: &[(&str, &str)]) {
    assert_eq!(found(resource, change, &Lookups::default()), [""; 0], "{resource} {change:?}");
}

#[test]
fn every_expression_compiles() {
    let problems: Vec<String> =
        lint(&packs(), Some(&judge_sql)).iter().map(|p| p.say(standards::Lang::En)).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn an_expression_that_cannot_be_compiled_is_told() {
    let packs = packs();
    let (_, resource) = packs.resource("legal-entity").unwrap();
    let mut rule = resource.rules[0].clone();
    rule.assert = "char_len(NAME)".into();
    let say = |sql: &str| judge_sql(resource, &rule, sql).unwrap_err().en;
    assert!(say("NOBODY IS NULL").contains("NOBODY"), "{}", say("NOBODY IS NULL"));
    assert_eq!(
        say("char_len(NAME)"),
        "The expression \"char_len(NAME)\" must be true or false but is a number. Write a comparison, such as FIELD IS NOT NULL."
    );
}

#[test]
fn the_examples_of_every_resource_make_a_good_row() {
    for resource in [
        "licence-2018",
        "penalty-2018",
        "licence-2016",
        "penalty-2016",
        "legal-entity",
        "authority",
        "person",
    ] {
        nothing(resource, &[]);
    }
}

#[test]
fn a_natural_person_has_a_document_and_no_codes() {
    let person = [
        ("XK_XDR_LB", "自然人"),
        ("XK_XDR_MC", "张三"),
        ("XK_XDR_SHXYM", ""),
        ("XK_XDR_GSZC", ""),
        ("XK_XDR_ZZJG", ""),
        ("XK_XDR_SWDJ", ""),
        ("XK_FRDB", ""),
        ("XK_XDR_ZJLX", "身份证"),
        ("XK_XDR_ZJHM", "441900189912310022"),
    ];
    nothing("licence-2018", &person);
    let with = |extra: (&'static str, &'static str)| [&person[..], &[extra]].concat();
    only("licence-2018", &with(("XK_FRDB", "李四")), "E511@XK_FRDB ");
    only("licence-2018", &with(("XK_XDR_ZJHM", "")), "E101@XK_XDR_ZJHM");
    only("licence-2018", &[("XK_XDR_ZJHM", "441900189912310022")], "E204@XK_XDR_ZJHM ");
}

#[test]
fn kind_and_code_agree() {
    only("licence-2018", &[("XK_XDR_SHXYM", "92370602MA0DEM021B")], "E106@XK_XDR_LB 个体工商户");
    only("licence-2018", &[("XK_XDR_LB", "个体工商户")], "E106/not-sole-trader@XK_XDR_LB");
    nothing("licence-2018", &[("XK_XDR_LB", "个体工商户"), ("XK_XDR_SHXYM", "92370602MA0DEM021B")]);
    nothing("licence-2018", &[("XK_XDR_LB", "个体工商户"), ("XK_XDR_SHXYM", "00000000000000000X")]);
    only("licence-2018", &[("XK_XDR_SHXYM", "00000000000000000X")], "E105@XK_XDR_SHXYM");
}

#[test]
fn dates_stand_in_order() {
    only("licence-2018", &[("XK_YXQZI", "2020/09/01")], "E303@XK_YXQZI");
    only("licence-2018", &[("XK_YXQZ", "2026/01/01")], "E307@XK_YXQZI");
    only("licence-2018", &[("XK_YXQZ", "2020/09/01")], "E308@XK_YXQZ");
    only(
        "licence-2018",
        &[("XK_JDRQ", "2030/09/29"), ("XK_YXQZ", "2030/09/29"), ("XK_YXQZI", "2031/09/29")],
        "E302@XK_JDRQ",
    );
    only("penalty-2018", &[("CF_YXQ", "2024/01/08")], "E307@CF_YXQ");
    only("penalty-2018", &[("CF_GSJZQ", "2024/01/08")], "E307@CF_GSJZQ");
    only("licence-2016", &[("XK_JZQ", "2017/01/08")], "E303@XK_JZQ");
    only("licence-2016", &[("SJC", "2017/09/08")], "E307@SJC");
    only("legal-entity", &[("REG_DATE", "1900-01-01")], "E306@REG_DATE");
    only("person", &[("DECEASED", "1"), ("DEATH_DATE", "1898/01/01")], "E307@DEATH_DATE");
}

#[test]
fn amounts_fit_the_kinds_of_penalty() {
    only("penalty-2018", &[("CF_NR_FK", "")], "E402@CF_NR_FK 0.2");
    only("penalty-2018", &[("CF_NR_FK", "0")], "E402/zero@CF_NR_FK 0.2");
    only("penalty-2018", &[("CF_NR_FK", "2000")], "E403/unit-yuan@CF_NR_FK 0.2");
    only("penalty-2018", &[("CF_NR_FK", "0.3")], "E409@CF_NR_FK");
    only("penalty-2018", &[("CF_NR_FK", "abc")], "E411@CF_NR_FK");
    only("penalty-2018", &[("CF_NR_WFFF", "")], "E406@CF_NR_WFFF 0.003");
    only("penalty-2018", &[("CF_NR_WFFF", "30")], "E403/confiscation@CF_NR_WFFF 0.003");
    only(
        "penalty-2018",
        &[("CF_CFLB", "没收违法所得、没收非法财物"), ("CF_NR", "没收违法所得30元")],
        "E404@CF_NR_FK",
    );
    only("penalty-2018", &[("CF_CFLB", "罚款"), ("CF_NR", "罚款2000元")], "E407@CF_NR_WFFF");
    only(
        "penalty-2018",
        &[("CF_CFLB", "罚款、没收违法所得、没收非法财物"), ("CF_NR_FK", ""), ("CF_NR_WFFF", "")],
        "E402@CF_NR_FK",
    );
    nothing("penalty-2018", &[("CF_CFLB", "警告"), ("CF_NR", "警告"), ("CF_NR_FK", ""), ("CF_NR_WFFF", "")]);
}

#[test]
fn a_revoked_certificate_is_named() {
    let revoked =
        [("CF_CFLB", "吊销许可证件"), ("CF_NR", "吊销许可证"), ("CF_NR_FK", ""), ("CF_NR_WFFF", "")];
    only("penalty-2018", &revoked, "E405@CF_NR_ZKDX");
    nothing("penalty-2018", &[&revoked[..], &[("CF_NR_ZKDX", "食品经营许可证")]].concat());
    only("penalty-2018", &[("CF_NR_ZKDX", "食品经营许可证")], "E408@CF_NR_ZKDX");
}

#[test]
fn what_one_column_asks_of_another() {
    only("licence-2018", &[("XK_XKBH", "")], "E509@XK_XKBH");
    only("licence-2018", &[("XK_FR_ZJLX", "身份证")], "E208@XK_FR_ZJHM");
    only(
        "licence-2018",
        &[("XK_NR", "张三，身份证441900189912310022，预包装食品销售")],
        "E205@XK_NR 张三，预包装食品销售",
    );
    only("person", &[("SEX", "1")], "E207@SEX 2");
    only("person", &[("BIRTH_DATE", "1899/12/30")], "E207@BIRTH_DATE 1899/12/31");
    only("person", &[("DECEASED", "1")], "E121@DEATH_DATE");
    only("legal-entity", &[("USCC", "")], "E115@USCC");
}

#[test]
fn the_status_of_the_other_edition_is_not_taken() {
    only("licence-2018", &[("XK_ZT", "0")], "E508/old-edition@XK_ZT");
    only("licence-2016", &[("XK_ZT", "1")], "E508@XK_ZT");
    only("penalty-2016", &[("CF_ZT", "1")], "E508/penalty@CF_ZT");
    only("licence-2016", &[("XK_ZT", "3"), ("BZ", "")], "E120@BZ");
    nothing("licence-2016", &[("XK_ZT", "")]);
}

#[test]
fn a_row_of_the_old_edition_needs_some_code() {
    let none = [
        ("XK_XDR_SHXYM", ""),
        ("XK_XDR_ZDM", ""),
        ("XK_XDR_GSDJ", ""),
        ("XK_XDR_SWDJ", ""),
        ("XK_XDR_SFZ", ""),
    ];
    only("licence-2016", &none, "E118@XK_XDR_SHXYM");
    nothing("licence-2016", &[&none[..], &[("XK_XDR_SFZ", "441900189912310022")]].concat());
    only("penalty-2016", &[("CF_FR", "")], "E101@CF_FR");
}

#[test]
fn subjects_and_authorities_are_looked_up() {
    let mut lookups = Lookups::default();
    let mut entities = LookupTable::new(vec!["NAME".into(), "REG_DATE".into()], Some("NAME"));
    entities.insert("91441900MA0DEM013W", &["东莞示例食品有限公司", "2016/03/18"]);
    lookups.insert("legal-entity", entities);
    let mut authorities = LookupTable::new(vec!["USCC".into()], None);
    authorities.insert("东莞市示例监督管理局", &["1144190000DEM0082P"]);
    lookups.insert("authority", authorities);
    let say = |change: &[(&str, &str)]| found("licence-2018", change, &lookups);
    assert_eq!(say(&[]), [""; 0]);
    assert_eq!(say(&[("XK_XDR_MC", "东莞示例饮料有限公司")]), ["E107@XK_XDR_MC 东莞示例食品有限公司"]);
    assert_eq!(say(&[("XK_XDR_SHXYM", "93371402MA0DEM03X2")]), ["E109@XK_XDR_MC"]);
    // What is expected bears the right name as well; a code the library does not know says nothing against it.
    let expected = |change: &[(&str, &str)]| found("expected-licences", change, &lookups);
    assert_eq!(expected(&[]), [""; 0]);
    assert_eq!(expected(&[("XK_XDR_MC", "东莞示例饮料有限公司")]), ["E107@XK_XDR_MC 东莞示例食品有限公司"]);
    assert_eq!(expected(&[("XK_XDR_SHXYM", "93371402MA0DEM03X2")]), [""; 0]);
    assert_eq!(say(&[("XK_XKJG", "东莞市监局")]), ["E501@XK_XKJG"]);
    assert_eq!(say(&[("XK_XKJGDM", "1137060200DEM00909")]), ["E502@XK_XKJGDM 1144190000DEM0082P"]);
}

#[test]
fn lateness_is_counted_in_working_days() {
    let packs = packs();
    let (_, resource) = packs.resource("licence-2018").unwrap();
    let row = organisation(resource);
    // Decided on 2020-09-29 before the holidays; due on 2020-10-15.
    let say = |as_of| check(&packs, resource, &row, as_of, &Lookups::default());
    assert_eq!(say("2020-10-12"), [""; 0]);
    assert_eq!(say("2020-10-15"), ["W601@XK_JDRQ"]);
    assert_eq!(say("2020-10-16"), ["W602@XK_JDRQ"]);
    assert_eq!(say("2024-10-16"), [""; 0], "stock of earlier years is not late");
}

#[test]
fn a_first_generation_number_becomes_the_number_of_today() {
    let person = [("ID_NO", "330902801001123"), ("SEX", "1"), ("BIRTH_DATE", "1980/10/01")];
    only("person", &person, "E206@ID_NO 330902198010011235");
    // It is the person, so what it says of birth and sex counts.
    let other = [("ID_NO", "330902801001123"), ("SEX", "1"), ("BIRTH_DATE", "1980/10/02")];
    let found = found("person", &other, &Lookups::default());
    assert_eq!(found, ["E206@ID_NO 330902198010011235", "E207@BIRTH_DATE 1980/10/01"]);
}

#[test]
fn codes_and_names_as_exports_bend_them() {
    only("person", &[("ETHNICITY", "1")], "E410@ETHNICITY 01");
    only("person", &[("ETHNICITY", "穿青人")], "E410@ETHNICITY 97");
    only("person", &[("SEX", "02")], "E410@SEX 2");
    only("person", &[("NAME", "张*")], "E515/masked@NAME");
    only("person", &[("NAME", "123")], "E515@NAME");
    only("licence-2018", &[("XK_ZT", "撤销")], "E508/old-edition@XK_ZT");
}

#[test]
fn an_amount_belongs_to_the_measure_it_stands_with() {
    let content = ("CF_NR", "没收违法所得并处罚款2000元");
    only("penalty-2018", &[content, ("CF_NR_WFFF", "")], "E406@CF_NR_WFFF");
    nothing("penalty-2018", &[content, ("CF_NR_WFFF", "0.003")]);
}

#[test]
fn capital_is_not_negative() {
    for wrong in ["-500万元", "－500万元人民币", "人民币 -500万元", "负五百万元", "￥-3000000", "-.5万元"]
    {
        only("legal-entity", &[("REG_CAPITAL", wrong)], "E413/negative@REG_CAPITAL");
    }
    for right in ["500-1000万元", "0", "0万元", "500万元（实缴-0万元）", "人民币500万元"] {
        nothing("legal-entity", &[("REG_CAPITAL", right)]);
    }
}
