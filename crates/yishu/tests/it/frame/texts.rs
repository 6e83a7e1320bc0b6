//! Every text that a template or a page asks for by name exists in the catalogue.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

fn files(folder: &Path, ending: &str, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, ending, out);
        } else if path.extension().is_some_and(|e| e == ending) {
            out.push(path);
        }
    }
}

/// Keys named in a text: `cx.t("key")`, a heading of a table, a field's label, a breadcrumb, a place in the navigation.
fn keys(text: &str) -> Vec<String> {
    let calls = [
        r#"\bcx\.t[12a]?\(\s*"([^"]+)""#,
        r#"\.th(?:_num)?\(\s*&?cx,\s*"[^"]*",\s*"([^"]+)""#,
        r#"\.field\(\s*&?cx,\s*"[^"]*",\s*"([^"]+)""#,
        r#"\.here\("([^"]+)"\)"#,
        r#"\.to\("([^"]+)","#,
        r#"\b(?:group|label|title|help): "([a-z][a-z0-9-]+)""#,
    ];
    calls
        .iter()
        .flat_map(|c| Regex::new(c).unwrap().captures_iter(text).map(|k| k[1].to_owned()).collect::<Vec<_>>())
        .collect()
}

#[test]
fn every_text_asked_for_exists() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (mut catalogues, mut askers) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(&crates).unwrap().flatten() {
        let home = entry.path();
        files(&home.join("locales"), "ftl", &mut catalogues);
        if home.join("locales").exists() {
            files(&home.join("templates"), "html", &mut askers);
            files(&home.join("src"), "rs", &mut askers);
        }
    }
    let known: BTreeSet<String> = catalogues
        .iter()
        .flat_map(|f| fs::read_to_string(f).unwrap().lines().map(str::to_owned).collect::<Vec<_>>())
        .filter_map(|line| line.split_once(" =").map(|(key, _)| key.trim().to_owned()))
        .collect();
    assert!(known.len() > 100 && askers.len() > 20, "the sources were not found");
    let missing: Vec<String> = askers
        .iter()
        .flat_map(|f| keys(&fs::read_to_string(f).unwrap()).into_iter().map(move |k| (f, k)))
        .filter(|(_, key)| !known.contains(key))
        .map(|(f, key)| format!("{}: {key}", f.display()))
        .collect();
    assert!(missing.is_empty(), "texts that do not exist:\n{}", missing.join("\n"));
}

#[test]
fn the_rule_sees_every_way_of_asking() {
    let text = r#"{{ cx.t("a") }} cx.t1("b", "n", 1) table.th(cx, "x", "c") form.field(cx, "y", "d")
        Crumbs::new(cx).to("e", "/e").here("f") NavItem { group: "g-g", label: "h-h" }"#;
    assert_eq!(keys(text), ["a", "b", "c", "d", "f", "e", "g-g", "h-h"]);
}
