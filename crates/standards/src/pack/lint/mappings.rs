//! Mappings: every name leads somewhere, every expression can be understood, nothing is left out unsaid, and no code is copied from
//! one list into another.

use std::collections::BTreeSet;

use super::{Report, SqlCheck, place};
use crate::Text;
use crate::pack::mapping::{Filled, Mapping};
use crate::pack::{FieldKind, Resource, Rule};

/// Looks at one mapping.
pub fn lint(report: &mut Report<'_>, mapping: &Mapping, sql: Option<SqlCheck<'_>>) {
    let at = place::declared(report.packs, "mapping", &mapping.mapping);
    report.text(&at, "title", &mapping.title);
    let packs = report.packs;
    let found = |code: &str| packs.resource(code).map(|(_, r)| r);
    let (Some(source), Some(target)) = (found(&mapping.source), found(&mapping.target)) else {
        let missing = if found(&mapping.source).is_none() { &mapping.source } else { &mapping.target };
        report.add(
            at,
            Text::new(format!("资源“{missing}”不存在。"), format!("There is no resource \"{missing}\".")),
            Text::new("请改成已有资源的代码。", "Use the code of a resource that exists."),
        );
        return;
    };
    if leads_back(packs, mapping) {
        report.add(
            at.clone(),
            Text::new("转换绕了一圈又回到来源。", "The mappings lead back to their source."),
            Text::new("请去掉其中一个。", "Take one of them out."),
        );
    }
    names(report, &at, mapping, source, target);
    for filled in &mapping.fields {
        one(report, &at, filled, source, target);
    }
    proven(report, &at, mapping, source, target);
    if let Some(sql) = sql {
        expressions(report, &at, mapping, source, sql);
    }
}

/// Whether what is made of the target ends in the source again.
fn leads_back(packs: &crate::pack::Packs, mapping: &Mapping) -> bool {
    let mut reached = BTreeSet::from([mapping.target.as_str()]);
    loop {
        let more: Vec<&str> = packs
            .mappings()
            .filter(|(_, m)| reached.contains(m.source.as_str()) && !reached.contains(m.target.as_str()))
            .map(|(_, m)| m.target.as_str())
            .collect();
        if more.is_empty() {
            return reached.contains(mapping.source.as_str());
        }
        reached.extend(more);
    }
}

fn no_field(report: &mut Report<'_>, at: &place::Place, of: &Resource, code: &str) {
    report.add(
        at.clone(),
        Text::new(
            format!("资源“{}”没有字段“{code}”。", of.resource),
            format!("\"{}\" has no field \"{code}\".", of.resource),
        ),
        Text::new("请改成该资源 fields 中的 code。", "Use a code of that resource's fields."),
    );
}

fn names(
    report: &mut Report<'_>,
    at: &place::Place,
    mapping: &Mapping,
    source: &Resource,
    target: &Resource,
) {
    let mut seen = BTreeSet::new();
    let given = mapping.fields.iter().map(|f| &f.to).chain(&mapping.owner);
    let of_target = given
        .chain(mapping.by_hand.iter().flat_map(|b| &b.fields))
        .chain(mapping.missing.iter().flat_map(|k| &k.fields));
    for code in of_target {
        if target.field(code).is_none() {
            no_field(report, at, target, code);
        }
    }
    for filled in &mapping.fields {
        if !seen.insert(&filled.to) {
            report.add(
                at.clone(),
                Text::new(
                    format!("“{}”填了两次。", filled.to),
                    format!("\"{}\" is filled twice.", filled.to),
                ),
                Text::new("请只留一处。", "Keep one."),
            );
        }
    }
    for code in mapping.unused.iter().flat_map(|k| &k.fields) {
        if source.field(code).is_none() {
            no_field(report, at, source, code);
        }
    }
    for case in &mapping.by_hand {
        report.text(at, "by_hand why", &case.why);
    }
    for known in mapping.missing.iter().chain(&mapping.unused) {
        report.text(at, "why", &known.why);
    }
}

