//! The engine stays inside `lake`, and the database out of pages and interfaces.

use std::collections::BTreeSet;

use regex::Regex;

use super::{Source, line_of, none, production, rust_sources, without_comments};

fn engine_outside_lake(sources: &[Source]) -> Vec<String> {
    let named = Regex::new(r"\b(arrow\w*|parquet|datafusion\w*|deltalake\w*|ballista\w*)::").unwrap();
    let mut offences = Vec::new();
    for s in sources.iter().filter(|s| !s.path.starts_with("crates/lake/")) {
        let text = without_comments(&s.text);
        for hit in named.find_iter(&text) {
            offences.push(format!("{}:{}: {}", s.path, line_of(&text, hit.start()), hit.as_str()));
        }
    }
    offences
}

/// The files of `lake` that another crate can see: those reached from `lib.rs` through `pub mod` alone.
fn visible_files(sources: &[Source]) -> BTreeSet<String> {
    let public_mod = Regex::new(r"(?m)^pub mod (\w+);").unwrap();
    let mut seen = BTreeSet::new();
    let mut open = vec!["crates/lake/src/lib.rs".to_owned()];
    while let Some(path) = open.pop() {
        let Some(source) = sources.iter().find(|s| s.path == path) else { continue };
        let base = match path.rsplit_once('/') {
            Some((dir, "lib.rs" | "mod.rs")) => dir.to_owned(),
            _ => path.trim_end_matches(".rs").to_owned(),
        };
        for found in public_mod.captures_iter(&source.text) {
            open.push(format!("{base}/{}.rs", &found[1]));
            open.push(format!("{base}/{}/mod.rs", &found[1]));
        }
        seen.insert(path);
    }
    seen
}

fn engine_in_signatures(sources: &[Source]) -> Vec<String> {
    let visible = visible_files(sources);
    let signature = Regex::new(r"(?ms)^ *pub (?:async |const )*fn [^{;]*[{;]|^ *pub \w+: [^\n]*").unwrap();
    let engine = Regex::new(
        r"\b(RecordBatch|ArrayRef|SchemaRef|ArrowSchema|DataFrame|LogicalPlan|SessionContext|PhysicalExpr|DeltaTable|DataFusionError|ArrowError|DeltaTableError|datafusion|deltalake_core)\b",
    )
    .unwrap();
    let mut offences = Vec::new();
    for s in sources.iter().filter(|s| visible.contains(&s.path)) {
        let text = without_comments(production(&s.text));
        for found in signature.find_iter(&text) {
            if let Some(hit) = engine.find(found.as_str()) {
                offences.push(format!(
                    "{}:{}: {} in a signature that other crates see; make it pub(crate) or return plain data",
                    s.path,
                    line_of(&text, found.start()),
                    hit.as_str()
                ));
            }
        }
    }
    offences
}

fn database_in_pages(sources: &[Source]) -> Vec<String> {
    let room = Regex::new(r"/src/(?:pages|api)(?:/|\.rs$)").unwrap();
    let database = Regex::new(
        r#"\b(sea_orm|sqlx|sea_query)\b|"\s*(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH RECURSIVE|CREATE TABLE)\s"#,
    )
    .unwrap();
    let mut offences = Vec::new();
    for s in sources.iter().filter(|s| room.is_match(&s.path)) {
        let text = without_comments(production(&s.text));
        for hit in database.find_iter(&text) {
            offences.push(format!("{}:{}: {}", s.path, line_of(&text, hit.start()), hit.as_str().trim()));
        }
    }
    offences
}

#[test]
fn the_engine_is_named_in_lake_alone() {
    none("Sources outside lake name the engine:", &engine_outside_lake(&rust_sources()));
}

#[test]
fn no_engine_type_in_what_lake_shows() {
    none("lake shows a type of the engine to other crates:", &engine_in_signatures(&rust_sources()));
}

#[test]
fn pages_and_interfaces_know_no_database() {
    none(
        "A page or an interface speaks to the database; put it into store or actions:",
        &database_in_pages(&rust_sources()),
    );
}

#[test]
fn the_rules_see_a_leak() {
    let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let sources = [
        source("crates/lake/src/lib.rs", "pub mod table;\nmod inner;\n"),
        source(
            "crates/lake/src/table.rs",
            "pub fn read(\n    a: u8,\n) -> RecordBatch {\n}\npub(crate) fn b() -> ArrayRef {}\n",
        ),
        source("crates/lake/src/inner.rs", "pub fn c() -> RecordBatch {}\n"),
        source("crates/intake/src/pages/list.rs", "let q = \"SELECT 1\";\n// sea_orm is not here\n"),
        source("crates/intake/src/lib.rs", "use datafusion::prelude::*;\n"),
    ];
    assert_eq!(engine_in_signatures(&sources).len(), 1);
    assert_eq!(database_in_pages(&sources).len(), 1);
    assert_eq!(engine_outside_lake(&sources).len(), 1);
}
