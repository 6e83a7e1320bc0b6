//! Which crate may use which, and that versions and features stand in the root manifest alone.

use std::collections::BTreeSet;

use toml::{Table, Value};

use super::{Source, files, none};

/// The capabilities, in the order in which a row flows through them: each may use those before it.
const FLOW: &[&str] = &[
    "identity",
    "catalogue",
    "intake",
    "rectify",
    "library",
    "sharing",
    "reports",
    "portal",
    "licences",
    "services",
    "scorecard",
];
/// What every capability stands on.
const FOUNDATIONS: &[&str] = &["standards", "kernel", "store", "lake", "shell"];

/// The crates that `name` may use; `None` for a crate that has no place in the house yet.
fn may_use(name: &str) -> Option<Vec<&'static str>> {
    Some(match name {
        "standards" => vec![],
        "kernel" => vec!["standards"],
        "store" => vec!["kernel"],
        "lake" | "simulator" => vec!["kernel", "standards"],
        "shell" => vec!["kernel", "store"],
        "yishu" => [FOUNDATIONS, FLOW, &["simulator"]].concat(),
        _ => {
            let place = FLOW.iter().position(|c| *c == name)?;
            [FOUNDATIONS, &FLOW[..place]].concat()
        }
    })
}

struct Manifest {
    path: String,
    name: String,
    /// Name and declaration of each dependency, development ones included.
    dependencies: Vec<(String, Value)>,
}

fn manifest(source: &Source) -> Manifest {
    let table: Table = source.text.parse().unwrap_or_else(|e| panic!("{}: {e}", source.path));
    let name = table["package"]["name"].as_str().expect("a package has a name").to_owned();
    let dependencies = ["dependencies", "dev-dependencies", "build-dependencies"]
        .iter()
        .filter_map(|section| table.get(*section)?.as_table())
        .flat_map(|t| t.iter().map(|(k, v)| (k.clone(), v.clone())))
        .collect();
    Manifest { path: source.path.clone(), name, dependencies }
}

fn manifests() -> Vec<Manifest> {
    let all: Vec<_> =
        files("crates", &["toml"]).iter().filter(|s| s.path.ends_with("/Cargo.toml")).map(manifest).collect();
    assert!(all.len() >= 9, "the manifests were not found");
    all
}

fn wrong_arrows(all: &[Manifest]) -> Vec<String> {
    let ours: BTreeSet<&str> = all.iter().map(|m| m.name.as_str()).collect();
    let mut offences = Vec::new();
    for m in all {
        let Some(allowed) = may_use(&m.name) else {
            offences.push(format!("{}: no place in the house; give it one in may_use()", m.path));
            continue;
        };
        for (dependency, _) in &m.dependencies {
            if ours.contains(dependency.as_str()) && !allowed.contains(&dependency.as_str()) {
                offences.push(format!("{}: {} may not use {dependency}", m.path, m.name));
            }
        }
    }
    offences
}

fn engine_named(all: &[Manifest]) -> Vec<String> {
    let mut offences = Vec::new();
    for m in all.iter().filter(|m| m.name != "lake") {
        for (dependency, _) in &m.dependencies {
            if ["arrow", "parquet", "datafusion", "deltalake", "ballista"]
                .iter()
                .any(|e| dependency.starts_with(e))
            {
                offences.push(format!("{}: only lake may name {dependency}", m.path));
            }
        }
    }
    offences
}

fn own_versions(all: &[Manifest]) -> Vec<String> {
    let mut offences = Vec::new();
    for m in all {
        for (dependency, declared) in &m.dependencies {
            let from_root = declared.get("workspace").and_then(Value::as_bool) == Some(true);
            let own = ["features", "version", "default-features", "path", "git"];
            if !from_root || own.iter().any(|key| declared.get(key).is_some()) {
                offences.push(format!(
                    "{}: {dependency}: version and features belong in the root manifest; write {dependency}.workspace = true",
                    m.path
                ));
            }
        }
    }
    offences
}

#[test]
fn arrows_point_the_right_way() {
    none("A crate uses one that stands after it (ARCHITECTURE.md, the crates):", &wrong_arrows(&manifests()));
}

#[test]
fn only_the_lake_depends_on_the_engine() {
    none("The engine leaks out of lake:", &engine_named(&manifests()));
}

#[test]
fn versions_and_features_stand_in_the_root_manifest() {
    none("A crate's manifest sets its own version or features:", &own_versions(&manifests()));
}

#[test]
fn the_rules_see_a_wrong_manifest() {
    let crate_named = |name: &str, rest: &str| {
        manifest(&Source {
            path: format!("crates/{name}/Cargo.toml"),
            text: format!("[package]\nname = \"{name}\"\n[dependencies]\n{rest}"),
        })
    };
    let all = [
        crate_named("store", "shell.workspace = true\nserde = { version = \"1\" }"),
        crate_named("shell", "datafusion = { workspace = true, features = [\"sql\"] }"),
        crate_named("gadget", ""),
    ];
    assert_eq!(wrong_arrows(&all).len(), 2, "an arrow backwards and a crate without a place");
    assert_eq!(engine_named(&all).len(), 1, "the engine outside lake");
    assert_eq!(own_versions(&all).len(), 2, "an own version and an own feature");
}
