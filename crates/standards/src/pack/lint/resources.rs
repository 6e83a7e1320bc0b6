//! Resources: every name leads somewhere, no two columns answer to one header, every rule can speak.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use super::place::Place;
use super::{Report, SqlCheck, dates_reversed, examples, place, publicity, set_order};
use crate::Text;
use crate::pack::headers::fold;
use crate::pack::voice::placeholders;
use crate::pack::{Field, FieldKind, Listed, Pack, Resource, Returns, Rule};

/// Looks at one resource.
pub fn lint(report: &mut Report<'_>, pack: &Pack, resource: &Resource, sql: Option<SqlCheck<'_>>) {
    let at = place::declared(report.packs, "resource", &resource.resource);
    report.text(&at, "title", &resource.title);
    if let Some(summary) = &resource.summary {
        report.text(&at, "summary", summary);
    }
    names(report, &at, resource);
    keys(report, &at, resource);
    subject(report, &at, pack, resource);
    publicity::of_resource(report, &at, pack, resource);
    headers(report, resource);
    for field in &resource.fields {
        one_field(report, pack, resource, field);
    }
    let mut names = BTreeSet::new();
    for rule in &resource.rules {
        let at = place::within(report.packs, &resource.resource, "name", &rule.name);
        if !names.insert(&rule.name) {
            twice(report, at.clone(), &rule.name);
        }
        one_rule(report, &at, pack, resource, rule, sql);
    }
}

/// Codes become names of folders, tables and columns, and stand in addresses and queries.
fn names(report: &mut Report<'_>, at: &Place, resource: &Resource) {
    static RESOURCE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new("^[a-z][a-z0-9]*(-[a-z0-9]+)*$").ok());
    // A leading underscore marks the columns that say where a row came from.
    static FIELD: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("^[A-Za-z][A-Za-z0-9_]*$").ok());
    let fits = |shape: &Option<Regex>, code: &str| shape.as_ref().is_none_or(|r| r.is_match(code));
    if !fits(&RESOURCE, &resource.resource) {
        report.add(
            at.clone(),
            Text::new(
                format!("资源代码“{}”不能作表名和网址。", resource.resource),
                format!("The code \"{}\" cannot name a table or stand in an address.", resource.resource),
            ),
            Text::new(
                "请用小写字母开头，只用小写字母、数字和连字符，例如 legal-entity。",
                "Begin with a small letter; use small letters, digits and hyphens, like legal-entity.",
            ),
        );
    }
    for field in resource.fields.iter().filter(|f| !fits(&FIELD, &f.code)) {
        report.add(
            place::within(report.packs, &resource.resource, "code", &field.code),
            Text::new(
                format!("字段代码“{}”不能作列名。", field.code),
                format!("The code \"{}\" cannot name a column.", field.code),
            ),
            Text::new(
                "请用字母开头，只用字母、数字和下划线，例如 REG_DATE。",
                "Begin with a letter; use letters, digits and underscores, like REG_DATE.",
            ),
        );
    }
}

fn twice(report: &mut Report<'_>, at: Place, name: &str) {
    report.add(
        at,
        Text::new(format!("名称“{name}”用了两次。"), format!("The name \"{name}\" is used twice.")),
        Text::new("请改掉其中一个。", "Rename one of the two."),
    );
}

pub(super) fn no_field(report: &mut Report<'_>, at: Place, by: &str, code: &str) {
    report.add(
        at,
        Text::new(
            format!("{by} 指向的字段“{code}”不存在。"),
            format!("{by} names the field \"{code}\", which does not exist."),
        ),
        Text::new("请改成 fields 中的 code。", "Use a code of the fields."),
    );
}

