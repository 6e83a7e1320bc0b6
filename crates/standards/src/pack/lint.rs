//! What is wrong with packs that can be read (检查标准包): names that lead nowhere, texts missing in one language, examples that
//! do not pass their own check. A pack that lints clean cannot fail later for such a reason.

mod cases;
mod examples;
mod lists;
mod mappings;
mod messages;
mod place;
mod publicity;
mod resources;

use super::error::PackError;
use super::load::Packs;
use super::model::{Resource, Rule};
use crate::Text;

/// Judges one SQL expression of a rule, e.g. by compiling it; the text says what is wrong with it.
pub type SqlCheck<'a> = &'a dyn Fn(&Resource, &Rule, &str) -> Result<(), Text>;

/// Everything wrong with the packs, in the order of files. Without `sql` the expressions themselves are only searched for the
/// tables they name.
#[must_use]
pub fn lint(packs: &Packs, sql: Option<SqlCheck<'_>>) -> Vec<PackError> {
    let mut report = Report { packs, problems: Vec::new() };
    messages::lint(&mut report);
    lists::lint(&mut report);
    cases::lint(&mut report);
    for pack in packs.packs() {
        report.pack(pack);
        publicity::of_pack(&mut report, pack);
        for resource in &pack.resources {
            resources::lint(&mut report, pack, resource, sql);
        }
        for mapping in &pack.mappings {
            mappings::lint(&mut report, mapping, sql);
        }
    }
    report.problems
}

/// The problems found so far, and the packs they are looked for in.
struct Report<'p> {
    packs: &'p Packs,
    problems: Vec<PackError>,
}

impl Report<'_> {
    fn add(&mut self, at: place::Place, problem: Text, remedy: Text) {
        self.problems.push(PackError { file: at.file, line: at.line, problem, remedy });
    }

    /// A text has to be filled in both languages.
    fn text(&mut self, at: &place::Place, what: &str, text: &Text) {
        for (filled, zh, en) in [(&text.zh, "中文", "Chinese"), (&text.en, "英文", "English")] {
            if filled.trim().is_empty() {
                self.add(
                    at.clone(),
                    Text::new(format!("“{what}”没有{zh}。"), format!("\"{what}\" has no {en}.")),
                    Text::new("请补上。", "Add it."),
                );
            }
        }
    }

    fn pack(&mut self, pack: &super::model::Pack) {
        let at = place::declared(self.packs, "pack", &pack.pack);
        self.text(&at, "title", &pack.title);
        if pack.valid_to.is_some_and(|to| to < pack.valid_from) {
            self.add(at.clone(), dates_reversed("valid_to"), set_order());
        }
        for (name, value) in [("version", &pack.version), ("source", &pack.source)] {
            if value.trim().is_empty() {
                self.add(
                    at.clone(),
                    Text::new(format!("“{name}”为空。"), format!("\"{name}\" is empty.")),
                    Text::new("请写明。", "State it."),
                );
            }
        }
        if pack.null_words.iter().any(|w| w.trim().is_empty()) {
            self.add(
                at,
                Text::new("空值词里有空白项。", "One of the null words is blank."),
                Text::new(
                    "请删去；空单元格本来就算空值。",
                    "Delete it: an empty cell counts as no value anyway.",
                ),
            );
        }
    }
}

fn dates_reversed(name: &str) -> Text {
    Text::new(format!("“{name}”早于“valid_from”。"), format!("\"{name}\" is before \"valid_from\"."))
}

fn set_order() -> Text {
    Text::new("请改正其中一个日期。", "Correct one of the two days.")
}
