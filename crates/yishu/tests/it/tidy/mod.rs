//! Holds the house to its own rules: which crate may use which, who names the engine, how long a file may be,
//! and that every setting, error code and text is documented in both languages.
//!
//! Each rule reads the sources as text, reports every offence with its place, and comes with a test of the rule
//! itself on a wrong example, so that a rule that stopped seeing anything is noticed.

mod crates;
mod documents;
mod engine;
mod sources;
mod texts;

use std::fs;
use std::path::{Path, PathBuf};

/// A file of the repository: path relative to its root, with `/`, and its text.
pub struct Source {
    pub path: String,
    pub text: String,
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository has a root")
}

/// All files below `dir` (relative to the root) with one of the extensions, in a fixed order.
///
/// Build output and installed packages are passed over.
pub fn files(dir: &str, extensions: &[&str]) -> Vec<Source> {
    let root = root();
    let mut found = Vec::new();
    let mut open = vec![root.join(dir)];
    while let Some(dir) = open.pop() {
        let Ok(entries) = fs::read_dir(&dir) else { continue };
        for entry in entries {
            let path = entry.expect("a folder can be listed").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if !matches!(name.as_str(), "target" | "node_modules" | "dist" | ".git") {
                    open.push(path);
                }
            } else if extensions.iter().any(|e| name.ends_with(&format!(".{e}"))) {
                let text = fs::read_to_string(&path)
                    .unwrap_or_else(|e| panic!("{} cannot be read: {e}", path.display()));
                let path = path.strip_prefix(&root).expect("below the root").to_string_lossy().into_owned();
                found.push(Source { path, text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The Rust sources of the product, without its tests' folders.
pub fn rust_sources() -> Vec<Source> {
    let mut all = files("crates", &["rs"]);
    all.retain(|s| s.path.contains("/src/"));
    assert!(all.len() > 10, "the sources were not found");
    all
}

/// The part of a Rust file that ships: everything before its own test module.
pub fn production(text: &str) -> &str {
    text.find("#[cfg(test)]\nmod ").map_or(text, |at| &text[..at])
}

/// The part of a file after comments are taken out, line structure kept.
pub fn without_comments(text: &str) -> String {
    text.lines()
        .map(|line| if line.trim_start().starts_with("//") { "" } else { line })
        .collect::<Vec<_>>()
        .join("\n")
}

/// Number of the line (from 1) in which byte `at` stands.
pub fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// Fails with all offences at once.
pub fn none(rule: &str, offences: &[String]) {
    assert!(offences.is_empty(), "{rule}\n  {}", offences.join("\n  "));
}