fn keys(report: &mut Report<'_>, at: &Place, resource: &Resource) {
    if resource.business_key.is_empty() {
        report.add(
            at.clone(),
            Text::new("没有业务主键。", "There is no business key."),
            Text::new(
                "请在 business_key 中列出能识别一条记录的字段。",
                "List the fields that tell one record from another.",
            ),
        );
    }
    let key = resource.business_key.iter().flat_map(|k| k.split('|')).map(|code| ("business_key", code));
    for (name, code) in key.chain(resource.owner.as_deref().map(|code| ("owner", code))) {
        if resource.field(code).is_none() {
            no_field(report, at.clone(), name, code);
        }
    }
    if let Some(code) = &resource.decision_date {
        match resource.field(code).map(|f| &f.kind) {
            None => no_field(report, at.clone(), "decision_date", code),
            Some(FieldKind::Date { .. }) => {}
            Some(_) => report.add(
                at.clone(),
                Text::new(
                    format!("decision_date“{code}”不是日期字段。"),
                    format!("decision_date \"{code}\" is no date."),
                ),
                Text::new("请把字段类型改为 date。", "Make the field a date."),
            ),
        }
    }
    if let Some(limit) = &resource.time_limit {
        let named = [("document", Some(&limit.document)), ("subject", Some(&limit.subject))];
        for (name, code) in named.into_iter().chain([("authority", limit.authority.as_ref())]) {
            if let Some(code) = code.filter(|c| resource.field(c).is_none()) {
                no_field(report, at.clone(), &format!("time_limit.{name}"), code);
            }
        }
    }
    if let Some(code) = &resource.expects {
        let target = report.packs.resource(code).map(|(_, r)| r);
        if !target.is_some_and(|t| t.time_limit.is_some() && t.business_key == resource.business_key) {
            report.add(
                at.clone(),
                Text::new(
                    format!("expects 指向的“{code}”不存在、没有 time_limit，或业务主键不同。"),
                    format!("\"{code}\" in expects does not exist, has no time_limit, or has another business key."),
                ),
                Text::new(
                    "请指向有期限的资源，并使用与它相同的 business_key。",
                    "Name a resource with a limit, and use the same business_key.",
                ),
            );
        }
    }
    if let Some(returns) = &resource.returns {
        sent_back(report, at, resource, returns);
    }
    if !(0.0..=1.0).contains(&resource.landing.hold_share) {
        report.add(
            at.clone(),
            Text::new("hold_share 不在0到1之间。", "hold_share does not lie between 0 and 1."),
            Text::new("请写成份额，例如 0.5。", "Write a share, like 0.5."),
        );
    }
}

/// A list of what a superior sent back: its fields, the resources it speaks of, and words for every code.
fn sent_back(report: &mut Report<'_>, at: &Place, resource: &Resource, returns: &Returns) {
    for (name, code) in [
        ("kind", &returns.kind),
        ("document", &returns.document),
        ("decision", &returns.decision),
        ("subject", &returns.subject),
        ("subject_code", &returns.subject_code),
        ("authority", &returns.authority),
        ("code", &returns.code),
        ("text", &returns.text),
        ("returned", &returns.returned),
    ] {
        if resource.field(code).is_none() {
            no_field(report, at.clone(), &format!("returns.{name}"), code);
        }
    }
    for code in returns.resources.values() {
        let target = report.packs.resource(code).map(|(_, r)| r);
        if target.is_none_or(|t| t.time_limit.is_none()) {
            report.add(
                at.clone(),
                Text::new(
                    format!("returns.resources 指向的“{code}”不存在或没有 time_limit。"),
                    format!("\"{code}\" in returns.resources does not exist or has no time_limit."),
                ),
                Text::new("请指向有期限的资源。", "Name a resource with a limit."),
            );
        }
    }
    let known = returns.known.iter().map(|k| (&k.message, k.pattern.as_str()));
    for (code, pattern) in known.chain([(&returns.otherwise, "")]) {
        let message = report.packs.message(code);
        if !message.is_some_and(|m| pattern.is_empty() || m.patterns.contains_key(pattern)) {
            report.add(
                at.clone(),
                Text::new(
                    format!("returns 用到的提示语 {code} {pattern} 不存在。"),
                    format!("returns speaks with the message {code} {pattern}, which does not exist."),
                ),
                Text::new(
                    "请在 _shared 中补上，或改用已有的。",
                    "Add it to _shared, or use one that exists.",
                ),
            );
        }
    }
}

fn subject(report: &mut Report<'_>, at: &Place, pack: &Pack, resource: &Resource) {
    let Some(subject) = &resource.subject else { return };
    let Some(field) = resource.field(&subject.field) else {
        return no_field(report, at.clone(), "subject", &subject.field);
    };
    let FieldKind::Code { list, .. } = &field.kind else { return };
    let edition = report.packs.code_list(pack, list).and_then(|l| l.editions.last());
    for value in subject.kinds.values() {
        if !edition.is_some_and(|e| matches!(e.find(value), Some(Listed::Value(_)))) {
            report.add(
                at.clone(),
                Text::new(
                    format!("subject 的“{value}”不在代码表“{list}”中。"),
                    format!("\"{value}\" of subject is not in the code list \"{list}\"."),
                ),
                Text::new("请改成代码表中的值。", "Use a value of the list."),
            );
        }
    }
}

