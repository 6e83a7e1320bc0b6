//! Every setting and every error code has its entry in `docs/`, and no entry outlives what it describes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use regex::Regex;

use super::{Source, line_of, none, production, root, rust_sources, without_comments};

/// Name → first place, for everything a pattern finds in the production part of the sources.
fn named(sources: &[Source], pattern: &str) -> BTreeMap<String, String> {
    let pattern = Regex::new(pattern).unwrap();
    let mut all = BTreeMap::new();
    for s in sources {
        let text = without_comments(production(&s.text));
        for found in pattern.captures_iter(&text) {
            let hit = found.iter().skip(1).flatten().next().expect("the pattern has a group");
            let place = format!("{}:{}", s.path, line_of(&text, hit.start()));
            all.entry(hit.as_str().to_owned()).or_insert(place);
        }
    }
    all
}

/// Error codes: the first literal given to `Error::new`, `bad_input` or `conflict`.
fn error_codes(sources: &[Source]) -> BTreeMap<String, String> {
    named(
        sources,
        r#"\bErrorKind::\w+,\s*"([a-z][a-z0-9-]*)"|\b(?:Error|Self)::(?:bad_input|conflict)\(\s*"([a-z][a-z0-9-]*)""#,
    )
}

/// Environment variables that the product reads.
fn settings(sources: &[Source]) -> BTreeMap<String, String> {
    named(sources, r#""(YISHU_[A-Z0-9_]+)""#)
}

/// The entries of a document: `` ### `name` `` headings.
fn entries(document: &str) -> BTreeSet<String> {
    let heading = Regex::new(r"(?m)^### `([^`]+)`").unwrap();
    let path = root().join(document);
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{document} cannot be read: {e}"));
    let mut found = BTreeSet::new();
    for c in heading.captures_iter(&text) {
        assert!(found.insert(c[1].to_owned()), "{document}: `{}` is described twice", &c[1]);
    }
    found
}

fn differences(document: &str, named: &BTreeMap<String, String>) -> Vec<String> {
    let entries = entries(document);
    let missing = named
        .iter()
        .filter(|(name, _)| !entries.contains(*name))
        .map(|(name, place)| format!("{place}: `{name}` has no heading in {document}"));
    let stale = entries
        .iter()
        .filter(|e| !named.contains_key(*e))
        .map(|e| format!("{document}: `{e}` is described, but the product no longer knows it"));
    missing.chain(stale).collect()
}

#[test]
fn every_error_code_is_documented() {
    none(
        "docs/errors.md and the sources disagree:",
        &differences("docs/errors.md", &error_codes(&rust_sources())),
    );
}

#[test]
fn every_setting_is_documented() {
    none(
        "docs/settings.md and the sources disagree:",
        &differences("docs/settings.md", &settings(&rust_sources())),
    );
}

#[test]
fn the_rules_see_codes_and_settings() {
    let sources = [Source {
        path: "crates/x/src/lib.rs".to_owned(),
        text: "Error::bad_input(\n    \"empty-file\", \"…\")\nError::new(ErrorKind::TooLarge, \"too-large\", t)\n#[arg(env = \"YISHU_LAKE\")]"
            .to_owned(),
    }];
    assert_eq!(error_codes(&sources).into_keys().collect::<Vec<_>>(), ["empty-file", "too-large"]);
    assert_eq!(settings(&sources).into_keys().collect::<Vec<_>>(), ["YISHU_LAKE"]);
}
