//! The repository's packs lint clean, and broken ones are told what to mend.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helper functions of tests fail by panicking")]

use standards::pack::lint::lint;
use standards::pack::{BUILTIN, Packs, codes};
use standards::{Lang, Text};

fn said(files: &[(&str, String)]) -> String {
    match Packs::parse(files.iter().map(|(p, t)| (*p, t.as_str()))) {
        Err(errors) => format!("{errors}"),
        Ok(packs) => {
            // Messages that programs emit are missing from these small packs on purpose.
            let problems = lint(&packs, None).into_iter().filter(|p| p.file != "packs/_shared");
            problems.flat_map(|p| [p.say(Lang::Zh), p.say(Lang::En)]).collect::<Vec<_>>().join("\n")
        }
    }
}

const PACK: &str = "pack: p\nversion: '1'\ntitle: {zh: 包, en: Pack}\nsource: s\nvalid_from: 2020-01-01\n";

fn with_resource(resource: &str) -> String {
    said(&[("packs/p/pack.yaml", PACK.to_owned()), ("packs/p/r.yaml", resource.to_owned())])
}

#[test]
fn the_packs_of_the_repository_are_clean() {
    let packs = Packs::builtin().unwrap_or_else(|e| panic!("{e}"));
    let problems: Vec<String> = lint(&packs, None).iter().map(|p| p.say(Lang::Zh)).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn a_missing_message_that_programs_emit_is_found() {
    let without: Vec<(&str, String)> =
        BUILTIN.iter().map(|(p, t)| (*p, t.replace("  E104:", "  E194:"))).collect();
    let packs = Packs::parse(without.iter().map(|(p, t)| (*p, t.as_str()))).unwrap();
    assert!(codes::ALL.contains(&"E104"));
    let problems = lint(&packs, None);
    assert!(problems.iter().any(|p| p.say(Lang::En).contains("E104")), "{problems:?}");
}

#[test]
fn expressions_are_handed_to_the_engine_one_by_one() {
    let packs = Packs::builtin().unwrap_or_else(|e| panic!("{e}"));
    let refuse = |_: &_, rule: &standards::pack::Rule, sql: &str| {
        if rule.name == "has-code" {
            Err(Text::new(format!("坏：{sql}"), format!("bad: {sql}")))
        } else {
            Ok(())
        }
    };
    let problems = lint(&packs, Some(&refuse));
    assert_eq!(problems.len(), 1);
    assert!(problems[0].file.ends_with("entities/legal-entity.yaml") && problems[0].line.is_some());
    assert_eq!(problems[0].problem.en, "bad: USCC IS NOT NULL");
}

#[test]
fn files_that_cannot_be_read() {
    insta::assert_snapshot!(
        "unreadable",
        said(&[
            ("packs/p/pack.yaml", PACK.replace("version", "verson")),
            ("packs/p/r.yaml", "resource: r\n  title: x\n".to_owned()),
            (
                "packs/q/r.yaml",
                "resource: q\ntitle: {zh: 甲, en: A}\nbusiness_key: [A]\nfields: []\n".to_owned()
            ),
        ])
    );
}

#[test]
fn names_used_twice() {
    let resource = "resource: r\ntitle: {zh: 甲, en: A}\nbusiness_key: [A]\nfields:\n  - {code: A, label: {zh: 子, en: a}, example: x}\n";
    insta::assert_snapshot!(
        "twice",
        said(&[
            ("packs/p/pack.yaml", PACK.to_owned()),
            ("packs/p/r.yaml", resource.to_owned()),
            ("packs/p/r2.yaml", resource.to_owned()),
        ])
    );
}

#[test]
fn names_that_lead_nowhere() {
    insta::assert_snapshot!(
        "nowhere",
        with_resource(
            "resource: r
title: {zh: 甲, en: A}
business_key: [NO]
decision_date: NAME
subject: {field: KIND, kinds: {F: 法人}}
fields:
  - {code: NAME, label: {zh: 名称, en: Name}, synonyms: [单位], example: x, voice: singing}
  - {code: UNIT, label: {zh: 单位, en: ''}, type: {code: {list: none}}}
  - {code: DAY, label: {zh: 日, en: Day}, type: {date: {}}, example: 2020-01-01, personal_for: [Z]}
  - {code: CODE, label: {zh: 代码, en: Code}, type: {uscc: {}}, example: 91441900MA0DEM013X}
  - {code: FORM, label: {zh: 式, en: Form}, type: {pattern: {regex: '('}}, example: x}
rules:
  - {code: E999, name: a, assert: NAME IS NOT NULL, blame: [NOBODY]}
  - {code: E999, name: a, assert: \"known_in('nowhere', NAME)\", blame: []}
"
        )
    );
}

#[test]
fn codes_that_cannot_name_a_table_or_a_column() {
    let resource = |code: &str, field: &str| {
        with_resource(&format!(
            "resource: {code}
title: {{zh: 甲, en: A}}
business_key: [{field}]
fields:
  - {{code: {field}, label: {{zh: 名称, en: Name}}, example: x}}
"
        ))
    };
    assert_eq!(resource("dog-2018", "REG_DATE"), "");
    for code in ["a/../b", "A b", "Dog", "dog-"] {
        assert!(resource(code, "NAME").contains("cannot name a table"), "{code}");
    }
    for field in ["_row", "size a", "2X"] {
        assert!(resource("dog", field).contains("cannot name a column"), "{field}");
    }
}

#[test]
fn messages_and_lists_out_of_order() {
    let shared = "messages:
  E901:
    title: {zh: 题, en: Title}
    why: {zh: '{v} 和 {n}', en: 'only {v}'}
    fix: {zh: 改, en: ' '}
    patterns:
      odd: {why: {zh: '{m}', en: '{m}'}, fix: {zh: 改, en: mend}}
  wrong:
    title: {zh: 题, en: Title}
    why: {zh: 为, en: why}
    fix: {zh: 改, en: fix}
code_lists:
  kinds:
    title: {zh: 类, en: Kinds}
    source: s
    outdated: E902
    editions:
      - {valid_from: 2020-01-01, values: [{value: a, aliases: [b]}, {value: b}]}
      - {valid_from: 2019-01-01, valid_to: 2018-01-01, values: []}
";
    let resource = "resource: r
title: {zh: 甲, en: A}
business_key: [A]
fields:
  - {code: A, label: {zh: 子, en: a}, example: x}
rules:
  - {code: E901, name: a, assert: A IS NOT NULL, blame: [A], kinds: [F]}
  - {code: E901, name: b, pattern: odd, assert: A IS NOT NULL, blame: [A]}
  - {code: E901, name: c, pattern: even, assert: A IS NOT NULL, blame: [A], valid_from: 2021-01-01, valid_to: 2020-01-01}
";
    insta::assert_snapshot!(
        "order",
        said(&[
            ("packs/_shared/all.yaml", shared.to_owned()),
            ("packs/p/pack.yaml", PACK.to_owned()),
            ("packs/p/r.yaml", resource.to_owned()),
        ])
    );
}