/// No header may mean two fields.
fn headers(report: &mut Report<'_>, resource: &Resource) {
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    for field in &resource.fields {
        let mut own = BTreeSet::new();
        for name in [&field.code, &field.label.zh, &field.label.en].into_iter().chain(&field.synonyms) {
            let key = fold(name);
            let at = || place::within(report.packs, &resource.resource, "code", &field.code);
            if let Some(other) = owners.get(&key).filter(|o| **o != field.code) {
                let at = at();
                report.add(
                    at,
                    Text::new(
                        format!("表头“{name}”同时指 {other} 和 {}。", field.code),
                        format!("The header \"{name}\" means both {other} and {}.", field.code),
                    ),
                    Text::new("请从其中一个字段删去。", "Remove it from one of the two."),
                );
            } else if !own.insert(key.clone()) && field.synonyms.contains(name) {
                let at = at();
                report.add(
                    at,
                    Text::new(
                        format!("{} 的同义表头“{name}”是多余的。", field.code),
                        format!("The synonym \"{name}\" of {} says nothing new.", field.code),
                    ),
                    Text::new(
                        "宽度、大小写、空格和括号的差别不用重复写，请删去。",
                        "Width, case, blanks and brackets need no repeating; delete it.",
                    ),
                );
            }
            owners.entry(key).or_insert(&field.code);
        }
    }
    let mut codes = BTreeSet::new();
    for field in &resource.fields {
        if !codes.insert(&field.code) {
            let at = place::within(report.packs, &resource.resource, "code", &field.code);
            twice(report, at, &field.code);
        }
    }
}

fn one_field(report: &mut Report<'_>, pack: &Pack, resource: &Resource, field: &Field) {
    let at = place::within(report.packs, &resource.resource, "code", &field.code);
    report.text(&at, &field.code, &field.label);
    if let Some(note) = &field.note {
        report.text(&at, &format!("{} note", field.code), note);
    }
    let fault = |zh: String, en: String| (Text::new(zh, en), Text::new("请改正。", "Correct it."));
    let mut faults = Vec::new();
    match &field.kind {
        FieldKind::Code { list, open_value, .. } => match report.packs.code_list(pack, list) {
            None => faults.push(fault(
                format!("{} 用到的代码表“{list}”不存在。", field.code),
                format!("{} uses the code list \"{list}\", which does not exist.", field.code),
            )),
            Some(found) => {
                let edition = found.editions.last();
                if let Some(open) =
                    open_value.as_ref().filter(|o| edition.is_none_or(|e| e.find(o).is_none()))
                {
                    faults.push(fault(
                        format!("{} 的 open_value“{open}”不在代码表中。", field.code),
                        format!("The open_value \"{open}\" of {} is not in the list.", field.code),
                    ));
                }
            }
        },
        FieldKind::IdCard { type_field: Some(other), .. } if resource.field(other).is_none() => {
            no_field(report, at.clone(), "type_field", other);
        }
        FieldKind::Decimal { precision, scale, .. }
            if *precision == 0 || scale > precision || *precision > 38 =>
        {
            faults.push(fault(
                format!("{} 的 precision 和 scale 不合理。", field.code),
                format!("Precision and scale of {} make no sense.", field.code),
            ));
        }
        FieldKind::Pattern { regex } => {
            if let Err(e) = Regex::new(regex) {
                // The library draws a picture over several lines; its last line says what is wrong.
                let e = e.to_string();
                let e = e.lines().last().unwrap_or_default().trim_start_matches("error: ");
                faults.push(fault(
                    format!("{} 的正则表达式读不懂：{e}。", field.code),
                    format!("The expression of {} cannot be read: {e}.", field.code),
                ));
            }
        }
        _ => {}
    }
    if field.length == Some(0) {
        faults.push(fault(
            format!("{} 的长度是0。", field.code),
            format!("The length of {} is 0.", field.code),
        ));
    }
    if field.personal.is_none() && !field.personal_for.is_empty() {
        faults.push(fault(
            format!("{} 写了 personal_for，没有写 personal。", field.code),
            format!("{} has personal_for but not personal.", field.code),
        ));
    }
    let own = pack.messages.values();
    if let Some(voice) = &field.voice {
        let is_known = report.packs.messages().values().chain(own).any(|m| m.patterns.contains_key(voice));
        if !is_known {
            faults.push(fault(
                format!("{} 的 voice“{voice}”在任何提示语中都没有。", field.code),
                format!("No message has the pattern \"{voice}\" that {} asks for.", field.code),
            ));
        }
    }
    let edition = match &field.kind {
        FieldKind::Code { list, .. } => report.packs.code_list(pack, list).and_then(|l| l.editions.last()),
        _ => None,
    };
    match &field.example {
        None => faults.push(fault(
            format!("{} 没有示例，提示语需要它。", field.code),
            format!("{} has no example, which messages need.", field.code),
        )),
        Some(example) if !examples::is_right(field, edition, example) => faults.push(fault(
            format!("{} 的示例“{example}”通不过它自己的校验。", field.code),
            format!("The example \"{example}\" of {} fails the field's own check.", field.code),
        )),
        Some(_) => {}
    }
    for (problem, remedy) in faults {
        report.add(at.clone(), problem, remedy);
    }
}

