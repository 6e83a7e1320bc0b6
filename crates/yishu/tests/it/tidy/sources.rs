//! Length of files and what a finished source does not hold.

use regex::Regex;

use super::{Source, files, line_of, none, production, rust_sources, without_comments};

/// A file above this many lines is two files.
const LONGEST: usize = 500;

fn too_long(sources: &[Source]) -> Vec<String> {
    sources
        .iter()
        .map(|s| (s, production(&s.text).lines().count()))
        .filter(|(_, lines)| *lines >= LONGEST)
        .map(|(s, lines)| format!("{}: {lines} lines", s.path))
        .collect()
}

fn unfinished(sources: &[Source]) -> Vec<String> {
    let mark = Regex::new(r"\b(TODO|FIXME|XXX|HACK)\b").unwrap();
    let mut offences = Vec::new();
    for s in sources {
        for hit in mark.find_iter(&s.text) {
            offences.push(format!("{}:{}: {}", s.path, line_of(&s.text, hit.start()), hit.as_str()));
        }
    }
    offences
}

/// Everything under `crates/`, `web/` and `scripts/` that people wrote.
fn written() -> Vec<Source> {
    let mut all = rust_sources();
    all.extend(files("crates", &["html"]));
    all.extend(files("web", &["ts", "mjs", "css"]));
    all.extend(files("scripts", &["sh"]));
    all
}

#[test]
fn files_are_short() {
    none("A file has grown past 500 lines before its tests:", &too_long(&written()));
}

#[test]
fn nothing_is_left_unfinished() {
    none("A mark of unfinished work:", &unfinished(&written()));
}

#[test]
fn time_is_taken_from_the_clock() {
    let offences: Vec<_> = rust_sources()
        .iter()
        .filter(|s| s.path != "crates/kernel/src/clock.rs")
        .filter_map(|s| {
            let text = without_comments(production(&s.text));
            let at = text.find("Utc::now()").or_else(|| text.find("Local::now()"))?;
            Some(format!("{}:{}", s.path, line_of(&text, at)))
        })
        .collect();
    none("The time of day is asked for outside the clock; take a kernel::Clock:", &offences);
}

#[test]
fn the_rules_see_a_long_and_an_unfinished_file() {
    let long = |text: String| [Source { path: "a.rs".to_owned(), text }];
    assert_eq!(too_long(&long("x\n".repeat(500))).len(), 1);
    assert!(too_long(&long(format!("x\n#[cfg(test)]\nmod tests {{\n{}}}", "y\n".repeat(900)))).is_empty());
    // Written in two pieces so that this file does not offend against its own rule.
    assert_eq!(unfinished(&long(concat!("// TO", "DO later").to_owned())).len(), 1);
}