fn one(report: &mut Report<'_>, at: &place::Place, filled: &Filled, source: &Resource, target: &Resource) {
    let ways = [filled.from.is_some(), filled.sql.is_some(), filled.value.is_some()];
    let lone = filled.from.is_none() && (!filled.codes.is_empty() || filled.lookup.is_some());
    if ways.iter().filter(|w| **w).count() != 1 || lone {
        report.add(
            at.clone(),
            Text::new(
                format!(
                    "“{}”应写且只写 from、sql、value 之一；codes 和 lookup 要和 from 一起写。",
                    filled.to
                ),
                format!(
                    "Give \"{}\" exactly one of from, sql and value; codes and lookup go with from.",
                    filled.to
                ),
            ),
            Text::new("请改成其中一种。", "Choose one of them."),
        );
    }
    let Some(from) = &filled.from else { return };
    let Some(field) = source.field(from) else {
        no_field(report, at, source, from);
        return;
    };
    if let Some(found) = &filled.lookup {
        let table = report.packs.resource(&found.resource).map(|(_, r)| r);
        if table.is_none_or(|r| r.field(&found.field).is_none()) {
            report.add(
                at.clone(),
                Text::new(
                    format!("lookup 指向的“{}.{}”不存在。", found.resource, found.field),
                    format!("\"{}.{}\" in lookup does not exist.", found.resource, found.field),
                ),
                Text::new("请改成已有资源和字段的代码。", "Use codes of a resource and a field that exist."),
            );
        }
    }
    // The same digit may mean another thing in another list.
    let list = |kind: &FieldKind| match kind {
        FieldKind::Code { list, .. } => Some(list.clone()),
        _ => None,
    };
    let into = target.field(&filled.to).and_then(|f| list(&f.kind));
    if filled.is_copy() && into.is_some() && list(&field.kind).is_some_and(|l| Some(l) != into) {
        report.add(
            at.clone(),
            Text::new(
                format!("“{}”的代码表和“{from}”不同，不能照抄。", filled.to),
                format!(
                    "\"{}\" has another code list than \"{from}\" and cannot be a copy of it.",
                    filled.to
                ),
            ),
            Text::new("请用 codes 写明每个代码对应什么。", "Say with codes what each code becomes."),
        );
    }
}

/// What cannot be given and what is not used has to be said.
fn proven(
    report: &mut Report<'_>,
    at: &place::Place,
    mapping: &Mapping,
    source: &Resource,
    target: &Resource,
) {
    let proof = mapping.proof(source, target);
    for field in proof.missing {
        if !mapping.missing.iter().any(|k| k.fields.contains(&field.code)) {
            report.add(
                at.clone(),
                Text::new(
                    format!("目标的必填项“{}”没有来源。", field.code),
                    format!("Nothing fills \"{}\", which the target requires.", field.code),
                ),
                Text::new(
                    "请在 fields 中填上；确实给不了的，写进 missing 并说明原因。",
                    "Fill it in fields; if the source cannot give it, name it in missing with the reason.",
                ),
            );
        }
    }
    for field in proof.unused {
        if !mapping.unused.iter().any(|k| k.fields.contains(&field.code)) {
            report.add(
                at.clone(),
                Text::new(
                    format!("来源的“{}”没有用到。", field.code),
                    format!("\"{}\" of the source is not used.", field.code),
                ),
                Text::new(
                    "请在 fields 中用上，或写进 unused 并说明原因。",
                    "Use it in fields, or name it in unused with the reason.",
                ),
            );
        }
    }
}

fn expressions(
    report: &mut Report<'_>,
    at: &place::Place,
    mapping: &Mapping,
    source: &Resource,
    sql: SqlCheck<'_>,
) {
    // A condition is judged as a rule's is: it has to be true or false.
    let rule = |text: &str, condition: bool| Rule {
        code: String::new(),
        name: mapping.mapping.clone(),
        assert: if condition { text.to_owned() } else { String::new() },
        pattern: None,
        severity: None,
        blame: Vec::new(),
        ambiguous: false,
        suggest: None,
        params: indexmap::IndexMap::new(),
        kinds: Vec::new(),
        valid_from: None,
        valid_to: None,
        source: None,
    };
    let conditions = mapping.when.iter().chain(mapping.by_hand.iter().map(|b| &b.when)).cloned();
    let values = mapping.fields.iter().map(|f| f.expression(chrono::NaiveDate::MAX));
    for (text, condition) in conditions.map(|c| (c, true)).chain(values.map(|v| (v, false))) {
        if let Err(problem) = sql(source, &rule(&text, condition), &text) {
            report.add(
                at.clone(),
                problem,
                Text::new("请对照 packs/README.md 改正。", "Correct it with packs/README.md at hand."),
            );
        }
    }
}