fn one_rule(
    report: &mut Report<'_>,
    at: &Place,
    pack: &Pack,
    resource: &Resource,
    rule: &Rule,
    sql: Option<SqlCheck<'_>>,
) {
    for code in &rule.blame {
        if resource.field(code).is_none() {
            no_field(report, at.clone(), "blame", code);
        }
    }
    let mut faults: Vec<(Text, Text)> = Vec::new();
    if rule.blame.is_empty() {
        faults.push((
            Text::new("规则没有写 blame。", "The rule blames no field."),
            Text::new("请写出该标红的字段。", "Name the fields to be shown as wrong."),
        ));
    }
    if rule.kinds.iter().any(|k| !resource.subject.as_ref().is_some_and(|s| s.kinds.contains_key(k))) {
        faults.push((
            Text::new(
                "规则限定了主体类别，但资源没有声明这一类别。",
                "The rule is limited to subject kinds that the resource does not declare.",
            ),
            Text::new("请补上 subject，或去掉 kinds。", "Declare them under subject, or drop kinds."),
        ));
    }
    if let (Some(from), Some(to)) = (rule.valid_from, rule.valid_to)
        && to < from
    {
        faults.push((dates_reversed("valid_to"), set_order()));
    }
    faults.extend(voice(report, pack, rule));
    let expressions = [Some(&rule.assert), rule.suggest.as_ref()];
    for expression in expressions.into_iter().flatten().chain(rule.params.values()) {
        faults.extend(tables(report, expression));
        if let Some(Err(problem)) = sql.map(|check| check(resource, rule, expression)) {
            faults.push((
                problem,
                Text::new(
                    "请对照 packs/README.md 改正表达式。",
                    "Correct the expression with packs/README.md at hand.",
                ),
            ));
        }
    }
    for (problem, remedy) in faults {
        report.add(at.clone(), problem, remedy);
    }
}

/// A rule needs a message, and the message everything it names.
fn voice(report: &Report<'_>, pack: &Pack, rule: &Rule) -> Vec<(Text, Text)> {
    let Some(message) = report.packs.message_in(pack, &rule.code) else {
        return vec![(
            Text::new(
                format!("规则用到的提示语 {} 不存在。", rule.code),
                format!("The rule speaks with the message {}, which does not exist.", rule.code),
            ),
            Text::new("请改正代码，或在 messages 中补上。", "Correct the code, or add it to messages."),
        )];
    };
    let pattern = rule.pattern.as_deref().map(|p| (p, message.patterns.get(p)));
    let (why, fix) = match pattern {
        Some((name, None)) => {
            return vec![(
                Text::new(
                    format!("提示语 {} 没有“{name}”这种说法。", rule.code),
                    format!("The message {} has no wording for \"{name}\".", rule.code),
                ),
                Text::new(
                    "请改正 pattern，或在 patterns 中补上。",
                    "Correct the pattern, or add it to patterns.",
                ),
            )];
        }
        Some((_, Some(voice))) => (&voice.why, &voice.fix),
        None => (&message.why, &message.fix),
    };
    let mut asked = placeholders(&why.zh);
    asked.extend(placeholders(&fix.zh));
    let is_given = |name: &str| {
        ["field", "example", "v"].contains(&name)
            || (name == "suggestion" && rule.suggest.is_some())
            || rule.params.contains_key(name)
    };
    asked
        .into_iter()
        .filter(|name| !is_given(name))
        .map(|name| {
            (
                Text::new(
                    format!("提示语 {} 要用到 {{{name}}}，规则没有给出。", rule.code),
                    format!("The message {} asks for {{{name}}}, which the rule does not give.", rule.code),
                ),
                Text::new("请在 params 中补上。", "Add it to params."),
            )
        })
        .collect()
}

/// A table that nobody declares would make the rule pass for ever, since its look-ups are NULL.
fn tables(report: &Report<'_>, expression: &str) -> Vec<(Text, Text)> {
    static CALL: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:known_in|lookup_in)\(\s*'([^']*)'[^()]*?(?:'([^']*)')?\s*\)").ok());
    let Some(call) = CALL.as_ref() else { return Vec::new() };
    let mut faults = Vec::new();
    for found in call.captures_iter(expression) {
        let table = &found[1];
        let remedy = || Text::new("请改成已有的资源和字段。", "Use a resource and a field that exist.");
        match (report.packs.resource(table), found.get(2)) {
            (None, _) => faults.push((
                Text::new(
                    format!("表达式查的资源“{table}”不存在。"),
                    format!("The expression looks into the resource \"{table}\", which does not exist."),
                ),
                remedy(),
            )),
            (Some((_, resource)), Some(field)) if resource.field(field.as_str()).is_none() => faults.push((
                Text::new(
                    format!("资源“{table}”没有字段“{}”。", field.as_str()),
                    format!("The resource \"{table}\" has no field \"{}\".", field.as_str()),
                ),
                remedy(),
            )),
            _ => {}
        }
    }
    faults
}
