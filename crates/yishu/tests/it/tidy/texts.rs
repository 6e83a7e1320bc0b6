//! Every text in both languages, from the message catalogue; nothing in a template that the content security
//! policy would refuse.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use super::{Source, files, line_of, none};

/// Message key → the variables its text uses.
fn messages(ftl: &str) -> BTreeMap<String, BTreeSet<String>> {
    let key = Regex::new(r"^(-?[a-zA-Z][\w-]*)\s*=").unwrap();
    let variable = Regex::new(r"\{[^}]*?\$([\w-]+)").unwrap();
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = None;
    for line in ftl.lines().filter(|l| !l.starts_with('#')) {
        if let Some(found) = key.captures(line) {
            current = Some(found[1].to_owned());
        }
        if let Some(name) = &current {
            let variables = all.entry(name.clone()).or_default();
            variables.extend(variable.captures_iter(line).map(|c| c[1].to_owned()));
        }
    }
    all
}

fn unequal(crate_name: &str, zh: &str, en: &str) -> Vec<String> {
    let (zh, en) = (messages(zh), messages(en));
    let keys: BTreeSet<_> = zh.keys().chain(en.keys()).collect();
    keys.into_iter()
        .filter_map(|key| match (zh.get(key), en.get(key)) {
            (Some(_), None) => Some(format!("{crate_name}: `{key}` has no English text")),
            (None, Some(_)) => Some(format!("{crate_name}: `{key}` has no Chinese text")),
            (Some(a), Some(b)) if a != b => {
                Some(format!("{crate_name}: `{key}` uses {a:?} in Chinese but {b:?} in English"))
            }
            _ => None,
        })
        .collect()
}

/// What a template may not hold: text of its own, and code or style that the policy `default-src 'self'` refuses.
fn wrong_in_template(source: &Source) -> Vec<String> {
    let comment = Regex::new(r"(?s)\{#.*?#\}|<!--.*?-->").unwrap();
    // Comments may be Chinese; blank them out but keep the lines.
    let text =
        comment.replace_all(&source.text, |c: &regex::Captures<'_>| "\n".repeat(c[0].matches('\n').count()));
    let rules = [
        (r"\p{Han}", "text belongs in locales/zh.ftl"),
        (r#"\sstyle=""#, "inline style: use a class of app.css"),
        (r#"\son[a-z]+=""#, "inline handler: use htmx or an island"),
        (r"<style\b", "inline style sheet: use app.css"),
        (r"\bhx-on\b|\bhx-vals=.js:", "evaluated code: the policy has no unsafe-eval"),
    ];
    let script = Regex::new(r"<script\b([^>]*)>").unwrap();
    let mut offences = Vec::new();
    for (pattern, why) in rules {
        if let Some(hit) = Regex::new(pattern).unwrap().find(&text) {
            offences.push(format!("{}:{}: {why}", source.path, line_of(&text, hit.start())));
        }
    }
    for found in script.captures_iter(&text) {
        if !found[1].contains("src=") && !found[1].contains("application/json") {
            let at = found.get(0).expect("the whole match").start();
            offences.push(format!("{}:{}: inline script", source.path, line_of(&text, at)));
        }
    }
    offences
}

#[test]
fn locales_have_equal_keys() {
    let all = files("crates", &["ftl"]);
    let mut offences = Vec::new();
    let mut by_folder: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    for s in &all {
        let (folder, file) = s.path.rsplit_once('/').expect("a file lies in a folder");
        by_folder.entry(folder).or_default().insert(file, &s.text);
    }
    for (folder, texts) in by_folder {
        match (texts.get("zh.ftl"), texts.get("en.ftl")) {
            (Some(zh), Some(en)) => offences.extend(unequal(folder, zh, en)),
            _ => offences.push(format!("{folder}: zh.ftl and en.ftl belong together")),
        }
    }
    none("The two languages disagree:", &offences);
}

#[test]
fn templates_hold_no_text_and_no_code() {
    let offences: Vec<_> = files("crates", &["html"]).iter().flat_map(wrong_in_template).collect();
    none("A template holds what it may not:", &offences);
}

#[test]
fn the_rules_see_wrong_texts() {
    let found = unequal("x", "a = 甲 { $n }\nb = 乙\n", "a = A { $m }\nc = C\n");
    assert_eq!(found.len(), 3, "{found:?}");
    let template = |text: &str| Source { path: "t.html".to_owned(), text: text.to_owned() };
    assert_eq!(wrong_in_template(&template("<p>登录</p>")).len(), 1);
    assert_eq!(wrong_in_template(&template("<p style=\"x\" onclick=\"y\"></p><script>z</script>")).len(), 3);
    assert!(
        wrong_in_template(&template("{# 登录 #}<script type=\"application/json\">{}</script>")).is_empty()
    );
}
