//! What is wrong with a pack's files, said so that its author can mend it.

use std::fmt;

use crate::{Lang, Text};

/// One fault in a pack's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackError {
    /// Path as it was given, e.g. `packs/entities/legal-entity.yaml`.
    pub file: String,
    /// Line, from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub problem: Text,
    /// What to do about it.
    pub remedy: Text,
}

impl PackError {
    /// The fault in one language: `file:line: problem remedy`.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        let place = match self.line {
            Some(line) => format!("{}:{line}", self.file),
            None => self.file.clone(),
        };
        format!("{place}: {} {}", self.problem.get(lang), self.remedy.get(lang))
    }
}

/// Every fault found in a set of files; never empty when it is returned as an error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackErrors(pub Vec<PackError>);

impl PackErrors {
    /// All faults in one language, one a line.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        self.0.iter().map(|e| e.say(lang)).collect::<Vec<_>>().join("\n")
    }
}

impl fmt::Display for PackErrors {
    /// Both languages, Chinese first, for places where the reader's language is not known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.say(Lang::Zh), self.say(Lang::En))
    }
}

impl std::error::Error for PackErrors {}
