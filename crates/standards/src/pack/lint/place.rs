//! Where in the files something stands.

use crate::pack::Packs;

/// A file and a line, from 1.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// Path of the file.
    pub file: String,
    /// Line, where it is known.
    pub line: Option<usize>,
}

/// The place of `key: name` in the file that declares it, for packs (`pack`) and resources (`resource`).
pub fn declared(packs: &Packs, key: &str, name: &str) -> Place {
    let found = packs.sources().find_map(|(file, text)| line_of(text, key, name).map(|line| (file, line)));
    found.map_or_else(Place::default, |(file, line)| Place { file: file.to_owned(), line: Some(line) })
}

/// The place of `key: name` within the file of a resource; the resource itself where it cannot be told.
pub fn within(packs: &Packs, resource: &str, key: &str, name: &str) -> Place {
    let mut place = declared(packs, "resource", resource);
    if let Some((_, text)) = packs.sources().find(|(file, _)| *file == place.file) {
        place.line = line_of(text, key, name).or(place.line);
    }
    place
}

/// The place of a map's key, `name:`, in whichever file has it: messages and code lists.
pub fn keyed(packs: &Packs, name: &str) -> Place {
    let is_key = |line: &str| {
        line.trim()
            .trim_matches('"')
            .strip_prefix(name)
            .is_some_and(|rest| rest.trim_start_matches('"').starts_with(':'))
    };
    let found = packs.sources().find_map(|(file, text)| text.lines().position(is_key).map(|i| (file, i + 1)));
    found.map_or_else(Place::default, |(file, line)| Place { file: file.to_owned(), line: Some(line) })
}

/// The first line that says `key: name`, alone or inside braces.
fn line_of(text: &str, key: &str, name: &str) -> Option<usize> {
    let is_end = |rest: &str| {
        rest.trim_start_matches('"').trim_start().chars().next().is_none_or(|c| matches!(c, ',' | '}' | '#'))
    };
    let says = |line: &str| {
        line.match_indices(key).any(|(at, _)| {
            let starts = line[..at].chars().next_back().is_none_or(|c| matches!(c, ' ' | '{'));
            let value =
                line[at + key.len()..].strip_prefix(':').map(|v| v.trim_start().trim_start_matches('"'));
            starts && value.and_then(|v| v.strip_prefix(name)).is_some_and(is_end)
        })
    };
    text.lines().position(says).map(|i| i + 1)
}
